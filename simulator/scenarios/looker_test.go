package scenarios

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
)

// lookups makes a looker of a scenario's look-ups, at an instant that the test
// may move.
func lookups(t *testing.T, text string) (*looker, *time.Time) {
	t.Helper()
	s, wrong := Read("desk", "desk/scenarios/x.yaml", []byte("title: x\nexchanges: []\ngiven: {lookups: "+text+"}\n"))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	return newLooker(s, func() time.Time { return now }), &now
}

// TestLooker tells what each kind of reply means to a flow: the same as that of
// a service out there.
func TestLooker(t *testing.T) {
	tests := []struct {
		name, replies string
		want          flows.Found
	}{
		{"result", "{slots: {result: [1]}}", flows.Found{Code: 200, Result: []any{1.0}}},
		{"nothing", "{slots: {}}", flows.Found{Code: 200}},
		{"code", "{slots: {code: 201, result: {}}}", flows.Found{Code: 201, Result: map[string]any{}}},
		{"refused", "{slots: {code: 409, text: taken}}", flows.Found{Code: 409, Failed: "status"}},
		{"redirected", "{slots: {code: 302}}", flows.Found{Code: 302, Failed: "status"}},
		{"text", "{slots: {text: <html/>}}", flows.Found{Code: 200, Failed: "not JSON"}},
		{"text-that-is-json", "{slots: {text: '[1]'}}", flows.Found{Code: 200, Result: []any{1.0}}},
		{"connection", "{slots: {fails: connection}}", flows.Found{Failed: "connection"}},
		{"timeout", "{slots: {fails: timeout}}", flows.Found{Failed: "timeout"}},
		{"slow", "{slots: {takes: 801ms}}", flows.Found{Failed: "timeout"}},
		{"slow-enough", "{slots: {takes: 800ms}}", flows.Found{Code: 200}},
		{"of-another-flow", "{other/slots: {}}", flows.Found{Failed: "connection"}},
		{"of-this-flow-by-name", "{desk/slots: {}}", flows.Found{Code: 200}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l, _ := lookups(t, test.replies)
			got := l.Look(t.Context(), flows.LookupRequest{Flow: "desk", Step: "slots", Timeout: 800 * time.Millisecond})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestLooker_inTurn answers one request after the other, the last reply all
// that follow.
func TestLooker_inTurn(t *testing.T) {
	l, _ := lookups(t, "{slots: [{code: 201}, {code: 202}]}")
	for i, want := range []int{201, 202, 202} {
		request := flows.LookupRequest{Flow: "desk", Step: "slots", Timeout: time.Second, Key: string(rune('a' + i))}
		if got := l.Look(t.Context(), request).Code; got != want {
			t.Errorf("request %d gets %d, want %d", i, got, want)
		}
	}
}

// TestLooker_twice: a request that comes twice at once makes the same look-up
// twice, which counts once; one that is tried again later counts.
func TestLooker_twice(t *testing.T) {
	l, now := lookups(t, "{slots: [{code: 201}, {code: 202}]}")
	request := flows.LookupRequest{Flow: "desk", Step: "slots", Timeout: time.Second, Key: "a"}
	var both sync.WaitGroup
	for range 5 {
		both.Go(func() {
			if got := l.Look(t.Context(), request).Code; got != 201 {
				t.Errorf("got %d", got)
			}
		})
	}
	both.Wait()
	*now = now.Add(30 * time.Second)
	if got := l.Look(t.Context(), request).Code; got != 202 || len(l.made) != 2 {
		t.Errorf("later it gets %d; %d were made", got, len(l.made))
	}
}

// TestLooker_shared: the look-ups of an answer share a second and a half, in the
// time of the simulated world.
func TestLooker_shared(t *testing.T) {
	l, _ := lookups(t, "{slots: {takes: 700ms}}")
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	for i, want := range []string{"", "", "timeout"} {
		request := flows.LookupRequest{Flow: "desk", Step: "slots", Timeout: time.Second, Key: string(rune('a' + i))}
		if got := l.Look(ctx, request).Failed; got != want {
			t.Errorf("look-up %d: %q, want %q", i, got, want)
		}
	}
	other, stop := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer stop()
	if got := l.Look(other, flows.LookupRequest{Flow: "desk", Step: "slots", Timeout: time.Second, Key: "z"}).Failed; got != "" {
		t.Errorf("the next answer's: %q", got)
	}
}
