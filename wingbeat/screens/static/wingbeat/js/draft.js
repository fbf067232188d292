// Words are saved as a draft while they are typed; the server keeps them, not this browser.
{
  const PAUSE = 900;
  const AGAIN = 5000;
  let timer = 0;

  async function save(form) {
    const words = new FormData(form);
    for (const name of ["files", "token"]) words.delete(name);
    const answer = await fetch(form.dataset.draft, { method: "POST", body: words }).catch(() => null);
    const saved = form.querySelector("[data-saved]");
    if (saved) saved.textContent = answer?.ok ? await answer.text() : saved.dataset.not;
    if (answer?.ok) form.dispatchEvent(new CustomEvent("desk:saved"));
    else if (answer?.status !== 401) soon(form, AGAIN);
    form.toggleAttribute("data-unsaved", !answer?.ok);
  }

  function soon(form, pause) {
    clearTimeout(timer);
    timer = setTimeout(() => form.isConnected && save(form), pause);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-composer]");
    if (!form || event.target.type === "file") return;
    soon(form, PAUSE);
  });
  document.addEventListener("desk:logged-in", () => {
    const form = document.querySelector("form[data-unsaved]");
    if (form) soon(form, PAUSE);
  });
  document.addEventListener("submit", () => clearTimeout(timer));
}
