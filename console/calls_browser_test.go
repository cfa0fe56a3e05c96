package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
	"texmlsrv/sessions"
)

// day is a list as it may look: running and ended calls, inbound and outbound,
// short and long texts.
func day() []*sessions.Session {
	return []*sessions.Session{
		caller(10, func(s *sessions.Session) {
			ended(s)
			s.Flow, s.Step, s.Summary = "appointment", "booked", "Booked a table for 4 on Friday at 19:30 in the garden, under the name of Dubois, with a high chair for one child and a birthday cake at ten"
			s.Call.CallerName = "ZOE DUBOIS"
		}),
		caller(11, func(s *sessions.Session) {
			ended(s)
			s.Ending, s.Outcome = "busy", ""
			s.Call.Direction, s.Call.From, s.Call.To = "outbound", "+13125550100", "+4915112345678"
			s.Flow, s.Step = "survey", "greeting"
		}),
		caller(12, func(s *sessions.Session) {
			ended(s)
			s.Outcome, s.Duplicates = "message_taken", 2
			s.Mark(sessions.MarkApology)
			s.Mark(sessions.MarkRuleFailed)
		}),
		caller(13, func(s *sessions.Session) {
			ended(s)
			s.Ending, s.Outcome = "failed", ""
			s.Call.From = "sip:reception-desk-of-the-second-floor@pbx.customers.example.com"
			s.Mark(sessions.MarkDegraded)
		}),
		caller(3300, func(s *sessions.Session) {
			s.Attempt, s.Turn = 3, 5
			s.Flow, s.Step = "appointment", "day_and_time"
			s.SentAt = s.SentAt.Add(4 * time.Minute)
		}),
		caller(3500, func(s *sessions.Session) { s.Call.From = "" }),
	}
}

// TestBrowser_calls looks at the list in every view.
func TestBrowser_calls(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, _ := listing(t, day()...)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Go("/calls")
			p.Wait(`document.documentElement.dataset.stream === "open"`)
			if waits := p.Text("time[data-since]"); !strings.HasPrefix(waits, "1 min ") && !strings.HasPrefix(waits, "2 min ") {
				t.Errorf("a call waits for %s: counted by the browser's clock, which is days from the server's", waits)
			}
			p.Good()
			p.Shot("calls-" + view.Name)
			if moved := p.Shift(); moved > 0.001 {
				t.Errorf("the page moved by %g", moved)
			}
			p.Go("/calls?live=no&flow=front-desk&problems=yes&q=%2B353")
			p.Press("f")
			p.Wait(`document.querySelector(".calls-more").open`)
			p.Good()
			p.Shot("calls-filtered-" + view.Name)
			p.Go("/calls?q=nobody")
			p.Good()
			p.Shot("calls-none-" + view.Name)
		})
	}
}

// TestBrowser_callsKeys searches and removes the search again, by keys alone.
func TestBrowser_callsKeys(t *testing.T) {
	s, _ := listing(t, day()...)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/calls")
	p.Press("/")
	p.Wait(`document.activeElement.id === "q"`)
	p.Press("600 012\r")
	p.Wait(`location.search === "?q=600+012" && document.querySelectorAll("[data-row]").length === 1`)
	p.Press("j")
	p.Wait(`document.activeElement.matches("tr.here a")`)
	if href := browsertest.Eval[string](p, `document.activeElement.getAttribute("href")`); href != "/calls/v3:call-0012" {
		t.Errorf("the row leads to %s", href)
	}
	p.Click(".calls-chips a.chip")
	p.Wait(`location.search === "" && document.querySelectorAll("[data-row]").length === 6`)
}

