// Package browsertest opens pages of the console in a real browser, Debian's
// Chromium without a window, as tests see them. It is the one place that knows
// the library which drives the browser.
//
// With SHOTS=folder the pictures that tests take are kept there.
package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"texmlsrv/needed"
)

// wait is how long a page may take for anything.
const wait = 20 * time.Second

// Browser is a running browser.
type Browser struct{ ctx context.Context } //nolint:containedctx // it is how the library names a browser

// Start runs a browser until the test ends. Without Chromium the test ends
// here: see package needed.
func Start(t testing.TB) *Browser {
	t.Helper()
	program := needed.Program(t, "chromium", "chromium")
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // it refuses to run as root otherwise
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("font-render-hinting", "none"),
	)
	allocator, stopAll := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		limited, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		if err := chromedp.Cancel(limited); err != nil {
			t.Logf("ending the browser: %v", err)
		}
		stop()
		stopAll()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return &Browser{ctx: ctx}
}

// View is how somebody looks at a page.
type View struct {
	Name   string // phone-light
	Width  int64  // in CSS pixels
	Height int64
	Dark   bool
}

// Views are the ones that every page has to look good in.
func Views() []View {
	return []View{
		{"phone-light", 360, 740, false}, {"phone-dark", 360, 740, true},
		{"desk-light", 1440, 900, false}, {"desk-dark", 1440, 900, true},
	}
}

// Desk is the view of tests that are not about looks.
func Desk() View { return Views()[2] }

// Page is one tab. A test that ends with an error in the tab's console fails.
type Page struct {
	ctx      context.Context //nolint:containedctx // it is how the library names a tab
	t        testing.TB
	base     string
	mu       sync.Mutex
	messages []string
	allowed  []string
}

// Open opens a tab with cookies of its own, signed in by a cookie (nil: not),
// at an address such as http://127.0.0.1:4711, without loading anything yet.
func (b *Browser) Open(t testing.TB, base string, signedIn *http.Cookie, v View) *Page {
	t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &Page{ctx: ctx, t: t, base: base}
	messages := chromedp.Console(ctx)
	var reading sync.WaitGroup
	reading.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			p.heard(m)
		}
	})
	t.Cleanup(func() {
		stop()
		reading.Wait()
		p.judge()
	})
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	p.do("a tab",
		chromedp.EmulateViewport(v.Width, v.Height),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
			})
			return err
		}),
	)
	if signedIn != nil {
		p.cookie(signedIn)
	}
	return p
}

func (p *Page) cookie(c *http.Cookie) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, network.SetCookie, network.SetCookieParams{
		Name: c.Name, Value: c.Value, URL: p.base, HTTPOnly: &c.HttpOnly, Secure: &c.Secure, SameSite: network.CookieSameSiteStrict,
	}); err != nil {
		p.t.Fatalf("a cookie: %v", err)
	}
}

func (p *Page) heard(m chromedp.ConsoleMessage) {
	if m.Type == "error" || m.Type == "warning" || m.IsException() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.messages = append(p.messages, fmt.Sprintf("%s (%s:%d)", m, m.URL, m.Line+1))
	}
}

// Allow lets a page log an error that holds a text: a test that breaks
// something says what it breaks.
func (p *Page) Allow(text string) { p.allowed = append(p.allowed, text) }

// judge fails the test for what stands in the tab's console.
func (p *Page) judge() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.messages {
		if !slices.ContainsFunc(p.allowed, func(text string) bool { return strings.Contains(m, text) }) {
			p.t.Errorf("the browser's console: %s", m)
		}
	}
}

// do runs steps within the time that pages have.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx); err != nil { // a tab lives as long as the context of its first use
		p.t.Fatalf("%s: %v", what, err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, wait)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

func run[T any](p *Page, what string, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, wait)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// Go loads a path and waits until the page has loaded.
func (p *Page) Go(path string) {
	p.t.Helper()
	p.do("going to "+path, chromedp.Navigate(p.base+path))
}

// Click clicks the first element that a CSS selector finds, once it is visible.
func (p *Page) Click(css string) {
	p.t.Helper()
	p.do("clicking "+css, chromedp.Click(chromedp.CSS(css)))
}

// Type types into an element.
func (p *Page) Type(css, text string) {
	p.t.Helper()
	p.do("typing into "+css, chromedp.SendKeys(chromedp.CSS(css), text))
}

// Press presses keys, wherever the focus is: "j", "\r" for Enter, "\t" for Tab.
func (p *Page) Press(keys string) {
	p.t.Helper()
	for _, r := range keys {
		p.do(fmt.Sprintf("pressing %q", r), press(r))
	}
}

// press is a key as a keyboard sends it: where a page takes it for itself, no
// character comes of it. The library's own sends that in any case.
func press(r rune) chromedp.Action[chromedp.Void] {
	key := kb.Keys[r]
	down := input.DispatchKeyEventParams{
		Type: kb.KeyDown, Key: key.Key, Code: key.Code, Text: key.Text, UnmodifiedText: key.Unmodified, WindowsVirtualKeyCode: key.Windows,
	}
	if key.Shift {
		down.Modifiers = int64(kb.ModifierShift)
	}
	up := down
	up.Type, up.Text, up.UnmodifiedText = kb.KeyUp, "", ""
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		for _, event := range []input.DispatchKeyEventParams{down, up} {
			if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, event); err != nil {
				return err
			}
		}
		return nil
	})
}

// Text is what is to be read in an element, once it is visible.
func (p *Page) Text(css string) string {
	p.t.Helper()
	return run(p, "reading "+css, chromedp.Text(chromedp.CSS(css)))
}

// Path is where the page is, with its query and fragment.
func (p *Page) Path() string {
	p.t.Helper()
	return strings.TrimPrefix(run(p, "the address", chromedp.Location()), p.base)
}

// Wait waits until a JavaScript expression is true, also over navigations.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	deadline := time.Now().Add(wait)
	for {
		ctx, cancel := context.WithTimeout(p.ctx, wait)
		_, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(wait)))
		cancel()
		switch {
		case err == nil:
			return
		case time.Now().After(deadline):
			p.t.Fatalf("waiting for %s: %v; the page says:\n%s", expression, err, p.Text("body"))
		}
	}
}

// Eval is the value of a JavaScript expression, which may be a promise.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return run(p, expression, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Shot keeps a picture of the whole page under a name, if pictures are wanted.
func (p *Page) Shot(name string) {
	p.t.Helper()
	folder := os.Getenv("SHOTS")
	if folder == "" {
		return
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	picture := run(p, "a picture", chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// Good fails the test if the page cannot be used by everybody: axe finds
// something serious, or one has to scroll sideways.
func (p *Page) Good() {
	p.t.Helper()
	p.Axe()
	if over := Eval[int](p, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
		p.t.Errorf("%s: the page is %d px wider than the window: %s", p.Path(), over, Eval[string](p, widest))
	}
}

// widest names what sticks out of the window.
const widest = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
	.map((e) => e.localName + (e.id && "#" + e.id) + (e.className && typeof e.className === "string" ? "." + e.className.split(" ").join(".") : "")).slice(0, 8).join(", ")`

// Shift is how much of the page moved by itself since it was loaded, as
// browsers count it: 0 is nothing.
func (p *Page) Shift() float64 {
	p.t.Helper()
	return Eval[float64](p, `new Promise((done) => {
		let sum = 0;
		new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; }).observe({ type: "layout-shift", buffered: true });
		setTimeout(() => done(sum), 100);
	})`)
}
