// Helping a running call: with a script, what the caller would get is shown in
// a dialog over the call, which stays where it is.
"use strict";

(() => {
  const { one, say, signedOut, changed } = console_;
  if (!one("#call")) return;

  let dialog;
  function open(page) {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "help-dialog";
      dialog.setAttribute("aria-label", "Help the caller");
      dialog.addEventListener("click", (event) => {
        if (event.target.closest("[data-close]")) {
          event.preventDefault();
          dialog.close();
        }
      });
      document.body.append(dialog);
    }
    dialog.replaceChildren(page);
    for (const link of dialog.querySelectorAll("a[href]")) {
      const url = new URL(link.href);
      if (url.pathname === location.pathname && !url.hash) link.dataset.close = "";
      else if (url.pathname === location.pathname) link.addEventListener("click", () => dialog.close());
    }
    console_.enliven(page);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    // What it says is read first: the field below is focused where both fit.
    const large = one(".help-document[open]", dialog);
    if (large && dialog.scrollHeight > dialog.clientHeight) large.open = false;
    const why = one("input[name='why']", dialog);
    const title = one("h1", dialog);
    if (title) title.tabIndex = -1;
    const first = why && dialog.scrollHeight <= dialog.clientHeight ? why : title;
    if (first) first.focus({ preventScroll: true });
  }

  // Where something was mistyped, the way back leads to its field: in the preview,
  // or in the form below the dialog, which holds what was typed.
  let source;
  function back(form, preview, name) {
    const link = one("[data-back]", dialog);
    if (!link) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const here = form.elements[name];
      if (preview && here && here.type !== "hidden") open(preview);
      else dialog.close();
      const field = here && here.type !== "hidden" ? here : source && source.elements[name];
      if (!field) return;
      field.setAttribute("aria-invalid", "true");
      field.addEventListener("input", () => field.removeAttribute("aria-invalid"), { once: true });
      field.focus();
    });
  }

  async function post(form) {
    const preview = form.closest("#help-page");
    if (!preview) source = form;
    const button = one("button:not([type='button'])", form);
    if (button.disabled) return;
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.status === 401) return signedOut();
      const page = one("#help-page", new DOMParser().parseFromString(await answer.text(), "text/html"));
      if (!page) return say("That did not work (" + answer.status + ").");
      const told = one("#help-told", page);
      if (page.dataset.state === "done" && told && told.matches(".good")) {
        if (dialog) dialog.close();
        const kind = one(".help-kind[open]");
        if (kind) { kind.open = false; one("form", kind).reset(); one("summary", kind).focus(); }
        say(told.textContent);
        changed();
        return;
      }
      open(document.importNode(page, true));
      back(form, preview, page.dataset.field);
      if (page.dataset.state !== "preview") changed();
    } catch {
      say("The network is gone. Whether it was done, the page of the call tells.");
    } finally {
      button.disabled = false;
    }
  }

  function sent(event) {
    if (!event.target.matches("[data-help], .help-confirm")) return;
    event.preventDefault();
    post(event.target);
  }
  document.addEventListener("submit", sent);

  // What a value has to be stands below its field.
  function wants() {
    const which = one("#help-value-name");
    const chosen = which && which.selectedOptions[0];
    const hint = which && document.getElementById(which.dataset.wants);
    if (chosen && hint) hint.textContent = ["It has to be " + chosen.dataset.wants + ".", chosen.dataset.about].filter(Boolean).join(" ");
  }
  document.addEventListener("change", (event) => { if (event.target.id === "help-value-name") wants(); });
  document.addEventListener("refreshed", wants);
  document.addEventListener("DOMContentLoaded", wants);
})();
