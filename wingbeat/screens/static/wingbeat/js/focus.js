// After a part of the page was replaced the focus goes where reading goes on.
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target;
  if (target.id.startsWith("message-")) event.target.focus?.({ preventScroll: true }); // opened in its place
  if (target.id !== "panes") return;
  const place = target.querySelector("[autofocus]") ?? target.querySelector("h1[tabindex]");
  if (!target.contains(document.activeElement)) place?.focus({ preventScroll: true });
});
