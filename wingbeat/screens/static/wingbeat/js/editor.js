// Rich text in place of the plain field, loaded when somebody begins to write.
{
  let loading = null;

  function load(src) {
    loading ??= new Promise((done) => {
      const script = document.createElement("script");
      script.src = src;
      script.addEventListener("load", () => {
        Trix.config.blockAttributes.default.tagName = "div";
        Trix.config.attachments.preview.caption = { name: false, size: false };
        done();
      });
      document.head.append(script);
    });
    return loading;
  }

  async function enhance(field) {
    field.removeAttribute("data-rich");
    const all = field.value.length;
    if (document.activeElement === field) field.setSelectionRange(all, all);
    await load(field.dataset.editor);
    const form = field.form;
    if (!form?.isConnected) return;
    if (field.dataset.caption) Trix.config.lang.captionPlaceholder = field.dataset.caption;
    const hidden = document.createElement("input");
    const editor = document.createElement("trix-editor");
    Object.assign(hidden, { type: "hidden", name: "html", id: "words-html", value: field.dataset.html || plain(field.defaultValue) });
    for (const name of ["placeholder", "dir"]) {
      if (field.hasAttribute(name)) editor.setAttribute(name, field.getAttribute(name));
    }
    editor.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
    editor.setAttribute("input", hidden.id);
    editor.setAttribute("toolbar", "tools");
    editor.hidden = true;
    editor.addEventListener("trix-initialize", () => handOver(field, editor), { once: true });
    field.after(hidden, editor);
  }

  // A browser that fills fields from before sends no input: then the words are those of the server.
  document.addEventListener("input", ({ target }) => target.matches?.("textarea[data-editor]") && (target.dataset.typed = "yes"));

  // The field takes letters until the editor can; they stand at the end of its words, the cursor behind them.
  function handOver(field, element) {
    const { value, defaultValue, form, dataset } = field;
    const here = document.activeElement;
    const wants = field.autofocus && here === document.body && matchMedia("(hover: hover)").matches;
    form.querySelector("trix-toolbar").hidden = false;
    form.elements.format.value = "rich";
    element.hidden = false;
    const isAdded = value.startsWith(defaultValue);
    if (dataset.typed && !isAdded) element.editor.loadHTML(plain(value));
    if (here === field || wants) element.focus();
    if (here === field || wants || dataset.typed) element.editor.setSelectedRange(element.editor.getDocument().getLength() - 1);
    if (dataset.typed && isAdded) element.editor.insertString(value.slice(defaultValue.length));
    field.disabled = true;
    field.hidden = true;
  }

  function plain(text) {
    const box = document.createElement("div");
    box.textContent = text;
    return box.innerHTML.replaceAll("\n", "<br>");
  }

  // A pasted picture goes to the draft and stands in the text; any other file becomes an attachment.
  document.addEventListener("trix-attachment-add", async (event) => {
    const { attachment } = event;
    if (!attachment.file) return;
    const form = event.target.closest("form");
    if (!attachment.file.type.startsWith("image/")) {
      if (form.dataset.composer) form.dispatchEvent(new CustomEvent("desk:attach", { bubbles: true, detail: { files: [attachment.file] } }));
      return attachment.remove();
    }
    const body = new FormData();
    body.append("inline", attachment.file);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    attachment.setUploadProgress(30);
    const answer = await fetch(form.dataset.files, { method: "POST", body }).catch(() => null);
    if (answer?.ok) attachment.setAttributes({ url: await answer.text() });
    else {
      attachment.remove();
      document.body.dispatchEvent(new CustomEvent("htmx:responseError", { bubbles: true }));
    }
  });

  // Trix writes into the form when it has drawn, a frame behind the keys. Whoever types and sends at
  // once would lose the last letters, so a letter leaves when what was typed has been drawn.
  document.addEventListener(
    "submit",
    (event) => {
      const { target: form, submitter } = event;
      if (!form.querySelector("trix-editor") || form.dataset.drawn) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const leave = () => {
        form.dataset.drawn = "yes";
        form.requestSubmit(submitter);
        delete form.dataset.drawn;
      };
      requestAnimationFrame(() => setTimeout(leave, 50));
    },
    true,
  );

  const enhanceAll = () => document.querySelectorAll("textarea[data-rich]").forEach(enhance);
  document.addEventListener("DOMContentLoaded", enhanceAll);
  document.addEventListener("htmx:afterSettle", enhanceAll);
}
