package console_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/flowview"
	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// TestBrowser_flows looks at the flows in every view, and has calls move while
// somebody looks: the figures change, and nothing else moves.
func TestBrowser_flows(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, counts, memory := flowing(t, nil)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			for _, path := range []string{"/flows", "/flows/front-desk?over=hour"} {
				counts.set(sessions.LastHour, busyHour("now", 1))
				p.Go(path)
				p.Wait(`document.documentElement.dataset.stream === "open"`)
				p.Good()
				p.Shot("flows-" + map[bool]string{true: "one-", false: ""}[path != "/flows"] + view.Name)
				browsertest.Eval[any](p, `window.heights = [...document.querySelectorAll("main *")].map((e) => [e, e.getBoundingClientRect().height]); null`)
				height := browsertest.Eval[float64](p, `document.body.scrollHeight`)
				browsertest.Eval[any](p, `window.before = document.querySelector("main a[href*='live=yes']"); null`)

				counts.set(sessions.LastHour, busyHour("now", 7))
				memory.Put(caller(1, nil))
				p.Wait(`document.querySelector("#flows, #live").textContent.includes("840")`)
				if moved := p.Shift(); moved > 0.001 {
					t.Errorf("%s: the page moved by %g", path, moved)
				}
				if after := browsertest.Eval[float64](p, `document.body.scrollHeight`); after != height {
					t.Errorf("%s: it was %g high, and is %g: %s", path, height, after, browsertest.Eval[string](p, grown))
				}
				if !browsertest.Eval[bool](p, `window.before.isConnected`) {
					t.Errorf("%s: what stays was replaced", path)
				}
			}
		})
	}
}

// grown names what is not as high as it was.
const grown = `heights.filter(([e, was]) => e.isConnected && e.getBoundingClientRect().height !== was).map(([e]) => e.localName + "#" + e.id + "." + e.getAttribute("class")).join(" ")`

// TestBrowser_flowWithout looks at what is not there, and at what is wrong.
func TestBrowser_flowWithout(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, counts, _ := flowing(t, func(d *console.Deps) {
				d.Checked = func() flowview.Checked { return flowview.Checked{Found: slips(), Refused: true, At: morning} }
			})
			counts.fail(context.DeadlineExceeded)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Go("/flows")
			p.Good()
			p.Shot("flows-refused-" + view.Name)
			p.Go("/flows/survey")
			p.Press("o")
			p.Wait(`document.querySelector("details.file").open`)
			p.Good()
			p.Shot("flows-uncounted-" + view.Name)
		})
	}
}

// TestBrowser_flowKeys goes from the flows to a flow, to its figures of the day,
// to a line that is wrong, and over a figure to the calls behind it, by keys.
func TestBrowser_flowKeys(t *testing.T) {
	s, _, _ := flowing(t, nil)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/flows")
	p.Press("jj\r")
	p.Wait(`location.pathname === "/flows/front-desk"`)
	p.Press("d")
	p.Wait(`location.search === "?over=day" && document.querySelector("[aria-current=true]").textContent === "last day"`)
	p.Press("h")
	p.Wait(`location.search === "?over=hour"`)
	p.Click(`a[href="#file-front-desk-flow.yaml-47"]`)
	p.Wait(`document.getElementById("file-front-desk-flow.yaml").open && document.getElementById("file-front-desk-flow.yaml-47").matches(".here")`)
	p.Press("o")
	p.Wait(`!document.querySelector("details.file[open]")`)
	p.Press("o")
	p.Wait(`document.querySelectorAll("details.file[open]").length === document.querySelectorAll("details.file").length`)

	p.Go("/flows/front-desk#step-dial")
	p.Wait(`document.querySelector(".w-here-step").id === "step-dial"`)
	if !browsertest.Eval[bool](p, `(() => { const s = document.querySelector("#step-dial").getBoundingClientRect(), of = document.querySelector(".picture").getBoundingClientRect(); return s.top >= of.top && s.bottom <= of.bottom; })()`) {
		t.Error("the step is not in sight")
	}
	browsertest.Eval[any](p, `document.querySelector("#waiting-step-menu a").focus(); null`)
	p.Press("\r")
	p.Wait(`location.pathname === "/calls" && location.search === "?flow=front-desk&live=yes&step=menu"`)
}

// replacing are flows that others take the place of.
type replacing struct {
	mu     sync.Mutex
	served *flows.Release
}

func (r *replacing) Release() *flows.Release {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.served
}

func (r *replacing) replace(by *flows.Release) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.served = by
}

func (r *replacing) ServedSince() time.Time { return morning }

func (r *replacing) ReleaseOf(string) *flows.Release { return nil }

// TestBrowser_flowReplaced says so when other flows are served than those whose
// files are shown.
func TestBrowser_flowReplaced(t *testing.T) {
	release := consoletest.Embedded(t)
	older := *release
	older.ID = "0ld"
	now := &replacing{served: &older}
	s, _, _ := flowing(t, func(d *console.Deps) { d.Flows = now })
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/flows/front-desk")
	p.Wait(`document.documentElement.dataset.stream === "open" && document.querySelector("#replaced").hidden`)
	now.replace(release)
	browsertest.Eval[any](p, `console_.refresh(document.querySelector("#live")); null`)
	p.Wait(`!document.querySelector("#replaced").hidden`)
	p.Click("#replaced a")
	p.Wait(`document.querySelector("#replaced").hidden && document.querySelector("#live").dataset.release !== "0ld"`)
}

// TestBrowser_often fetches a part no more often than it says, and loses nothing.
func TestBrowser_often(t *testing.T) {
	s, counts, memory := flowing(t, nil)
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Viewer), browsertest.Desk())
	p.Go("/flows/front-desk")
	p.Wait(`document.documentElement.dataset.stream === "open"`)
	browsertest.Eval[any](p, `window.fetched = {live: 0, problems: 0};
		document.addEventListener("refreshed", (e) => { fetched[e.target.id]++; if (!window.again) document.querySelector("#live").dataset.every = 1e9; });
		document.querySelector("#live").dataset.every = 1e9; document.querySelector("#problems").dataset.every = 0; null`)
	for n := 1; n <= 3; n++ {
		counts.set(sessions.LastHour, busyHour("now", n+1))
		memory.Put(caller(n, nil))
		p.Wait(fmt.Sprintf(`fetched.problems === %d`, n))
	}
	if n := browsertest.Eval[int](p, `fetched.live`); n != 1 {
		t.Errorf("what is to be fetched once was fetched %d times", n)
	}
	browsertest.Eval[any](p, `again = true; document.querySelector("#live").dataset.every = 0; console_.changed("any"); null`)
	p.Wait(`fetched.live === 2 && document.querySelector("#live").textContent.includes("480")`)
}
