// Choosing rows: x and the box take one, Shift takes all from the one before; Escape lets go.
{
  const chosen = new Set();
  let latest = null;
  const boxes = () => [...document.querySelectorAll(".row-pick")];

  function show() {
    for (const box of boxes()) box.checked = chosen.has(box.value);
    const count = document.querySelector("[data-chosen-count]");
    if (count) count.textContent = chosen.size || "";
  }

  function take(box, through) {
    const all = boxes();
    const from = all.findIndex((one) => one.value === latest);
    const to = all.indexOf(box);
    const on = through ? true : !chosen.has(box.value);
    const range = through && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
    for (const one of range) chosen[on ? "add" : "delete"](one.value);
    latest = box.value;
    show();
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".row-pick");
    if (!box) return;
    chosen[box.checked ? "delete" : "add"](box.value); // as it was before the click
    take(box, event.shiftKey);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, trix-editor")) return;
    if (event.key === "Escape" && chosen.size && !event.defaultPrevented) {
      chosen.clear();
      show();
    }
    if (event.key !== "x" && event.key !== "X") return;
    const row = document.activeElement.closest(".row") ?? document.querySelector(".row:has([aria-current])") ?? document.querySelector(".row");
    const box = row?.querySelector(".row-pick");
    if (!box) return;
    take(box, event.key === "X");
    row.querySelector("a").focus(); // from here j and k go on
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of boxes()) if (box.checked) chosen.add(box.value);
    show();
  });
  // the list comes anew while somebody chooses
  document.addEventListener("htmx:afterSettle", show);
}
