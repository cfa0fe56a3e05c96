// A try: what is done is sent without leaving the page, the keypad types, and the
// conversation stays at its end.
"use strict";

(() => {
  const { one, all, morph, enliven, say, signedOut } = console_;
  if (!one("#try")) return;

  const form = () => one("#ask");
  function atEnd() {
    const list = one("#talk-list");
    if (list) list.scrollTop = list.scrollHeight;
    for (const picture of all(".picture")) {
      const now = one(".w-here", picture);
      if (now) picture.scrollLeft = now.getBoundingClientRect().left - picture.getBoundingClientRect().left + picture.scrollLeft - picture.clientWidth / 2;
    }
  }

  // focus goes to what comes next where it was in what was just done.
  function goOn() {
    const next = one("#ask input:not([type=hidden]):not([type=checkbox]), #ask select") || one("#over a");
    if (next) next.focus({ preventScroll: true });
  }

  let sending = false;
  async function send(sent, button) {
    if (sending) return;
    sending = true;
    const from = sent.contains(document.activeElement);
    const body = new URLSearchParams(new FormData(sent));
    if (button && button.name) body.set(button.name, button.value);
    one("#try").setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(sent.action, { method: "POST", body });
      if (answer.status === 401) return signedOut();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("try");
      if (!fresh || new URL(answer.url).pathname !== location.pathname && answer.status !== 422) return void location.assign(answer.url);
      const before = form() && form().dataset.asks;
      const next = fresh.querySelector("#ask");
      if (form() && next && before !== next.dataset.asks) form().replaceWith(document.importNode(next, true)); // nothing of the last answer stays
      morph(one("#try"), fresh);
      enliven(one("#try"));
      one("#try").dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
      atEnd();
      const wrong = one("#ask [aria-invalid]");
      if (wrong) wrong.focus();
      else if (from) goOn();
    } catch {
      say("The server cannot be reached. Nothing was done.");
    } finally {
      sending = false;
      if (one("#try")) one("#try").removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!one("#try").contains(sent) || sent.dataset.leaves !== undefined || !new URL(sent.action).pathname.startsWith(location.pathname + "/")) return;
    event.preventDefault();
    send(sent, event.submitter);
  });

  // Keys of the pad are typed where several are wanted, and sent when they are all.
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]");
    const field = one("#press");
    if (!key || !field || !key.closest(".appends")) return;
    event.preventDefault();
    field.value += key.dataset.digit;
    const many = Number(field.dataset.digits);
    const finished = field.dataset.finish && field.dataset.finish.includes(key.dataset.digit) && field.value.length > 1;
    if (finished || many && field.value.length >= many) form().requestSubmit(one("button[value=press]", form()));
  });

  document.addEventListener("DOMContentLoaded", () => {
    atEnd();
    if (matchMedia("(hover: hover)").matches && form()) goOn();
  });
})();
