// Macros while writing: Ctrl M opens the list, arrows walk it; ;shortcut turns into its words.
{
  const SHORTCUT = /(?:^|\s)((?:;|::)([\w-]{1,40}))$/;

  function openList(form) {
    const menu = form?.querySelector("[data-insert]");
    if (!menu) return;
    menu.open = true;
    menu.dispatchEvent(new CustomEvent("desk:opened"));
  }

  function walk(event, list) {
    const all = [...list.querySelectorAll("[data-macro]")];
    const here = all.indexOf(document.activeElement);
    if (event.key === "Enter") return here < 0 && all[0]?.click();
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    (all[next] ?? list.closest("details").querySelector("input")).focus();
  }

  async function words(form, shortcut) {
    const body = new URLSearchParams({ shortcut, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(form.dataset.snippets, { method: "POST", body }).catch(() => null);
    return answer?.status === 200 ? answer.text() : "";
  }

  // What was typed is looked for again when the words have come: somebody may type on meanwhile.
  async function expand(element, form, typed, shortcut) {
    const html = await words(form, shortcut);
    if (!html || !element.isConnected) return;
    const { editor } = element;
    const text = editor.getDocument().toString();
    const start = text.lastIndexOf(typed, editor.getPosition());
    if (start < 0) return;
    const after = text[start + typed.length] === " " ? 1 : 0;
    editor.recordUndoEntry("Shortcut");
    editor.setSelectedRange([start, start + typed.length + after]);
    editor.insertHTML(html);
  }

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-composer]");
    if (event.key === "m" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      return openList(form);
    }
    const list = event.target.closest?.("[data-insert]")?.querySelector(".macro-choices");
    if (list && ["ArrowDown", "ArrowUp", "Enter"].includes(event.key) && !event.target.closest("summary, a")) {
      if (event.key === "Enter" && event.target.matches("[data-macro]")) return;
      event.preventDefault();
      event.stopPropagation();
      return walk(event, list);
    }
    if (!event.target.matches?.("trix-editor") || !form?.dataset.snippets || (event.key !== " " && event.key !== "Tab")) return;
    const before = event.target.editor.getDocument().toString().slice(0, event.target.editor.getPosition());
    const found = before.match(SHORTCUT);
    if (!found) return;
    if (event.key === "Tab") event.preventDefault();
    expand(event.target, form, found[1], found[2]);
  }, true);
}
