// The stream of what happens at the desk; parts of the page listen for it on the body.
customElements.define("desk-live", class extends HTMLElement {
  connectedCallback() {
    this.stream = new EventSource(this.getAttribute("src"));
    for (const kind of ["conversation", "inbox", "presence"]) {
      this.stream.addEventListener(kind, (event) => this.pass(kind, event.data));
    }
    this.stream.addEventListener("open", () => this.online());
    this.stream.addEventListener("error", () => (this.waits ??= setTimeout(() => this.offline(), 6000)));
    addEventListener("pagehide", () => this.stream.close());
  }

  disconnectedCallback() {
    this.stream.close();
  }

  pass(kind, data) {
    const facts = JSON.parse(data);
    const name = kind === "inbox" ? "desk:inbox" : `desk:${kind}-${facts.id ?? facts.conversation}`;
    document.body.dispatchEvent(new CustomEvent(name, { detail: facts }));
  }

  online() {
    clearTimeout(this.waits);
    const wasAway = this.textContent !== "";
    this.waits = undefined;
    this.textContent = "";
    if (!wasAway) return;
    document.body.dispatchEvent(new CustomEvent("desk:inbox"));
    const open = document.querySelector("[data-conversation]")?.dataset.conversation;
    if (open) document.body.dispatchEvent(new CustomEvent(`desk:conversation-${open}`));
  }

  offline() {
    this.textContent = this.dataset.offline;
  }
});
