package console_test

import (
	"testing"

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
