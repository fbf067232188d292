// Menus are <details>: one open at a time, Escape and a click elsewhere close them.
{
  const open = () => document.querySelectorAll("details.menu[open]");

  function opened(event) {
    const menu = event.target;
    if (!menu.matches?.("details.menu") || !menu.open) return;
    for (const other of open()) if (other !== menu && !other.contains(menu)) other.open = false;
    if (menu.contains(document.activeElement) && !document.activeElement.matches("summary")) return;
    menu.querySelector(".menu-panel :is(button, a, input, select):not([type=hidden])")?.focus();
  }
  document.addEventListener("toggle", opened, true);
  document.addEventListener("desk:opened", opened, true);

  // What arrives in an open menu takes the focus that was on what it replaces.
  document.addEventListener("htmx:afterSwap", () => {
    if (document.activeElement === document.body) for (const menu of open()) opened({ target: menu });
  });

  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of open()) {
        menu.open = false;
        menu.querySelector("summary").focus();
        event.preventDefault();
      }
    }
    const panel = event.target.closest?.(".menu-panel");
    if (panel && (event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("input, select")) {
      const items = [...panel.querySelectorAll(".menu-item")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
      event.preventDefault();
    }
  });

  // What comes anew by itself leaves alone where somebody stands or has a menu open.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.target.matches(":focus-within, :has(details[open]), .menu[open] > .menu-panel")) event.preventDefault();
  });

  // Letters in an open menu go to the entry that begins so, and do nothing at the desk around it.
  const TYPED_FOR = 900;
  let typed = "";
  let forget = 0;

  function words(item) {
    const copy = item.cloneNode(true);
    for (const part of copy.querySelectorAll("[aria-hidden], .at-end")) part.remove();
    return copy.textContent.trim().toLowerCase();
  }

  document.addEventListener("keydown", (event) => {
    const menu = [...open()].at(-1);
    if (!menu || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("dialog, input:not([type=checkbox]), textarea, select, trix-editor")) return;
    event.stopPropagation();
    if (event.key === " " && !typed) return; // presses what has the focus
    event.preventDefault();
    clearTimeout(forget);
    forget = setTimeout(() => (typed = ""), TYPED_FOR);
    typed += event.key.toLowerCase();
    [...menu.querySelectorAll(".menu-item")].find((item) => words(item).startsWith(typed))?.focus();
  }, true);

  // What is named by data-opens: a sheet is shown above the page, a folded part is unfolded.
  document.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.closest?.("[data-opens]")?.dataset.opens ?? "");
    if (!target) return;
    event.preventDefault();
    for (const menu of open()) menu.open = false;
    if (target.matches("dialog")) return target.showModal();
    target.removeAttribute("data-folded");
    event.target.closest("[data-opens]").hidden = true;
    target.querySelector("input")?.focus();
  });
}
