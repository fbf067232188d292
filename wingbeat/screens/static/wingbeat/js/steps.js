// The value of a step is chosen from what there is, or typed, as the act takes it.
document.addEventListener("change", (event) => {
  const act = event.target;
  const step = act.matches("[name^=do_]") && act.closest("[data-step]");
  if (!step) return;
  const before = step.querySelector("[name^=value_]");
  const takes = document.querySelector(`[data-takes="${act.value}"]`);
  const after = takes ? takes.content.firstElementChild.cloneNode(true) : document.createElement("textarea");
  after.id = before.id;
  after.name = before.name;
  if (!takes) after.rows = 1;
  if (before.matches("textarea") && after.matches("textarea")) after.value = before.value;
  before.replaceWith(after);
});
