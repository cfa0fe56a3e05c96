package console_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
)

// TestLink_onceAndThenWhereOneWantedToGo uses a one-time link twice.
func TestLink_onceAndThenWhereOneWantedToGo(t *testing.T) {
	s := consoletest.Start(t, nil)
	secret := s.Access.NewLink()
	client := s.As(access.None)

	away := s.Send(client, http.MethodGet, "/calls?part=rows", nil, nil)
	if away.Status != http.StatusSeeOther || away.Header.Get("Location") != "/signin?next=%2Fcalls%3Fpart%3Drows" {
		t.Fatalf("without sign-in: %d to %q", away.Status, away.Header.Get("Location"))
	}
	for range 2 { // looking does not use it up
		page := s.Send(client, http.MethodGet, "/signin?link="+secret, nil, nil)
		if page.Status != http.StatusOK || !strings.Contains(page.Body, secret) {
			t.Fatalf("the page of a link: %d\n%s", page.Status, page.Body)
		}
	}
	form := url.Values{"link": {secret}, "next": {"/calls?flow=x"}}
	in := s.Send(client, http.MethodPost, "/signin", form, nil)
	if in.Status != http.StatusSeeOther || in.Header.Get("Location") != "/calls?flow=x" {
		t.Fatalf("the link: %d to %q\n%s", in.Status, in.Header.Get("Location"), in.Body)
	}
	if page := s.Send(client, http.MethodGet, "/calls", nil, nil); page.Status != http.StatusOK || !strings.Contains(page.Body, "No calls yet") {
		t.Errorf("signed in: %d\n%s", page.Status, page.Body)
	}
	again := s.Send(s.As(access.None), http.MethodPost, "/signin", form, nil)
	if again.Status != http.StatusUnauthorized || !strings.Contains(again.Body, "used already") {
		t.Errorf("the link a second time: %d\n%s", again.Status, again.Body)
	}
}

// TestLink_tooOld holds a link to its quarter of an hour.
func TestLink_tooOld(t *testing.T) {
	s := consoletest.Start(t, nil)
	secret := s.Access.NewLink()
	s.Clock.Advance(15*time.Minute + time.Second)
	if late := s.Post(access.None, "/signin", url.Values{"link": {secret}}); late.Status != http.StatusUnauthorized {
		t.Errorf("%d, want 401", late.Status)
	}
}

// TestSignIn_doesNotFillTheTrail has somebody who is not known try again and again,
// in every way that there is: after some tries only the first refusal is written
// down.
func TestSignIn_doesNotFillTheTrail(t *testing.T) {
	ways := access.Options{Link: true, Users: someUsers(t), OIDC: &access.OIDC{Issuer: "http://127.0.0.1:1"}}
	s := consoletest.StartWith(t, consoletest.Store(t), ways, nil)
	client := s.As(access.None)
	for i := range 60 {
		name := "nobody-" + strconv.Itoa(i)
		s.Send(client, http.MethodPost, "/signin", url.Values{"name": {name}, "password": {"wrong"}}, nil)
		s.Send(client, http.MethodPost, "/signin", url.Values{"link": {name}}, nil)
		s.Send(client, http.MethodPost, "/signin/link", url.Values{}, nil)
		if got := s.Send(client, http.MethodGet, "/signin/oidc?state="+name, nil, nil); i > 30 && got.Status != http.StatusTooManyRequests {
			t.Fatalf("back from an issuer, time %d: %d, want 429", i+1, got.Status)
		}
	}
	kept := entries(t, s)
	if len(kept) < 40 || len(kept) > 20+20+3 {
		t.Errorf("240 tries left %d entries", len(kept))
	}
}

// someUsers is a users file with one person in it.
func someUsers(t *testing.T) *access.Users {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	line := access.Line("ada", access.Operator, access.HashPassword("correct horse battery"))
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	users, err := access.OpenUsers(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return users
}
