// Whom an address field may mean: known people stand below it while one types, and arrows walk
// through them; Enter and Tab take the marked one. What is an address already is taken as it is.
{
  const PAUSE = 80;
  const WHOLE = /[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+/;
  let timer = 0;
  let isAsking = false;
  let takesFirst = false; // Enter came before the answer

  const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
  const optionsOf = (field) => [...(listOf(field)?.children ?? [])];
  const markedOf = (field) => optionsOf(field).find((option) => option.matches("[aria-selected=true]"));

  function furnish(field) {
    const list = document.createElement("div");
    list.id = `${field.id}-people`;
    list.className = "people-options";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.labels[0].textContent);
    list.hidden = true;
    field.after(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
  }

  function mark(field, number) {
    optionsOf(field).forEach((option, place) => option.setAttribute("aria-selected", place === number));
    const marked = markedOf(field);
    if (marked) field.setAttribute("aria-activedescendant", marked.id);
    else field.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }

  function show(field, html) {
    const list = listOf(field);
    list.innerHTML = html;
    optionsOf(field).forEach((option, place) => (option.id = `${list.id}-${place}`));
    list.hidden = !list.childElementCount;
    field.setAttribute("aria-expanded", !list.hidden);
    mark(field, WHOLE.test(field.value) ? -1 : 0);
  }

  function take(field, option) {
    field.value = option.dataset.typed;
    show(field, "");
    field.dispatchEvent(new CustomEvent("desk:chosen"));
  }

  async function ask(field) {
    const typed = field.value.trim();
    const answer = typed && await fetch(`${field.dataset.people}?q=${encodeURIComponent(typed)}`).catch(() => null);
    const html = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (field.value.trim() !== typed || document.activeElement !== field) return;
    isAsking = false;
    show(field, html);
    if (!takesFirst) return;
    takesFirst = false;
    if (markedOf(field)) take(field, markedOf(field));
    else field.dispatchEvent(new CustomEvent("desk:chosen"));
  }

  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-people]:not([role])")) furnish(event.target);
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-people][role]")) return;
    clearTimeout(timer);
    isAsking = true;
    takesFirst = false;
    timer = setTimeout(() => ask(event.target), PAUSE);
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-people][role]")) return;
    const all = optionsOf(field);
    const marked = markedOf(field);
    if (all.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : marked ? -1 : 0;
      mark(field, (all.indexOf(marked) + step + all.length) % all.length);
    } else if (event.key === "Escape" && all.length) {
      show(field, "");
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && marked && !isAsking) {
      take(field, marked);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && isAsking && !WHOLE.test(field.value)) {
      takesFirst = true;
    } else {
      if (event.key === "Tab" && marked && !isAsking) take(field, marked); // and go on
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.(".people-options > [role=option]");
    if (option) event.preventDefault(); // the field keeps the focus
  });

  document.addEventListener("click", (event) => {
    const option = event.target.closest?.(".people-options > [role=option]");
    if (option) take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
  });

  document.addEventListener("focusout", (event) => {
    if (!event.target.matches("[data-people][role]")) return;
    isAsking = takesFirst = false;
    show(event.target, "");
  });
}
