// Address fields as chips. The field itself keeps the line of text that a plain form would send.
{
  const LOOKS_RIGHT = /[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+/;
  const SPLIT = /[,;\n](?=(?:[^"]*"[^"]*")*[^"]*$)/;

  // A name is whatever its bearer wrote, even somebody else's: the address stands beside it. Where
  // there is no room it loses its beginning: its end tells one sender from another.
  function words(address) {
    const [, name, bare] = address.match(/^([^<]*)<([^>]*)>/) ?? [address, "", address];
    const label = document.createElement("span");
    label.className = "address-words";
    for (const text of [name.replaceAll('"', "").trim(), bare].filter(Boolean)) {
      const part = document.createElement("span");
      const written = document.createElement("bdi");
      part.className = text === bare ? "address-at cut" : text.length > 6 ? "cut" : "";
      written.append(text);
      part.append(written);
      label.append(label.firstChild ? " " : "", part);
    }
    return label;
  }

  function enhance(field) {
    field.removeAttribute("data-addresses");
    const box = document.createElement("div");
    const entry = field.cloneNode();
    const hadFocus = document.activeElement === field;
    box.className = "addresses";
    entry.removeAttribute("name");
    entry.required = false;
    entry.value = "";
    entry.inputMode = "email";
    field.removeAttribute("id");
    field.removeAttribute("data-people");
    field.type = "hidden";
    field.after(box);
    box.append(entry);

    const chips = () => [...box.querySelectorAll(".address")];
    const keep = () => {
      field.value = [...chips().map((chip) => chip.title), entry.value.trim()].filter(Boolean).join(", ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };

    function add(text) {
      const address = text.trim();
      if (!address) return;
      const chip = document.createElement("span");
      const remove = document.createElement("button");
      chip.className = LOOKS_RIGHT.test(address) ? "address" : "address is-wrong";
      chip.title = address;
      chip.append(words(address), remove);
      remove.type = "button";
      remove.setAttribute("aria-label", `${document.body.dataset.remove} ${address}`);
      remove.append(document.getElementById("icon-close").content.cloneNode(true));
      remove.addEventListener("click", () => {
        chip.remove();
        keep();
        entry.focus();
      });
      entry.before(chip);
    }

    function commit() {
      for (const part of entry.value.split(SPLIT)) add(part);
      entry.value = "";
      keep();
    }

    entry.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === "," || event.key === ";") && entry.value.trim()) {
        event.preventDefault();
        commit();
      } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
      else if (event.key === "Backspace" && !entry.value && chips().length) {
        chips().at(-1).remove();
        keep();
      }
    });
    entry.addEventListener("input", keep);
    entry.addEventListener("blur", commit);
    entry.addEventListener("desk:chosen", commit);
    entry.addEventListener("paste", () => setTimeout(() => SPLIT.test(entry.value) && commit()));
    box.addEventListener("click", (event) => event.target === box && entry.focus());
    for (const part of field.value.split(SPLIT)) add(part);
    if (hadFocus) entry.focus();
  }

  const enhanceAll = () => document.querySelectorAll("input[data-addresses]").forEach(enhance);
  document.addEventListener("DOMContentLoaded", enhanceAll);
  document.addEventListener("htmx:afterSettle", enhanceAll);
}
