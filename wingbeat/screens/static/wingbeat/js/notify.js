// What concerns one is shown by the browser while a tab is open, bundled; the desk says in which words,
// or that its agent wants quiet: then it is kept, over pages and tabs, and shown together afterwards.
// Others may use this browser after them, so it is kept by agent.
{
  const together = 1500;
  const most = 50; // the newest that the desk looks at; of more it tells how many there are
  const place = () => `wingbeat.untold.${document.body.dataset.agent}`;
  const untold = () => JSON.parse(localStorage.getItem(place()) ?? "[]");
  const keep = (ids) => localStorage.setItem(place(), JSON.stringify(ids));
  let timer;

  const show = async (address) => {
    timer = undefined;
    const ids = untold();
    const asked = new URLSearchParams(ids.slice(-most).map((id) => ["conversation", id]));
    asked.set("held", ids.length);
    const answer = await fetch(`${address}?${asked}`).catch(() => null);
    if (!answer?.ok) return;
    const { title, body, url, waits } = await answer.json();
    if (waits) return;
    keep(untold().filter((id) => !ids.includes(id)));
    if (!title) return;
    const shown = new Notification(title, { body, tag: url });
    shown.onclick = () => {
      focus();
      location.assign(url);
      shown.close();
    };
  };

  const soon = (...ids) => {
    const address = document.body?.dataset.notify;
    if (!address || !("Notification" in globalThis) || Notification.permission !== "granted") return;
    if (ids.length) keep([...untold().filter((id) => !ids.includes(id)), ...ids]);
    if (untold().length) timer ??= setTimeout(show, together, address);
  };

  soon();
  document.body?.addEventListener("desk:notification", ({ detail }) => {
    const open = document.querySelector("[data-conversation]")?.dataset.conversation;
    if (document.visibilityState === "visible" && open === String(detail.id)) {
      document.body.dispatchEvent(new CustomEvent(`desk:conversation-${open}`, { detail }));
      return;
    }
    soon(detail.id);
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
