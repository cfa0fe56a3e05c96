package console_test

import (
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
	"texmlsrv/console/consoletest"
)

// TestBrowser_signIn signs in with a link, looks at the help of the keys, and
// signs out, in every view.
func TestBrowser_signIn(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s := consoletest.Start(t, nil)
			p := browser.Open(t, s.URL, nil, view)
			p.Go("/calls")
			p.Wait(`location.pathname === "/signin"`)
			p.Good()
			p.Shot("signin-" + view.Name)

			p.Go("/signin?link=" + s.Access.NewLink())
			p.Good()
			p.Shot("signin-link-" + view.Name)
			p.Click("button.main")
			p.Wait(`location.pathname === "/calls"`)
			p.Good()
			p.Shot("calls-empty-" + view.Name)

			p.Press("?")
			p.Wait(`document.querySelector("#keys").open`)
			p.Good()
			p.Shot("keys-" + view.Name)
			p.Press("\x1b")
			p.Wait(`!document.querySelector("#keys").open`)

			p.Click(".who button")
			p.Wait(`location.pathname === "/signin"`)
		})
	}
}

// TestBrowser_passwords signs in with a password, wrong and right, and offers
// the other way.
func TestBrowser_passwords(t *testing.T) {
	browser := browsertest.Start(t)
	ways := access.Options{Users: someUsers(t), OIDC: &access.OIDC{Issuer: "http://127.0.0.1:1"}}
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s := consoletest.StartWith(t, consoletest.Store(t), ways, nil)
			p := browser.Open(t, s.URL, nil, view)
			p.Allow("401")
			p.Go("/audit?who=ada")
			p.Good()
			p.Shot("signin-password-" + view.Name)
			p.Type("#name", "ada")
			p.Type("#password", "wrong\r")
			p.Wait(`document.querySelector("[role=alert]")`)
			p.Good()
			p.Shot("signin-wrong-" + view.Name)
			p.Type("#password", "correct horse battery\r")
			p.Wait(`location.pathname + location.search === "/audit?who=ada"`)
		})
	}
}

// TestBrowser_audit reads the audit trail, filters it and walks over it by keys.
func TestBrowser_audit(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s := withTrail(t)
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), view)
			p.Go("/audit")
			p.Good()
			if moved := p.Shift(); moved > 0.02 {
				t.Errorf("the page moved by %.3f while it loaded", moved)
			}
			p.Shot("audit-" + view.Name)
			p.Press("/")
			p.Press("eve\r")
			p.Wait(`location.search.includes("who=eve")`)
			p.Good()
			p.Shot("audit-filtered-" + view.Name)
			p.Go("/audit?who=nobody")
			p.Good()
			p.Shot("audit-nothing-" + view.Name)
			p.Go("/audit")
			p.Press("j")
			p.Press("j")
			if at := browsertest.Eval[int](p, `[...document.querySelectorAll("[data-row]")].findIndex((r) => r.classList.contains("here"))`); at != 1 {
				t.Errorf("after j twice the row is %d, want 1", at)
			}
		})
	}
}

// TestBrowser_morph brings a part of a page up to date: what is open, typed,
// focused or counted stays, and only what differs is touched.
func TestBrowser_morph(t *testing.T) {
	browser := browsertest.Start(t)
	s := consoletest.Start(t, nil)
	p := browser.Open(t, s.URL, s.Cookie(access.Operator), browsertest.Desk())
	p.Go("/calls")
	const morph = `(() => {
		const make = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
		const list = document.querySelector("main").appendChild(make('<ul data-fresh>' +
			'<li id="b"><details><summary>b</summary><input value="1"><p data-keep>kept</p></details></li>' +
			'<li id="a"><b>one</b> <time datetime="2026-11-23T10:00:00.000Z">2026-11-23 10:00:00</time></li></ul>'));
		console_.enliven(list);
		const b = list.querySelector("#b"), a = list.querySelector("#a"), time = a.querySelector("time");
		b.querySelector("details").open = true;
		const input = b.querySelector("input");
		input.value = "typed";
		input.focus();
		let touched = 0;
		new MutationObserver((m) => { touched += m.length; }).observe(time, { subtree: true, childList: true, characterData: true });
		console_.morph(list, make('<ul data-fresh><li id="c">new</li>' +
			'<li id="a" class="x"><b>two</b> <time datetime="2026-11-23T10:00:00.000Z">2026-11-23 10:00:00</time></li>' +
			'<li id="b"><details><summary>b2</summary><input value="2"><p data-keep>other</p></details></li></ul>'));
		const order = [...list.children].map((e) => e.id).join("");
		return [order, list.querySelector("#a") === a, list.querySelector("#b") === b, b.querySelector("details").open, input.value,
			b.textContent, a.textContent.slice(0, 3), a.className, time.dataset.shown !== undefined, list.querySelector("#c").className, touched].join(" ");
	})()`
	const want = "cab true true true typed b2kept two x true fresh 0"
	if got := browsertest.Eval[string](p, morph); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if browsertest.Eval[string](p, "document.activeElement.localName") != "input" {
		t.Error("what had the focus lost it")
	}
}

// TestBrowser_signedOut is told so by a page that keeps itself up to date.
func TestBrowser_signedOut(t *testing.T) {
	browser := browsertest.Start(t)
	s := consoletest.Start(t, nil)
	cookie := s.Cookie(access.Operator)
	p := browser.Open(t, s.URL, cookie, browsertest.Desk())
	p.Allow("401")
	p.Go("/audit?who=ada")
	s.Clock.Advance(2 * time.Hour)
	browsertest.Eval[any](p, `console_.refresh(document.querySelector("#rows"));null`)
	p.Wait(`document.querySelector("#said a")`)
	if got := p.Text("#said"); got != "You were signed out. Sign in again" {
		t.Errorf("it says %q", got)
	}
	p.Click("#said a")
	p.Wait(`location.pathname === "/signin"`)
	if got := browsertest.Eval[string](p, `new URLSearchParams(location.search).get("next")`); got != "/audit?who=ada" {
		t.Errorf("and then goes to %q", got)
	}
}

// TestBrowser_problem shows what is not there.
func TestBrowser_problem(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s := consoletest.Start(t, nil)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Allow("404")
			p.Go("/no-such-page")
			p.Good()
			p.Shot("problem-" + view.Name)
			if p.Text("h1") != "There is no such page" {
				t.Errorf("it says %q", p.Text("h1"))
			}
		})
	}
}
