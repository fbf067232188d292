// What is typed while the composer is on its way goes into it; none of it is a key of the desk.
{
  const FOCUS_WITHIN = 300;
  let ahead = null; // the letters, while it opens

  const isComposer = ({ detail }) => detail.target?.id === "composer" && !detail.elt.matches("[data-close-composer]");
  document.addEventListener("htmx:beforeSend", (event) => isComposer(event) && (ahead ??= ""));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isComposer(event)) setTimeout(() => (ahead = null), event.detail.successful ? FOCUS_WITHIN : 0);
  });

  document.addEventListener("keydown", (event) => {
    if (ahead === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("form[data-composer] :is(input, textarea, trix-editor)")) return;
    if (event.key === "Backspace") ahead = ahead.slice(0, -1);
    else if (event.key === "Enter") ahead += "\n";
    else if (event.key.length === 1) ahead += event.key;
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("focusin", ({ target }) => {
    if (ahead === null || !target.matches("form[data-composer] textarea")) return;
    const end = target.value.length;
    target.setRangeText(ahead, end, end, "end");
    if (ahead) target.dispatchEvent(new Event("input", { bubbles: true }));
    ahead = null;
  });
}
