package console_test

import (
	"testing"

	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
)

// asked waits until the form of the n-th thing that is waited for is there.
func asked(p *browsertest.Page, n string) {
	p.Wait(`document.querySelector("#ask") && document.querySelector("#ask").dataset.asks === "` + n + `"`)
}

// types types into a field in place of what is in it.
func types(p *browsertest.Page, css, text string) {
	browsertest.Eval[bool](p, `(document.querySelector("`+css+`").value = "") === ""`)
	p.Type(css, text)
}

// TestBrowser_try talks to a flow from its greeting to the saved scenario, in every
// view, over everything that can be waited for.
func TestBrowser_try(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s := tried(t, nil)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Allow("422")
			p.Go("/try?flow=shop")
			p.Good()
			p.Shot("try-" + view.Name)
			p.Type("#now", "tomorrow\r")
			p.Wait(`document.querySelector("#wrong-now")`)
			p.Good()
			p.Shot("try-wrong-" + view.Name)
			types(p, "#now", "2026-12-24 18:00")
			p.Type("#lookups-shop-find", `{"state": "on its way"}`)
			p.Click(".try-begin button")
			asked(p, "1")
			p.Good()
			p.Shot("trying-" + view.Name)

			p.Type("#values-name", "Ada")
			p.Type("#values-party-guests", "9")
			p.Click("button[value=gather]")
			p.Wait(`document.querySelector("#wrong-values-about") && document.querySelector("#values-name").value === "Ada"`)
			p.Good()
			p.Shot("trying-wrong-" + view.Name)
			p.Type("#values-about", "o")
			types(p, "#values-party-guests", "4")
			p.Click("button[value=gather]")
			asked(p, "2")
			p.Wait(`document.querySelector("#values").textContent.includes("Ada")`)
			p.Good()
			p.Shot("trying-keys-" + view.Name)
			for _, key := range []string{"4", "7", "1", "1"} {
				p.Click(`[data-digit="` + key + `"]`)
			}
			asked(p, "3")
			p.Good()
			p.Shot("trying-dial-" + view.Name)
			p.Click("input[value=busy]")
			p.Click("button[value=happens]")
			asked(p, "4")
			p.Type("#spoken", "Please call me back\r")
			p.Wait(`document.querySelector("#over")`)
			p.Good()
			p.Shot("tried-" + view.Name)
			p.Click("#turn-2 > summary")
			p.Wait(`document.querySelector("#turn-2 [data-loaded]")`)
			p.Good()
			p.Shot("tried-turn-" + view.Name)

			p.Press("s")
			p.Wait(`document.querySelector("#verdict.good")`)
			p.Good()
			p.Shot("tried-scenario-" + view.Name)
			p.Press("b")
			p.Wait(`document.querySelector("#over")`)
		})
	}
}

// TestBrowser_tryKeyboard tries a flow without a mouse: j and k over what can be
// chosen, / to answer, r, h, n and s.
func TestBrowser_tryKeyboard(t *testing.T) {
	browser := browsertest.Start(t)
	s := tried(t, nil)
	p := browser.Open(t, s.URL, s.Cookie(access.Operator), browsertest.Desk())
	p.Go("/try?flow=shop")
	p.Press("b")
	asked(p, "1")
	p.Press("\x1b")
	p.Press("r")
	p.Wait(`document.querySelector("#talk-list").textContent.includes("the same document came")`)
	p.Click(".ask-more summary")
	p.Type("#json", "{\"about\": \"order\"}\r")
	asked(p, "2")
	p.Wait(`document.activeElement.id === "say"`) // what was done is gone on from
	p.Press("\x1b")
	p.Press("/")
	p.Wait(`document.activeElement.id === "say"`)
	p.Type("#say", "four seven one one\r")
	asked(p, "3")
	p.Press("\x1b")
	p.Press("h")
	p.Wait(`document.querySelector("#over")`)
	p.Press("s")
	p.Wait(`document.querySelector("#verdict.good")`)
	p.Press("b")
	p.Wait(`document.querySelector("#over")`)
	p.Press("n")
	asked(p, "1")
	p.Press("?")
	p.Wait(`document.querySelector("#keys").open`)
	p.Good()
}

// TestBrowser_callScenario saves a call as a scenario with one key, in every view.
func TestBrowser_callScenario(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, sid := withCall(t, "appointment/booked")
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Go("/calls/" + sid)
			p.Press("s")
			p.Wait(`document.querySelector("#verdict.good")`)
			p.Good()
			p.Shot("call-scenario-" + view.Name)
			p.Press("b")
			p.Wait(`location.pathname === "/calls/" + encodeURIComponent("` + sid + `") || location.pathname === "/calls/` + sid + `"`)
		})
	}
}
