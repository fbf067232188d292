// Single keys: an element says by data-key which key, or keys one after the other, press it.
{
  const WAITS_FOR_SECOND = 900;
  let first = "";
  let forget = 0;

  const isTyping = (element) => element.closest?.("input, textarea, select, trix-editor, [contenteditable]") !== null;
  const inClosedMenu = (element) => element.closest("details:not([open])") !== null && !element.matches("summary");

  function press(element) {
    if (inClosedMenu(element)) element.closest("details").open = true;
    if (element.matches("input")) return setTimeout(() => element.focus());
    element.click();
    // at once, and not when the browser tells of the opening: the next key may follow quickly
    if (element.matches("summary")) element.parentElement.dispatchEvent(new CustomEvent("desk:opened"));
  }

  function named(keys) {
    const all = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)];
    return all.find((element) => element.checkVisibility()) ?? all.find(inClosedMenu);
  }

  // Another behavior chose by name what a key does.
  document.addEventListener("desk:press", (event) => {
    const element = named(event.detail);
    if (element) press(element);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest?.("form[data-composer]");
      const menu = event.shiftKey && form?.querySelector("[data-send-menu]");
      if (menu) {
        event.preventDefault();
        return press(menu);
      }
      if (form) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-send]"));
      }
      return;
    }
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || event.key.length !== 1) return;
    // another conversation is on its way: a key now would mean this one and hit the other, or the reverse
    if (document.querySelector("[data-row].htmx-request")) return;
    const keys = first ? `${first} ${event.key}` : event.key;
    clearTimeout(forget);
    first = "";
    const element = named(keys);
    if (element) {
      event.preventDefault();
      press(element);
    } else if (document.querySelector(`[data-key^="${CSS.escape(keys)} "]`)) {
      first = keys;
      forget = setTimeout(() => (first = ""), WAITS_FOR_SECOND);
    }
  });
}
