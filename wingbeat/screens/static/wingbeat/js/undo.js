// A reply that can still be taken back runs out visibly; then the thread shows what became of it.
{
  const watched = new WeakSet();

  function watch() {
    for (const form of document.querySelectorAll("[data-undo]")) {
      if (watched.has(form)) continue;
      watched.add(form);
      const seconds = Number(form.dataset.undo);
      const conversation = form.closest("[data-conversation]").dataset.conversation;
      form.style.setProperty("--undo-for", `${seconds}s`);
      setTimeout(() => htmx.trigger(document.body, `desk:conversation-${conversation}`), (seconds + 2) * 1000);
    }
  }

  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("htmx:afterSettle", watch);
}
