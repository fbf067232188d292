// A file dropped onto a conversation, or pasted there, opens a reply that has it; dropped onto one of
// the ways to write, what that one says.
{
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  const ways = (element) => element.closest?.("#conversation") && document.querySelector(".composer-bar");
  const form = () => document.querySelector("#conversation form[data-composer]");

  function give(files) {
    form().dispatchEvent(new CustomEvent("desk:attach", { bubbles: true, detail: { files } }));
  }

  function write(files, way) {
    if (form()) return give(files);
    const opened = () => {
      if (!form()) return;
      document.removeEventListener("htmx:afterSettle", opened);
      give(files);
    };
    document.addEventListener("htmx:afterSettle", opened);
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
