// Tab behind @ and a few letters writes a colleague's name out, as far as it is certain which.
{
  const BEGUN = /(?:^|[^\w@])@([^\s@][^@\n]{0,60})$/u;

  function common(names) {
    let shared = names[0];
    for (const name of names) while (!name.toLowerCase().startsWith(shared.toLowerCase())) shared = shared.slice(0, -1);
    return shared;
  }

  function rest(before, names) {
    const typed = before.match(BEGUN)?.[1];
    if (!typed) return null;
    const fit = names.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
    return fit.length ? { fit, typed, whole: common(fit) + (fit.length === 1 ? " " : "") } : null;
  }

  function write(field, { typed, whole }) {
    if (!field.matches("trix-editor")) {
      const end = field.selectionStart;
      return field.setRangeText(whole, end - typed.length, end, "end");
    }
    const end = field.editor.getPosition();
    field.editor.setSelectedRange([end - typed.length, end]);
    field.editor.insertString(whole);
  }

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-names]");
    const field = event.target;
    if (event.key !== "Tab" || event.shiftKey || !form || !field.matches("trix-editor, textarea")) return;
    const isRich = field.matches("trix-editor");
    const text = isRich ? field.editor.getDocument().toString() : field.value;
    const found = rest(text.slice(0, isRich ? field.editor.getPosition() : field.selectionStart), JSON.parse(form.dataset.names));
    if (!found) return;
    event.preventDefault();
    write(field, found);
    const told = form.querySelector("[data-names-told]");
    if (told) told.textContent = found.fit.length > 1 ? found.fit.join(", ") : "";
  });
}
