package console_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
	"texmlsrv/servertest"
	"texmlsrv/simulator"
	"texmlsrv/simulator/local"
)

// TestBrowser_call looks at calls in every view: one that went through trouble,
// one that goes on, and what is behind a turn.
func TestBrowser_call(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, sid := withCall(t, "appointment/past-and-closed")
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), view)
			p.Go("/calls/" + sid)
			p.Good()
			p.Shot("call-" + view.Name)
			if moved := p.Shift(); moved > 0.01 {
				t.Errorf("the page moved by %v", moved)
			}
			p.Click("#turn-2 > summary")
			p.Wait(`document.querySelector("#turn-2 [data-loaded]")`)
			p.Good()
			p.Shot("call-open-" + view.Name)

			p.Go("/calls/" + sid + "/turns/3")
			p.Good()
			p.Shot("turn-" + view.Name)
		})
	}
}

// TestBrowser_callRunning shows a call that goes on, and one value of it.
func TestBrowser_callRunning(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			digits := "98765"
			s, _, sid := running(t, cardFlow, gathers(t, map[string]string{"name": "Ada", "card": "4242424242424242"}), simulator.Act{Digits: &digits})
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), view)
			p.Go("/calls/" + sid)
			p.Good()
			p.Shot("call-running-" + view.Name)
			p.Click(".reveal")
			p.Type("#why-card", "the caller asked which card")
			p.Good()
			p.Shot("reveal-form-" + view.Name)
			p.Click("#reveal-card button")
			p.Wait(`document.querySelector("#revealed")`)
			p.Good()
			p.Shot("revealed-" + view.Name)
		})
	}
}

// TestBrowser_callKeys goes through the turns with the keyboard, and opens the
// one that an address names.
func TestBrowser_callKeys(t *testing.T) {
	s, sid := withCall(t, "appointment/corrected")
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/calls/" + sid + "#turn-4")
	p.Wait(`document.querySelector("#turn-4").open && document.querySelector("#turn-4 [data-loaded]")`)
	p.Press("o")
	p.Wait(`!document.querySelector("details.turn[open]")`)
	p.Press("j")
	p.Wait(`document.activeElement.closest("details").id === "turn-5"`)
	p.Press("k")
	p.Press("k")
	p.Press("\r")
	p.Wait(`document.querySelector("#turn-3").open && location.hash === "#turn-3"`)
	p.Press("t")
	p.Wait(`document.querySelector(".turn:last-of-type").open || location.hash !== "#turn-3"`)
}

// TestBrowser_callLong holds what makes the page of a long call quick: rows that
// nobody sees are not laid out, and what is behind a turn is fetched when
// somebody opens it. How quick that is: BenchmarkBrowser_callLong.
func TestBrowser_callLong(t *testing.T) {
	s, sid := longCall(t, 500)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/calls/" + sid)
	skipped := browsertest.Eval[int](p, `[...document.querySelectorAll(".turn > summary, .talk > * > *")].filter(e => !e.checkVisibility({contentVisibilityAuto: true})).length`)
	if skipped < 2000 { // parts of some 500 rows, 500 headings and 1,300 bubbles
		t.Errorf("only %d rows and parts of bubbles are left out while nobody sees them", skipped)
	}
	if n := browsertest.Eval[int](p, `document.querySelectorAll("[data-loaded]").length`); n != 0 {
		t.Errorf("%d turns are loaded before they are opened", n)
	}
	p.Go("/calls/" + sid + "#turn-400")
	p.Wait(`document.querySelector("#turn-400 [data-loaded]")?.checkVisibility({contentVisibilityAuto: true})`)
	if n := browsertest.Eval[int](p, `document.querySelectorAll("[data-loaded]").length`); n != 1 {
		t.Errorf("%d turns are loaded, one is opened", n)
	}
}

// BenchmarkBrowser_callLong shows a call of 500 turns, with the cache of the
// browser warm: milliseconds from the request to the first paint, and how many
// times those of the list of calls.
func BenchmarkBrowser_callLong(b *testing.B) {
	s, sid := longCall(b, 500)
	p := browsertest.Start(b).Open(b, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	paint := func(path string) float64 {
		p.Go(path)
		p.Wait(`performance.getEntriesByName("first-contentful-paint").length > 0`)
		return browsertest.Eval[float64](p, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
	}
	paint("/calls")
	var small, long float64
	for b.Loop() {
		small += paint("/calls")
		long += paint("/calls/" + sid)
	}
	b.ReportMetric(long/float64(b.N), "ms/paint")
	b.ReportMetric(long/small, "times-small")
}

// TestBrowser_callLive brings a page up to date while somebody reads it: what is
// open stays open and where it is, what is new comes at the end.
func TestBrowser_callLive(t *testing.T) {
	s, world, sid := running(t, "", gathers(t, map[string]string{"service": "check-up"}))
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/calls/" + sid)
	p.Click("#turn-1 > summary")
	p.Wait(`document.querySelector("#turn-1 [data-loaded]")`)
	p.Click("#turn-2 > summary")
	p.Wait(`document.querySelector("#turn-2 [data-loaded]")`)
	p.Click("#turn-1 details.raw > summary")
	before := browsertest.Eval[float64](p, `document.querySelector("#turn-1").getBoundingClientRect().top`)
	if n := browsertest.Eval[int](p, `document.querySelectorAll(".turn").length`); n != 2 {
		t.Fatalf("%d turns", n)
	}

	session, err := world.Session(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	action := servertest.Link(t, string(session.Document), "action")
	client := &http.Client{Transport: world}
	form := url.Values{"CallSid": {sid}, "Status": {"valid"}, "Base64Result": {base64.StdEncoding.EncodeToString([]byte(`{"day":"2026-11-24","time":"09:00"}`))}}
	answer, err := client.PostForm(local.Address+strings.TrimPrefix(action, local.Address), form)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	browsertest.Eval[any](p, `console_.changed(); null`)
	p.Wait(`document.querySelectorAll(".turn").length === 3`)
	p.Wait(`document.querySelector("#turn-2 .answer")`) // what is behind an open turn has changed
	if !browsertest.Eval[bool](p, `document.querySelector("#turn-1").open && document.querySelector("#turn-1 details.raw").open`) {
		t.Error("what was open is not open any more")
	}
	if after := browsertest.Eval[float64](p, `document.querySelector("#turn-1").getBoundingClientRect().top`); after != before {
		t.Errorf("what was read moved from %v to %v", before, after)
	}
	if !browsertest.Eval[bool](p, `document.querySelector("#talk-list").textContent.includes("Collected: day 2026-11-24")`) {
		t.Error("the conversation was not brought up to date")
	}
}
