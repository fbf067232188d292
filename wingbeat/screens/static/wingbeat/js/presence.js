// Says that one reads or writes here, and shows who else does.
{
  const SIGN_EVERY = 15000;
  const TYPING_EVERY = 4000;
  let place = null;
  let typedAt = 0;

  const here = () => document.querySelector("[data-presence]");
  const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));

  async function tell(sign) {
    const element = here();
    if (!element) return;
    const url = element.dataset.presence;
    const body = sign ? new URLSearchParams({ sign }) : undefined;
    const answer = await fetch(url, { method: sign ? "POST" : "GET", body, headers: headers() }).catch(() => null);
    if (answer?.ok && here()?.dataset.presence === url) here().innerHTML = await answer.text();
  }

  function leave() {
    if (!place) return;
    const gone = new URLSearchParams({ sign: "gone", csrfmiddlewaretoken: headers()["X-CSRFToken"] });
    navigator.sendBeacon(place, gone);
    place = null;
  }

  function arrive() {
    const url = here()?.dataset.presence ?? null;
    if (url === place) return;
    leave();
    place = url;
    if (place) tell("here");
  }

  document.body.addEventListener("desk:presence", ({ detail }) => {
    if (place?.includes(`/${detail.conversation}/`)) tell("");
  });
  document.addEventListener("DOMContentLoaded", arrive);
  document.addEventListener("htmx:afterSettle", arrive);
  addEventListener("pagehide", leave);
  setInterval(() => document.visibilityState === "visible" && place && tell("here"), SIGN_EVERY);
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("[data-composer]") || Date.now() - typedAt < TYPING_EVERY) return;
    typedAt = Date.now();
    tell("typing");
  });
}
