// A file dropped onto a conversation, or pasted there, opens a reply that has it; dropped onto one of
// the ways to write, what that one says.
{
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  const ways = (element) => element.closest?.("#conversation") && document.querySelector(".composer-bar");
  const place = () => document.querySelector("#conversation")?.dataset.conversation;
  const ENDS = ["htmx:afterSettle", "htmx:responseError", "htmx:sendError", "htmx:timeout"];
  const form = () => document.querySelector("#conversation form[data-composer]");

  function give(files) {
    form().dispatchEvent(new CustomEvent("desk:attach", { bubbles: true, detail: { files } }));
  }

  // Waits until its reply is open, and no longer than its conversation is: never a file to another's.
  function write(files, way) {
    if (form()) return give(files);
    const where = place();
    const opened = (event) => {
      const isHere = place() === where;
      if (isHere && event.type === "htmx:afterSettle" && !form()) return;
      ENDS.forEach((name) => document.removeEventListener(name, opened));
      if (isHere && form()) give(files);
    };
    ENDS.forEach((name) => document.addEventListener(name, opened));
    way.click();
  }

  function show(on) {
    document.querySelector(".composer-bar")?.classList.toggle("takes-files", on);
  }

  document.addEventListener("dragover", (event) => {
    const bar = isFile(event) && ways(event.target);
    show(Boolean(bar));
    if (bar || (isFile(event) && event.target.closest?.("#conversation") && form())) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || show(false));
  document.addEventListener("drop", (event) => {
    show(false);
    if (event.defaultPrevented || !isFile(event) || !event.target.closest?.("#conversation")) return;
    const bar = ways(event.target);
    if (!bar && !form()) return;
    if (event.target.closest("trix-editor")) return;
    event.preventDefault();
    write([...event.dataTransfer.files], event.target.closest(".composer-bar a") ?? bar?.querySelector("a"));
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const bar = document.querySelector("#conversation .composer-bar");
    if (!files.length || !bar || event.target.closest?.("input, textarea, trix-editor")) return;
    event.preventDefault();
    write(files, bar.querySelector("a"));
  });
}
