// The stream of what happens at the desk; parts of the page listen for it on the body.

// They listen only once the whole document is read: what is told before that would be lost.
const everyoneListens = new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));

document.addEventListener("htmx:beforeRequest", ({ detail }) => (detail.xhr.askedAt = performance.now()));
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.xhr?.askedAt) document.querySelector("desk-live")?.again(detail.xhr.askedAt);
  if (detail.xhr) detail.xhr.askedAt = 0;
});

customElements.define("desk-live", class extends HTMLElement {
  told = [];

  connectedCallback() {
    everyoneListens.then(() => this.isConnected && this.open());
    addEventListener("pagehide", () => this.stream?.close());
    // the browser's "back" may show the page as it was left: its stream tells what was missed
    addEventListener("pageshow", (event) => event.persisted && this.open());
  }

  disconnectedCallback() {
    this.stream?.close();
  }

  open() {
    this.stream = new EventSource(this.getAttribute("src"));
    for (const kind of ["conversation", "inbox", "presence", "notification"]) {
      this.stream.addEventListener(kind, (event) => this.pass(kind, JSON.parse(event.data)));
    }
    this.stream.addEventListener("open", () => this.online());
    this.stream.addEventListener("error", () => {
      this.waits ??= setTimeout(() => document.documentElement.dataset.loggedOut || (this.textContent = this.dataset.offline), 6000);
      // the browser tries again by itself, unless the server refused
      if (this.stream.readyState === EventSource.CLOSED) setTimeout(() => this.open(), 15000);
    });
  }

  pass(kind, facts) {
    const name = kind === "conversation" ? `desk:conversation-${facts.id}` : `desk:${kind}`;
    const at = performance.now();
    this.told = [...this.told.filter((one) => one.at > at - 60000), { at, name, detail: facts }];
    document.body.dispatchEvent(new CustomEvent(name, { detail: facts }));
  }

  // A part that is asked for while something is told shows what was before, and did not listen yet.
  // A notification is for the browser, which has shown it: twice would be noise.
  again(since) {
    const missed = this.told.filter((one) => one.at > since && one.name !== "desk:notification");
    for (const { name, detail } of missed) {
      document.body.dispatchEvent(new CustomEvent(name, { detail }));
    }
  }

  online() {
    clearTimeout(this.waits);
    this.waits = undefined;
    if (this.textContent === "") return;
    this.textContent = "";
    this.pass("inbox", {});
    const open = document.querySelector("[data-conversation]")?.dataset.conversation;
    if (open) this.pass("conversation", { id: open });
  }
});
