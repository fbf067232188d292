// Drafts that colleagues show follow their words while they write; what one has unfolded stays so.
{
  const heard = new Set();
  const here = () => document.querySelector("[data-shared-drafts]");

  async function look(url) {
    const answer = await fetch(url).catch(() => null);
    const words = answer?.ok ? await answer.text() : null;
    const place = here();
    if (words === null || place?.dataset.sharedDrafts !== url || place.contains(document.activeElement)) return;
    const open = [...place.querySelectorAll("[data-shared-draft][open]")].map((one) => one.dataset.sharedDraft);
    place.innerHTML = words;
    for (const one of place.querySelectorAll("[data-shared-draft]")) one.open = open.includes(one.dataset.sharedDraft);
  }

  function listen() {
    const url = here()?.dataset.sharedDrafts;
    if (!url || heard.has(url)) return;
    heard.add(url);
    document.body.addEventListener(`desk:conversation-${url.match(/\d+/)[0]}`, () => here()?.dataset.sharedDrafts === url && look(url));
  }

  document.body.addEventListener("desk:presence", ({ detail }) => {
    const url = here()?.dataset.sharedDrafts;
    if (url?.includes(`/${detail.conversation}/`)) look(url);
  });

  document.addEventListener("DOMContentLoaded", listen);
  document.addEventListener("htmx:afterSettle", listen);
}
