// What concerns one is shown by the browser while a tab is open, bundled; the desk says in which words.
{
  const together = 1500;
  const waiting = new Set();

  const show = async (address) => {
    const asked = new URLSearchParams([...waiting].map((id) => ["conversation", id]));
    waiting.clear();
    const answer = await fetch(`${address}?${asked}`);
    if (!answer.ok) return;
    const { title, body, url } = await answer.json();
    if (!title) return;
    const shown = new Notification(title, { body, tag: url });
    shown.onclick = () => {
      focus();
      location.assign(url);
      shown.close();
    };
  };

  document.body?.addEventListener("desk:notification", ({ detail }) => {
    const open = document.querySelector("[data-conversation]")?.dataset.conversation;
    if (document.visibilityState === "visible" && open === String(detail.id)) {
      document.body.dispatchEvent(new CustomEvent(`desk:conversation-${open}`, { detail }));
      return;
    }
    const address = document.body.dataset.notify;
    if (!address || !("Notification" in globalThis) || Notification.permission !== "granted") return;
    if (waiting.size === 0) setTimeout(show, together, address);
    waiting.add(detail.id);
  });
}

customElements.define("desk-permission", class extends HTMLElement {
  connectedCallback() {
    if (!("Notification" in globalThis) || Notification.permission === "granted") return;
    this.hidden = false;
    if (Notification.permission === "denied") {
      this.textContent = this.dataset.denied;
      return;
    }
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button is-small", textContent: this.dataset.ask });
    button.onclick = async () => {
      const answer = await Notification.requestPermission();
      if (answer === "granted") this.hidden = true;
      if (answer === "denied") this.textContent = this.dataset.denied;
    };
    this.replaceChildren(button);
  }
});
