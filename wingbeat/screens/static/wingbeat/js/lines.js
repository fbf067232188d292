// Lines of a question: each offers the comparisons and the values of the field that it is about.
{
  function fit(line) {
    const chosen = line.querySelector("[name=field]").selectedOptions[0];
    const relation = line.querySelector("[name=relation]");
    const value = line.querySelector("[name=value]");
    const allowed = (chosen?.dataset.relations ?? "").split(" ").filter(Boolean);
    const says = JSON.parse(chosen?.dataset.says ?? "{}");
    for (const option of relation.options) {
      option.textContent = says[option.value] || option.dataset.name;
      option.hidden = option.disabled = allowed.length > 0 && !allowed.includes(option.value);
    }
    if (relation.selectedOptions[0]?.disabled) relation.value = allowed[0];
    value.setAttribute("list", `values-${chosen?.value}`);
    value.placeholder = chosen?.dataset.example ?? "";
  }

  const fitAll = () => document.querySelectorAll("[data-line]").forEach(fit);
  document.addEventListener("DOMContentLoaded", fitAll);
  document.addEventListener("htmx:afterSettle", fitAll);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-line] [name=field]")) fit(event.target.closest("[data-line]"));
  });
}
