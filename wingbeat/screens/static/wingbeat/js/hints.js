// Hints: F8 unfolds the rest and goes there, and back to the words; Shift F8 switches them off or on.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-composer]");
  const hints = form?.querySelector("[data-hints]");
  if (!hints) return;
  const more = hints.querySelector("details");
  const back = () => {
    if (more) more.open = false;
    (form.querySelector("trix-editor") ?? form.querySelector("textarea")).focus();
  };
  if (event.key === "Escape" && hints.contains(event.target)) {
    event.preventDefault();
    return back();
  }
  if (event.key !== "F8") return;
  event.preventDefault();
  if (event.shiftKey) return hints.querySelector("[data-hints-switch]").click();
  if (hints.contains(event.target)) return back();
  if (more) more.open = true;
  (hints.querySelector(".hint button") ?? more?.querySelector("summary"))?.focus();
});
