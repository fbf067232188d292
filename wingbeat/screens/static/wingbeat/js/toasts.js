// Short words at the foot of the screen go by themselves; failed requests say so there.
{
  const STAYS_FOR = 7000;

  function letGo(toast) {
    const leave = () => (toast.matches(":hover") ? setTimeout(leave, 1000) : toast.remove());
    setTimeout(leave, STAYS_FOR);
  }

  function tell(which) {
    const words = document.querySelector(`template[data-toast-for="${which}"]`)?.content.cloneNode(true);
    if (!words || document.documentElement.dataset.loggedOut) return;
    document.getElementById("toasts").append(words);
    watch();
  }

  function watch() {
    for (const toast of document.querySelectorAll("[data-toast]")) {
      toast.removeAttribute("data-toast");
      letGo(toast);
    }
  }

  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("htmx:afterSettle", watch);
  document.addEventListener("htmx:sendError", () => tell("no-answer"));
  document.addEventListener("htmx:responseError", () => tell("failed"));
}
