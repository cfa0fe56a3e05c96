// What every page does with a script; without one, every page works by
// reloading. Parts of pages follow in files of their own and use `console_`.
"use strict";

const console_ = (() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // say tells something in passing, also to who listens. It takes text or nodes.
  let saying;
  function say(...what) {
    const said = one("#said");
    if (!said) return;
    said.replaceChildren(...what);
    clearTimeout(saying);
    if (what.length) saying = setTimeout(() => say(), 8000);
  }

  function signedOut() {
    const link = document.createElement("a");
    link.href = "/signin?next=" + encodeURIComponent(location.pathname + location.search);
    link.textContent = "Sign in again";
    say("You were signed out. ", link);
    clearTimeout(saying);
    stop();
  }

  // Times are written in UTC and shown in the reader's zone; [data-since] counts
  // from its datetime on.
  const clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  function duration(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    if (s < 60) return s + " s";
    if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
    return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
  }

  const ahead = Date.now() - Date.parse(document.body.dataset.now); // of the server's clock, in ms
  function count() {
    for (const t of all("time[data-since]")) {
      const text = duration((Date.now() - ahead - Date.parse(t.dateTime)) / 1000);
      if (t.textContent !== text) t.textContent = text;
    }
  }

  function times(within) {
    for (const t of all("time[datetime]:not([data-since], [data-shown])", within)) {
      const at = new Date(t.dateTime);
      if (isNaN(at)) continue;
      const whole = clock.format(at);
      const short = t.dataset.short !== undefined;
      t.title = whole + " " + zone + " · " + t.dateTime;
      t.textContent = short ? whole.slice(11) : whole;
      t.dataset.shown = "";
    }
  }

  // enliven makes new content what it would have been in a fresh page.
  const enliveners = [times];
  function enliven(within) {
    for (const f of enliveners) f(within);
    count();
  }

  // morph makes `old` like `fresh` where they differ, and nowhere else: what is
  // read, opened, typed or focused stays. Children with an id are told apart by
  // it, others by their place. [data-keep] is left alone.
  function morph(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
      old.replaceWith(fresh);
      if (fresh.nodeType === Node.ELEMENT_NODE) enliven(fresh);
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.dataset && old.dataset.keep !== undefined) return;
    if (old.localName === "time" && old.dateTime === fresh.dateTime && old.dataset.since === fresh.dataset.since) return;
    const here = old.classList.contains("here"); // the row that keys are at
    for (const { name, value } of [...fresh.attributes]) {
      if (!(old.localName === "details" && name === "open") && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (fresh.hasAttribute(name) || name === "data-shown" || (old.localName === "details" && name === "open")) continue;
      old.removeAttribute(name);
    }
    if (here) old.classList.add("here");
    if (old.matches("input, textarea, select")) return;
    if (old.localName === "time") delete old.dataset.shown;
    children(old, fresh);
  }

  function children(old, fresh) {
    const known = new Map();
    for (const child of old.children) if (child.id) known.set(child.id, child);
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const same = next.id ? known.get(next.id) : at && !at.id && at.nodeName === next.nodeName ? at : null;
      if (same) {
        known.delete(next.id);
        if (same !== at) old.insertBefore(same, at);
        else at = at.nextSibling;
        morph(same, next);
      } else {
        old.insertBefore(next, at);
        if (next.nodeType === Node.ELEMENT_NODE) {
          enliven(next);
          if (next.id && old.dataset.fresh !== undefined) next.classList.add("fresh");
        }
      }
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  }

  // refresh fetches a part of this page, and puts it where it stands: an element
  // with data-part="NAME" is what ?part=NAME of its data-href, else of this
  // page's address, answers with.
  const under = new WeakMap();
  async function refresh(element) {
    if (under.has(element)) {
      under.set(element, true);
      return;
    }
    under.set(element, false);
    try {
      const url = new URL(element.dataset.href || location.href, location.href);
      url.hash = "";
      url.searchParams.set("part", element.dataset.part);
      const answer = await fetch(url, { headers: { "Texmlsrv-Refresh": "1" } });
      if (answer.status === 401) return signedOut();
      if (!answer.ok) return say("The page could not be brought up to date (" + answer.status + ").");
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      if (fresh && element.isConnected) {
        morph(element, fresh);
        enliven(element);
        element.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
      }
    } catch {
      // The network is gone; the event stream says so, and tries again.
    } finally {
      const again = under.get(element);
      under.delete(element);
      if (again) setTimeout(() => refresh(element), 250);
    }
  }

  // Live pages: <… data-events="/events?…"> opens one stream. A message is JSON;
  // its `sid` says which call moved, and each [data-live] that names the call, or
  // is "*", is fetched again, at most twice a second, or as often as data-every
  // says in ms, and not while hidden.
  let stream, due, dueAt = 0, wanted = new Set();
  function changed(sid) {
    for (const e of all("[data-live]")) if (!sid || e.dataset.live === "*" || e.dataset.live === sid) wanted.add(e);
    if (!document.hidden) soon(500);
  }
  function soon(ms) {
    const at = performance.now() + ms;
    if (due && dueAt <= at) return;
    clearTimeout(due);
    dueAt = at;
    due = setTimeout(flush, ms);
  }
  const last = new WeakMap();
  function flush() {
    due = undefined;
    const these = wanted;
    wanted = new Set();
    let rest = Infinity;
    for (const e of these) {
      const early = last.has(e) ? Number(e.dataset.every || 0) - (performance.now() - last.get(e)) : 0;
      if (early > 0) {
        wanted.add(e);
        rest = Math.min(rest, early);
        continue;
      }
      last.set(e, performance.now());
      refresh(e);
    }
    if (rest < Infinity) soon(rest);
  }
  function listen() {
    const from = one("[data-events]");
    if (!from || stream || document.hidden) return;
    let broken = false;
    stream = new EventSource(from.dataset.events);
    stream.onopen = () => {
      if (broken) { changed(); say(); }
      broken = false;
      document.documentElement.dataset.stream = "open";
    };
    stream.onerror = () => {
      if (!broken) say("The connection is gone. Trying again…");
      clearTimeout(saying);
      broken = true;
      document.documentElement.dataset.stream = "broken";
      if (stream && stream.readyState === EventSource.CLOSED) {
        stream = undefined;
        setTimeout(listen, 5000);
        for (const e of all("[data-live]").slice(0, 1)) refresh(e); // tells if it is the sign-in
      }
    };
    stream.onmessage = (message) => {
      try {
        const change = JSON.parse(message.data);
        document.dispatchEvent(new CustomEvent("change", { detail: change }));
        changed(change.sid);
      } catch {
        changed();
      }
    };
  }
  function stop() {
    if (stream) stream.close();
    stream = undefined;
    document.documentElement.dataset.stream = "closed";
  }

  // Keys: j and k walk over [data-row], Enter opens the row's first link, / is
  // the search, ? is help, and [data-key="x"] is clicked or focused by x.
  const rows = () => all("[data-row]").filter((r) => r.offsetParent !== null);
  function walk(step) {
    const list = rows();
    if (!list.length) return;
    const now = list.findIndex((r) => r.classList.contains("here"));
    const next = list[now < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, now + step))];
    at(next);
    next.scrollIntoView({ block: "nearest" });
  }
  // at is where the keys are from now on. The page knows it again when somebody
  // comes back to it.
  function at(next) {
    for (const r of rows()) r.classList.toggle("here", r === next);
    if (next.id) history.replaceState({ ...history.state, row: next.id }, "");
    const focusable = next.matches("a, button, summary") ? next : one("a, button, summary", next);
    if (focusable) focusable.focus({ preventScroll: true });
  }
  function again() {
    const row = history.state && history.state.row && document.getElementById(history.state.row);
    if (row && row.matches("[data-row]")) at(row);
  }
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (one("dialog[open]")) return;
    const target = one("[data-key='" + CSS.escape(event.key) + "']");
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "/" && one("[data-search]")) { one("[data-search]").focus(); one("[data-search]").select(); }
    else if (event.key === "?" && one("#keys")) one("#keys").showModal();
    else if (target && target.matches("input, textarea, select")) target.focus();
    else if (target) target.click();
    else return;
    event.preventDefault();
  }

  async function copy(event) {
    const from = event.target.closest("[data-copy]");
    if (!from) return;
    try {
      await navigator.clipboard.writeText(from.dataset.copy);
      say("Copied.");
    } catch {
      say("Copying is not allowed here.");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (zone && one("#zone")) one("#zone").textContent = zone;
    enliven(document);
    again();
    setInterval(count, 1000);
    listen();
  });
  document.addEventListener("keydown", press);
  document.addEventListener("click", copy);
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-row]"); // what is left by a click is come back to as well
    if (row && row.id) history.replaceState({ ...history.state, row: row.id }, "");
  }, true);
  // Browsers open six connections to a server, whatever the number of pages: those
  // that nobody sees must not hold one, or the seventh page would never load.
  function resume() {
    if (stream) return;
    listen();
    changed();
    soon(0);
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else resume();
  });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) resume(); });

  return { one, all, say, morph, refresh, changed, enliven, enliveners, duration, signedOut };
})();
