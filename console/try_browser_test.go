package console_test

import (
	"testing"

	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
)

// TestBrowser_try talks to a flow from the beginning to the saved scenario, in
// every view.
func TestBrowser_try(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s := tried(t, nil)
			p := browser.Open(t, s.URL, s.Cookie(access.Viewer), view)
			p.Go("/try?flow=shop")
			p.Good()
			p.Shot("try-" + view.Name)
			p.Type("#now", "2026-11-23 10:00")
			p.Type("#lookup-shop-find", `{"state": "on its way"}`)
			p.Click(".try-begin button")
			p.Wait(`document.querySelector("#ask")`)
			p.Good()
			p.Shot("trying-" + view.Name)
		})
	}
}
