// The customer column, where the screen is too narrow to show it always.
{
  let opener = null;
  document.addEventListener("click", (event) => {
    const opens = event.target.closest?.("[data-opens-aside]");
    const closes = event.target.closest?.("[data-closes-aside]");
    const aside = document.getElementById((opens?.dataset.opensAside ?? closes?.dataset.closesAside) || "");
    if (!aside) return;
    event.preventDefault();
    aside.classList.toggle("is-open", Boolean(opens));
    if (opens) {
      opener = opens;
      aside.querySelector("[data-closes-aside]").focus();
    } else opener?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const aside = document.querySelector(".customer-column.is-open");
    if (event.key === "Escape" && aside) {
      aside.classList.remove("is-open");
      opener?.focus();
    }
  });
}
