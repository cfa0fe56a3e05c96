// The page of a call: what is behind a turn is fetched when its row is opened,
// and again once it has changed; the conversation stays at its end while nobody
// scrolls.
"use strict";

(() => {
  const { one, all, refresh } = console_;
  if (!one("#call, #try")) return;

  function load(row) {
    const body = one("[data-part]", row);
    const now = one("[data-now]", row);
    if (!body || !now || body.dataset.version === now.dataset.now) return;
    refresh(body);
  }

  // shown opens what an address names, and what it stands in.
  function shown() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    const within = target.closest("details");
    if (within) within.open = true;
    if (target.matches("details.turn")) {
      for (const row of all(".turn.here")) row.classList.remove("here");
      target.classList.add("here");
      target.scrollIntoView({ block: "start" });
    }
  }

  document.addEventListener("toggle", (event) => {
    const row = event.target;
    if (!row.matches || !row.matches("details.turn, details[data-loads]") || !row.open) return;
    load(row);
    if (row.matches(".turn") && decodeURIComponent(location.hash.slice(1)) !== row.id) history.replaceState(history.state, "", "#" + row.id);
  }, true);

  // The end of the conversation is followed while it is in sight.
  const talk = () => one("#talk-list");
  let following = true;
  const atEnd = (t) => t.scrollHeight - t.scrollTop - t.clientHeight < 40;
  function follow() {
    const t = talk();
    if (t && following) t.scrollTop = t.scrollHeight;
  }
  document.addEventListener("scroll", (event) => {
    if (event.target === talk()) following = atEnd(event.target);
  }, true);

  // What is read stays where it is, whatever comes above it: the row with the
  // focus, else an open one in sight, else the first thing in sight.
  let anchor, top = 0;
  const sight = (e) => {
    const box = e.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  };
  function note() {
    const focused = document.activeElement && document.activeElement.closest(".turn");
    anchor = [focused, ...all(".turn[open]"), ...all(".call-head, .call > .panel, .turn")].find((e) => e && sight(e));
    top = anchor ? anchor.getBoundingClientRect().top : 0;
  }
  let noting;
  function soon() {
    if (!noting) noting = requestAnimationFrame(() => { noting = undefined; note(); });
  }
  for (const what of ["scroll", "toggle", "focusin", "click", "keyup"]) document.addEventListener(what, soon, { capture: true, passive: true });
  addEventListener("resize", soon);

  document.addEventListener("refreshed", (event) => {
    if (!event.target.matches("#call, #try")) return soon();
    if (anchor && anchor.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: "instant" });
    for (const row of all("details.turn[open], details[data-loads][open]")) load(row);
    if (one(".is-now")) follow();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    const form = document.getElementById(opener.dataset.opens);
    if (!form) return;
    event.preventDefault();
    form.open = true;
    one("input[name='why']", form).focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "o" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || one("dialog[open]")) return;
    const open = all("details.turn[open]");
    const here = one("details.turn.here");
    if (open.length) for (const row of open) row.open = false;
    else if (here) here.open = true;
    event.preventDefault();
  });

  addEventListener("hashchange", shown);
  document.addEventListener("DOMContentLoaded", () => {
    shown();
    soon();
    setInterval(() => { if (one(".is-now") && !document.hidden) console_.changed(); }, 15000); // the sentence counts, too
    if (one(".is-now")) follow();
    else if (talk() && talk().dataset.end === undefined) talk().scrollTop = 0;
    for (const picture of all(".picture")) {
      const now = one(".w-here", picture) || one(".w-number", picture);
      if (now) picture.scrollLeft = now.getBoundingClientRect().left - picture.getBoundingClientRect().left - picture.clientWidth / 2;
    }
  });
})();
