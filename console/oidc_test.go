package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/access/issuertest"
	"texmlsrv/console/consoletest"
	"texmlsrv/servertest"
)

// withIssuer runs a console whose people sign in at an issuer.
func withIssuer(t *testing.T) (*consoletest.Server, *issuertest.Issuer) {
	t.Helper()
	issuer := issuertest.Start(t, servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)))
	ways := access.Options{OIDC: &access.OIDC{
		Issuer: issuer.URL, ClientID: issuertest.ClientID, ClientSecret: issuertest.ClientSecret, Redirect: "http://127.0.0.1/signin/oidc",
		Operators: []access.Claim{{Name: "groups", Value: "leads"}}, Viewers: []access.Claim{{Name: "groups", Value: "support"}},
	}}
	return consoletest.StartWith(t, consoletest.Store(t), ways, nil), issuer
}

// TestOIDC_wholeWay goes to the issuer and back, and then where the person
// wanted to go.
func TestOIDC_wholeWay(t *testing.T) {
	s, issuer := withIssuer(t)
	issuer.Say(map[string]any{"groups": []string{"leads"}, "email": "ada@example.com", "email_verified": true})
	client := s.As(access.None)
	page := s.Send(client, http.MethodGet, "/signin?next=/audit", nil, nil)
	if !strings.Contains(page.Body, `href="/signin/away?next=%2Faudit"`) {
		t.Fatalf("the page of signing in:\n%s", page.Body)
	}
	away := s.Send(client, http.MethodGet, "/signin/away?next=%2Faudit", nil, nil)
	if away.Status != http.StatusSeeOther {
		t.Fatalf("away: %d\n%s", away.Status, away.Body)
	}
	query := issuer.Approve(away.Header.Get("Location"))
	back := s.Send(client, http.MethodGet, "/signin/oidc?"+query.Encode(), nil, nil)
	if back.Status != http.StatusOK || back.Header.Get("Refresh") != "0; url=/audit" || !strings.Contains(back.Body, `href="/audit"`) {
		t.Fatalf("back: %d, Refresh %q\n%s", back.Status, back.Header.Get("Refresh"), back.Body)
	}
	if page := s.Send(client, http.MethodGet, "/audit", nil, nil); page.Status != http.StatusOK || !strings.Contains(page.Body, "ada@example.com") {
		t.Errorf("signed in: %d\n%s", page.Status, page.Body)
	}
	again := s.Send(client, http.MethodGet, "/signin/oidc?"+query.Encode(), nil, nil)
	if again.Status != http.StatusUnauthorized || strings.Contains(again.Header.Get("Refresh"), "url") {
		t.Errorf("back again: %d", again.Status)
	}
}

// TestOIDC_notLetIn tells who is known and has no role, and writes it down.
func TestOIDC_notLetIn(t *testing.T) {
	s, issuer := withIssuer(t)
	client := s.As(access.None)
	away := s.Send(client, http.MethodGet, "/signin/away", nil, nil)
	back := s.Send(client, http.MethodGet, "/signin/oidc?"+issuer.Approve(away.Header.Get("Location")).Encode(), nil, nil)
	if back.Status != http.StatusForbidden || !strings.Contains(back.Body, "You are known as sub-1, but nobody gave you a role here.") {
		t.Errorf("%d\n%s", back.Status, back.Body)
	}
	if got := entries(t, s); len(got) != 1 || got[0].Who != "sub-1" || got[0].Refused == "" || got[0].Role != "" {
		t.Errorf("written down: %+v", got)
	}
	if page := s.Send(client, http.MethodGet, "/calls", nil, nil); page.Status != http.StatusSeeOther {
		t.Errorf("let in: %d", page.Status)
	}
}

// TestOIDC_away says so when the issuer does not answer.
func TestOIDC_away(t *testing.T) {
	s, issuer := withIssuer(t)
	issuer.Break(true)
	if got := s.Get(access.None, "/signin/away"); got.Status != http.StatusBadGateway || !strings.Contains(s.Log.String(), "the issuer") {
		t.Errorf("%d\n%s", got.Status, s.Log)
	}
}

// TestSignIn_elsewhere leads nowhere but into the console.
func TestSignIn_elsewhere(t *testing.T) {
	tests := []struct{ name, next, want string }{
		{"page", "/calls/v3:abc?x=1", "/calls/v3:abc?x=1"},
		{"nothing", "", "/calls"},
		{"site", "https://evil.example.com/", "/calls"},
		{"site-without-scheme", "//evil.example.com", "/calls"},
		{"backslash", `/\evil.example.com`, "/calls"},
		{"tab", "/\t/evil.example.com", "/calls"},
		{"script", "javascript:alert(1)", "/calls"},
		{"header", "/calls\r\nX: y", "/calls"},
		{"endless", "/" + strings.Repeat("x", 5000), "/calls"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := consoletest.Start(t, nil)
			got := s.Post(access.None, "/signin", url.Values{"link": {s.Access.NewLink()}, "next": {tt.next}})
			if to := got.Header.Get("Location"); got.Status != http.StatusSeeOther || to != tt.want {
				t.Errorf("%d to %q, want %q", got.Status, to, tt.want)
			}
		})
	}
}

// TestSignIn_trail writes down who came in and who did not, and what was asked
// too often.
func TestSignIn_trail(t *testing.T) {
	s := consoletest.Start(t, nil)
	s.Post(access.None, "/signin", url.Values{"link": {s.Access.NewLink()}})
	s.Clock.Advance(time.Second)
	s.Post(access.None, "/signin", url.Values{"link": {"guessed"}})
	s.Clock.Advance(time.Second)
	s.Post(access.None, "/signin", url.Values{"name": {strings.Repeat("ö", 500) + "\xff"}, "password": {"x"}})
	got := entries(t, s)
	if len(got) != 3 || got[2].Who != "local" || got[2].Role != "operator" || got[2].Detail != "link" || got[1].Refused == "" || len(got[0].Who) > 140 {
		t.Errorf("%+v", got)
	}
	for range 10 {
		s.Post(access.None, "/signin/link", nil)
	}
	limited := s.Post(access.None, "/signin/link", nil)
	if limited.Status != http.StatusTooManyRequests || limited.Header.Get("Retry-After") != "300" {
		t.Errorf("the eleventh link: %d, Retry-After %q", limited.Status, limited.Header.Get("Retry-After"))
	}
	big := s.Post(access.None, "/signin", url.Values{"name": {strings.Repeat("x", 20<<10)}})
	if big.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a big form: %d", big.Status)
	}
}
