// Today: one key waves away the act that has the focus, or else the first.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (event.target.closest?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const act = document.activeElement?.closest("[data-act]") ?? document.querySelector("[data-act]");
  const button = act?.querySelector(`[data-act-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
