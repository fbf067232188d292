// Marks in the list who reads or writes in a conversation now, as the page's one stream tells it.
{
  const drawn = ({ name, initials, typing }) => {
    const mark = document.getElementById(typing ? "writes-here" : "reads-here").content.cloneNode(true).firstElementChild;
    mark.title = mark.lastElementChild.textContent = mark.title.replace("%name%", () => name);
    mark.children[1].textContent = initials;
    return mark;
  };

  document.body.addEventListener("desk:presence", ({ detail }) => {
    const marks = document.querySelector(`[data-marks="${detail.conversation}"]`);
    if (!marks) return;
    for (const one of marks.querySelectorAll("[data-here]")) one.remove();
    marks.prepend(...detail.who.map(drawn));
  });
}
