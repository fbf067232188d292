// The thread opens at its newest words, and keeps its place when it is loaded anew.
{
  const NEAR = 120;
  let place = null;

  function toNewest(thread) {
    const named = location.hash && thread.querySelector(location.hash);
    const cards = thread.querySelectorAll(".message, .margin");
    const last = named || cards[cards.length - 1];
    if (!last) return;
    if (named || last.offsetHeight > thread.clientHeight) last.scrollIntoView({ block: "start" });
    else thread.scrollTop = thread.scrollHeight;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const thread = document.querySelector("[data-thread]");
    if (thread) toNewest(thread);
  });
  document.addEventListener("htmx:beforeSwap", () => {
    const thread = document.querySelector("[data-thread]");
    if (!thread) return (place = null);
    const isAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < NEAR;
    place = { conversation: thread.closest("[data-conversation]")?.dataset.conversation, isAtEnd, top: thread.scrollTop };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const thread = document.querySelector("[data-thread]");
    if (!thread || !["panes", "thread", "composer"].includes(event.detail.target.id)) return;
    const isSame = thread.closest("[data-conversation]")?.dataset.conversation === place?.conversation;
    const hasSpoken = event.detail.requestConfig?.elt.matches("[data-composer]") && !document.querySelector("[data-composer]");
    if (isSame && !place.isAtEnd && !hasSpoken) thread.scrollTop = place.top;
    else toNewest(thread);
  });
}
