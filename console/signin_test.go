package console_test

import (
	"net/http"
	"net/url"
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
