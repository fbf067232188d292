// The list: j and k walk through it, and the row of the open conversation is marked.
{
  const links = () => [...document.querySelectorAll("[data-rows] a[data-row]")];
  const chosen = () => location.pathname.match(/^\/conversations\/(\d+)\//)?.[1];

  function mark() {
    for (const link of links()) {
      if (link.dataset.row === chosen()) {
        link.setAttribute("aria-current", "true");
        link.scrollIntoView({ block: "nearest" });
      } else link.removeAttribute("aria-current");
    }
  }

  function walk(step) {
    const all = links();
    const isHere = (link) => link === document.activeElement || link.dataset.row === chosen();
    const loading = all.findIndex((link) => link.classList.contains("htmx-request"));
    const here = loading < 0 ? all.findIndex(isHere) : loading;
    const next = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
    if (!next) return;
    next.scrollIntoView({ block: "nearest" });
    if (document.getElementById("conversation")) next.click();
    else next.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== "j" && event.key !== "k")) return;
    if (event.target.closest?.("input, textarea, select, trix-editor") || document.querySelector("dialog[open]")) return;
    walk(event.key === "j" ? 1 : -1);
  });
  document.addEventListener("DOMContentLoaded", mark);
  for (const event of ["htmx:afterSettle", "htmx:pushedIntoHistory", "htmx:historyRestore"]) {
    document.addEventListener(event, mark);
  }
}
