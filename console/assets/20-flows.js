// The pages of flows: figures of a span grow old without anything happening; a
// place in a file opens the file; files stay those that were loaded.
"use strict";

(() => {
  const { one, all } = console_;
  if (!one("#flows, .flow")) return;

  // shown opens the file that an address names a line of, or scrolls the picture
  // to a step.
  function shown() {
    for (const e of all(".source .here, .texml-graph .w-here-step")) e.classList.remove("here", "w-here-step");
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const file = target.closest("details.file");
    if (file) {
      file.open = true;
      if (target !== file) target.classList.add("here");
      target.scrollIntoView({ block: "center" });
    } else if (target.closest(".texml-graph")) {
      target.classList.add("w-here-step");
      toStep(target);
    }
  }

  function toStep(step) {
    const picture = step.closest(".picture");
    const at = step.getBoundingClientRect(), of = picture.getBoundingClientRect();
    picture.scrollLeft += at.left - of.left - (picture.clientWidth - at.width) / 2;
    picture.scrollTop += at.top - of.top - (picture.clientHeight - at.height) / 2;
    picture.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("refreshed", () => {
    const live = one("#live"), replaced = one("#replaced");
    if (live && replaced && live.dataset.release !== loaded) replaced.hidden = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "o" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || one("dialog[open]")) return;
    const files = all("details.file");
    const open = files.some((file) => file.open);
    for (const file of files) file.open = !open;
    event.preventDefault();
  });

  let loaded;
  addEventListener("hashchange", shown);
  document.addEventListener("click", (event) => { // the same place once more
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) shown();
  });
  document.addEventListener("DOMContentLoaded", () => {
    loaded = one("#live") && one("#live").dataset.release;
    for (const picture of all(".picture")) picture.scrollLeft = Math.max(0, startOf(picture));
    shown();
    setInterval(() => { if (!document.hidden) console_.changed(); }, 60000);
  });

  // startOf is where a picture that is too wide is scrolled to: its beginning.
  function startOf(picture) {
    const begin = one("#begin", picture);
    if (!begin) return 0;
    return begin.getBoundingClientRect().left - picture.getBoundingClientRect().left - picture.clientWidth / 2 + begin.getBoundingClientRect().width / 2;
  }
})();
