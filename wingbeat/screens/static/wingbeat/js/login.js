// Logged out meanwhile: no log-in is drawn into the page, its words stay, and after a log-in elsewhere all goes on.
{
  const LOOKS_EVERY = 5000;
  const root = document.documentElement;
  const ask = fetch;
  let looks = 0;

  // Somebody else who logged in at this browser is not who wrote these words.
  async function renew() {
    const answer = await ask(document.getElementById("logged-out").dataset.login).catch(() => null);
    if (!answer?.ok) return false;
    const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!body.dataset.who || body.dataset.who !== document.body.dataset.who) return false;
    const headers = body.getAttribute("hx-headers");
    document.body.setAttribute("hx-headers", headers);
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = JSON.parse(headers)["X-CSRFToken"];
    return true;
  }

  async function look() {
    if (!(await renew())) return false;
    clearInterval(looks);
    if (root.dataset.loggedOut) document.querySelector("desk-live").online();
    delete root.dataset.loggedOut;
    document.dispatchEvent(new CustomEvent("desk:logged-in"));
    return true;
  }

  async function notice() {
    if (root.dataset.loggedOut || (await look()) || root.dataset.loggedOut) return;
    root.dataset.loggedOut = "yes";
    document.querySelector("desk-live").replaceChildren(document.getElementById("logged-out").content.cloneNode(true));
    looks = setInterval(() => document.visibilityState === "visible" && look(), LOOKS_EVERY);
  }

  window.fetch = async (url, options = {}) => {
    const answer = await ask(url, { ...options, headers: { ...options.headers, "X-Requested-With": "fetch" } });
    if (answer.status === 401) notice();
    return answer;
  };
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status !== 401) return;
    detail.isError = false;
    notice();
  });
  addEventListener("focus", () => root.dataset.loggedOut && look());
}