// TestBrowser_callsPlace keeps the place in the list that keys are at: while calls
// change, and when somebody comes back to the list.
func TestBrowser_callsPlace(t *testing.T) {
	s, memory := listing(t, day()...)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	const at = `[...document.querySelectorAll("[data-row]")].findIndex((r) => r.matches(".here") && r.contains(document.activeElement)) === %d`
	p.Allow("404") // what the list has is nowhere else here
	p.Go("/calls")
	p.Wait(`document.documentElement.dataset.stream === "open"`)
	p.Press("jjj")
	p.Wait(fmt.Sprintf(at, 2))
	id := browsertest.Eval[string](p, `document.querySelector(".here").id`)
	var number int
	if _, err := fmt.Sscanf(id, "c-v3:call-%d", &number); err != nil {
		t.Fatal(err)
	}
	memory.Put(caller(number, func(s *sessions.Session) { ended(s); s.Outcome = "changed meanwhile" }))
	p.Wait(`document.querySelector("#rows").textContent.includes("changed meanwhile")`)
	p.Press("j")
	p.Wait(fmt.Sprintf(at, 3))
	p.Press("\r")
	p.Wait(`location.pathname.startsWith("/calls/")`)
	browsertest.Eval[any](p, "history.back();null")
	p.Wait(`location.pathname === "/calls" && document.readyState === "complete"`)
	p.Wait(fmt.Sprintf(at, 3))
	p.Press("k")
	p.Wait(fmt.Sprintf(at, 2))
}

// TestBrowser_callsLive has calls begin, go on and end while somebody looks:
// what is listed changes where it stands, what is new waits until it is wanted,
// and nothing moves.
func TestBrowser_callsLive(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, memory := listing(t)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Go("/calls")
			p.Wait(`document.documentElement.dataset.stream === "open"`)
			memory.Put(caller(1, nil))
			p.Wait(`document.querySelectorAll("[data-row]").length === 1`) // an empty list shows the first one by itself

			for n := 2; n < 30; n++ {
				memory.Put(caller(n, nil))
			}
			p.Wait(`document.querySelector("#newer").textContent === "28 new calls"`)
			p.Press("n")
			p.Wait(`document.querySelectorAll("[data-row]").length === 29 && document.documentElement.dataset.stream === "open"`)
			p.Press("j")
			p.Press("j")
			focus := `document.activeElement.closest("tr").id`
			before := browsertest.Eval[string](p, focus)

			memory.Put(caller(29, ended))
			memory.Put(caller(28, func(s *sessions.Session) { s.Attempt, s.Step = 2, "name" }))
			memory.Put(caller(30, nil))
			p.Wait(`document.querySelector("#newer").textContent === "1 new call"`)
			p.Wait(fmt.Sprintf(`document.getElementById(%q).textContent.includes("booked")`, "c-v3:call-0029"))
			p.Wait(fmt.Sprintf(`document.getElementById(%q).textContent.includes("asked ×2")`, "c-v3:call-0028"))
			if after := browsertest.Eval[string](p, focus); after != before {
				t.Errorf("the focus went from %s to %s", before, after)
			}
			if moved := p.Shift(); moved > 0.001 {
				t.Errorf("the page moved by %g", moved)
			}
			p.Good()
			p.Shot("calls-live-" + view.Name)
		})
	}
}

// TestBrowser_callsHidden holds no connection while nobody sees the page: a browser
// has six of them for all its pages. Seen again, the page is up to date.
func TestBrowser_callsHidden(t *testing.T) {
	s, memory := listing(t, day()...)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	const stream, row = `document.documentElement.dataset.stream === %q`, `document.getElementById(%q).textContent.includes("booked")`
	hide := func(hidden bool) {
		browsertest.Eval[any](p, fmt.Sprintf(`Object.defineProperty(document, "hidden", { value: %v, configurable: true });
			document.dispatchEvent(new Event("visibilitychange")); null`, hidden))
	}
	p.Go("/calls")
	p.Wait(fmt.Sprintf(stream, "open"))
	hide(true)
	p.Wait(fmt.Sprintf(stream, "closed"))
	memory.Put(caller(12, ended))
	hide(false)
	p.Wait(fmt.Sprintf(row, "c-v3:call-0012"))
	p.Wait(fmt.Sprintf(stream, "open"))
}

// TestBrowser_callsExport exports with a click, and says so.
func TestBrowser_callsExport(t *testing.T) {
	s, _ := listing(t, day()...)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/calls")
	p.Click(`a[data-export="calls.json"]`)
	p.Wait(`document.querySelector("#said").textContent === "Exported to calls.json."`)
}
