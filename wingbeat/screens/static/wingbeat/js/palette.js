// The palette: Ctrl-K opens it, arrows walk through what it offers, Enter does it.
{
  const dialog = () => document.getElementById("palette");
  const field = () => dialog().querySelector("[role=combobox]");
  const options = () => [...dialog().querySelectorAll("a[role=option]")];
  let chosen = 0;

  function show(step = 0) {
    const all = options();
    chosen = all.length ? (chosen + step + all.length) % all.length : 0;
    all.forEach((option, number) => option.setAttribute("aria-selected", number === chosen));
    if (all[chosen]) field().setAttribute("aria-activedescendant", all[chosen].id);
    else field().removeAttribute("aria-activedescendant");
    all[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function open() {
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog().querySelector("[name=from]").value = location.pathname;
    field().value = "";
    dialog().showModal();
    field().focus();
    htmx.trigger(field(), "desk:palette");
  }

  document.addEventListener("keydown", (event) => {
    if (!dialog()) return;
    const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (isK && !event.target.closest?.("trix-editor")) { // there it makes a link
      event.preventDefault();
      return dialog().open ? dialog().close() : open();
    }
    if (!dialog().open || !dialog().contains(event.target)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      show(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      options()[chosen]?.click();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target === dialog()) return dialog().close();
    const keys = event.target.closest?.("#palette [data-press]")?.dataset.press;
    if (!keys || !document.querySelector(`[data-key="${CSS.escape(keys)}"]`)) return;
    event.preventDefault();
    dialog().close();
    document.dispatchEvent(new CustomEvent("desk:press", { detail: keys }));
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "palette-options") return;
    chosen = 0;
    show();
  });
}
