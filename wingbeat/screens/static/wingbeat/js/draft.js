// Words are saved as a draft while they are typed; the server keeps them, not this browser.
{
  const PAUSE = 900;
  let timer = 0;

  async function save(form) {
    const words = new FormData(form);
    for (const name of ["files", "token"]) words.delete(name);
    const answer = await fetch(form.dataset.draft, { method: "POST", body: words }).catch(() => null);
    const saved = form.querySelector("[data-saved]");
    if (saved && answer?.ok) saved.textContent = await answer.text();
    if (answer?.ok) form.dispatchEvent(new CustomEvent("desk:saved"));
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-composer]");
    if (!form || event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(() => form.isConnected && save(form), PAUSE);
  });
  document.addEventListener("submit", () => clearTimeout(timer));
}
