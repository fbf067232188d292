// Behind @ stands who fits, and Tab writes the name out, as far as it is certain which.
{
  const BEGUN = /(?:^|[^\w@])@((?:[^\s@][^@\n]{0,60})?)$/u;

  function common(names) {
    let shared = names[0];
    for (const name of names) while (!name.toLowerCase().startsWith(shared.toLowerCase())) shared = shared.slice(0, -1);
    return shared;
  }

  function rest(before, names) {
    const typed = before.match(BEGUN)?.[1];
    if (typed === undefined) return null;
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

  function begun(event) {
    const form = event.target.closest?.("form[data-names]");
    const field = event.target;
    if (!form || !field.matches("trix-editor, textarea")) return null;
    const isRich = field.matches("trix-editor");
    const text = isRich ? field.editor.getDocument().toString() : field.value;
    const before = text.slice(0, isRich ? field.editor.getPosition() : field.selectionStart);
    return { form, field, found: rest(before, JSON.parse(form.dataset.names)) };
  }

  const tell = (form, fit) => (form.querySelector("[data-names-told]").textContent = fit.join(", "));
  let completed = false; // the name came with its space: one typed behind it would be a second

  document.addEventListener("keydown", (event) => {
    const wasCompleted = completed;
    completed = false;
    if (event.key === " " && wasCompleted) return event.preventDefault();
    if (event.key !== "Tab" || event.shiftKey) return;
    const here = begun(event);
    if (!here?.found?.typed) return;
    event.preventDefault();
    write(here.field, here.found);
    completed = here.found.fit.length === 1;
    tell(here.form, completed ? [] : here.found.fit);
  });

  for (const change of ["trix-change", "input"]) {
    document.addEventListener(change, (event) => {
      const here = begun(event);
      if (here) tell(here.form, here.found?.fit ?? []);
    });
  }
}
