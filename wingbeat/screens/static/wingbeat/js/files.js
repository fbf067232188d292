// Attachments go to the draft as soon as they are chosen or dropped.
{
  async function send(form, body) {
    if (form.elements.about) body.append("about", form.elements.about.value);
    const list = form.querySelector("[data-draft-files]");
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    list.setAttribute("aria-busy", "true");
    const answer = await fetch(form.dataset.files, { method: "POST", body }).catch(() => null);
    list.removeAttribute("aria-busy");
    if (answer?.ok) {
      list.innerHTML = await answer.text();
      form.dispatchEvent(new Event("input", { bubbles: true })); // the draft began without its addresses
    } else document.body.dispatchEvent(new CustomEvent("htmx:responseError", { bubbles: true }));
  }

  function attach(form, files) {
    const body = new FormData();
    for (const file of files) body.append("files", file);
    return send(form, body);
  }

  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-attach]")) return;
    attach(event.target.form, event.target.files);
    event.target.value = "";
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-remove-file]");
    if (!button) return;
    event.preventDefault();
    const body = new FormData();
    body.append(button.name, button.value);
    send(button.form, body);
  });
  document.addEventListener("dragover", (event) => {
    if (event.target.closest?.("form[data-composer]")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const form = event.target.closest?.("form[data-composer]");
    if (!form || event.target.closest("trix-editor") || !event.dataTransfer.files.length) return;
    event.preventDefault();
    attach(form, event.dataTransfer.files);
  });
  document.addEventListener("desk:attach", (event) => attach(event.target, event.detail.files));
}
