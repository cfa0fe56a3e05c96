package simulator_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator"
	"texmlsrv/simulator/wire"
)

// letter is one request as it came over the wire.
type letter struct {
	method, path, query, contentType, body string
	form                                   url.Values
	genuine                                bool // the signature is right, and of now
}

// desk is an application that asks one question and keeps every request.
type desk struct {
	mu      sync.Mutex
	letters []letter
	clock   simulator.Clock
	down    bool // /start and /answer fail
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	l := letter{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, contentType: r.Header.Get("Content-Type"), body: string(body)}
	l.form, _ = url.ParseQuery(l.body)
	if r.Method == http.MethodGet {
		l.form = r.URL.Query()
	}
	l.genuine = d.signed(r.Header, l.body)
	d.mu.Lock()
	d.letters = append(d.letters, l)
	down := d.down
	d.mu.Unlock()
	switch {
	case !l.genuine:
		w.WriteHeader(http.StatusForbidden)
	case down && !strings.HasPrefix(l.path, "/fallback"):
		w.WriteHeader(http.StatusInternalServerError)
	default:
		fmt.Fprint(w, map[string]string{
			"/start":    question("/answer"),
			"/fallback": question("/answer"),
			"/answer":   `<Response><Say>Thanks.</Say><Redirect>/bye</Redirect></Response>`,
			"/silent":   `<Response><Say>Nothing.</Say><Redirect>/bye</Redirect></Response>`,
			"/bye":      `<Response><Hangup/></Response>`,
		}[l.path])
	}
}

func question(action string) string {
	return `<Response><AIGather action="` + action + `"><Parameters>{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}</Parameters></AIGather><Redirect>/silent</Redirect></Response>`
}

func (d *desk) signed(h http.Header, body string) bool {
	at, err := strconv.ParseInt(h.Get(wire.TimestampHeader), 10, 64)
	signature, err2 := base64.StdEncoding.DecodeString(h.Get(wire.SignatureHeader))
	age := d.clock.Now().Sub(time.Unix(at, 0))
	public, _ := wire.TestKey().Public().(ed25519.PublicKey)
	return err == nil && err2 == nil && age < 5*time.Minute && ed25519.Verify(public, []byte(h.Get(wire.TimestampHeader)+"|"+body), signature)
}

// misbehaves plays a call whose answer to the one question misbehaves, and
// gives every request from that question on, in the order of the record.
func misbehaves(t *testing.T, call simulator.Call, b ...simulator.Behaviour) (*desk, *simulator.Record, []string) {
	t.Helper()
	clock := simulator.NewClock(began)
	d := &desk{clock: clock}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	telnyx := simulator.Telnyx{
		URL: server.URL + "/start", FallbackURL: server.URL + "/fallback",
		StatusURL: server.URL + "/status", EventsURL: server.URL + "/events",
		Key: wire.TestKey(), Clock: clock,
	}
	call.Caller = &acts{{Gathers: []byte(`{"name":"Ada + Bob"}`), Behaves: b}}
	record, err := telnyx.Place(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, x := range record.Exchanges[3:] {
		line := fmt.Sprintf("%s %s %s", x.Kind, x.Method, pathOf(t, x.URL))
		if x.Behaves != "" {
			line += " " + x.Behaves
		}
		if x.Status != http.StatusOK {
			line += fmt.Sprintf(" %d", x.Status)
		}
		if x.Executed {
			line += " executed"
		}
		lines = append(lines, line)
	}
	return d, record, lines
}

func pathOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

// TestMisbehaviours says what is sent, and in which order, when the action of
// an AI gather misbehaves. Two events came before: of the talk, and of a part.
func TestMisbehaviours(t *testing.T) {
	const (
		history, partial = "event POST /events", "event POST /events"
		ended            = "event POST /events"
		action           = "ai POST /answer executed"
		over             = "conversation POST /status"
		bye              = "redirect POST /bye executed"
		silent           = "redirect POST /silent executed"
		completed        = "status POST /status"
	)
	again := func(line, behaviour string, n int) []string {
		return slices.Repeat([]string{strings.TrimSuffix(line, " executed") + " " + behaviour}, n)
	}
	all := func(groups ...any) (lines []string) {
		for _, g := range groups {
			switch g := g.(type) {
			case string:
				lines = append(lines, g)
			case []string:
				lines = append(lines, g...)
			}
		}
		return lines
	}
	for _, c := range []struct {
		name string
		seed uint64
		b    []simulator.Behaviour
		want []string
	}{
		{"none", 0, nil, all(history, partial, ended, action, over, bye, completed)},
		{"late_duplicate", 0, []simulator.Behaviour{{Name: simulator.LateDuplicate, Times: 2}},
			all(history, partial, ended, action, over, again(action, "late_duplicate", 2), bye, completed)},
		{"reorder", 0, []simulator.Behaviour{{Name: simulator.Reorder}},
			all(history, partial, over, action, ended, bye, completed)},
		{"failover-answer-lost", 0, []simulator.Behaviour{{Name: simulator.Failover}},
			all(history, partial, ended, "ai POST /answer", "ai POST /fallback failover executed", over)},
		{"get", 0, []simulator.Behaviour{{Name: simulator.Get}},
			all(history, partial, ended, "ai GET /answer get executed", over, bye, completed)},
		{"only_event", 0, []simulator.Behaviour{{Name: simulator.OnlyEvent}},
			all(history, partial, ended, silent, bye, completed)},
		{"only_conversation_ended", 0, []simulator.Behaviour{{Name: simulator.OnlyConversationEnded}},
			all(over, silent, bye, completed)},
		{"only_fall_through", 0, []simulator.Behaviour{{Name: simulator.OnlyFallThrough}},
			all(silent, bye, completed)},
		{"bad_signature", 0, []simulator.Behaviour{{Name: simulator.BadSignature}},
			all(history, partial, ended, "ai POST /answer bad_signature 403", action, over, bye, completed)},
		{"stale_signature", 0, []simulator.Behaviour{{Name: simulator.StaleSignature}},
			all(history, partial, ended, "ai POST /answer stale_signature 403", action, over, bye, completed)},
		{"after_end", 0, []simulator.Behaviour{{Name: simulator.AfterEnd}},
			all(history, partial, ended, action, over, bye, completed, again(action, "after_end", 1))},
		{"combined", 0, []simulator.Behaviour{{Name: simulator.BadSignature}, {Name: simulator.Get}, {Name: simulator.AfterEnd}, {Name: simulator.Reorder}},
			all(history, partial, over, "ai GET /answer bad_signature 403", "ai GET /answer get executed", ended, bye, completed, "ai GET /answer after_end")},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, record, got := misbehaves(t, simulator.Call{Seed: c.seed}, c.b...)
			if diff := cmp.Diff(c.want, got[:min(len(got), len(c.want))]); diff != "" {
				t.Errorf("requests (-want +got)\n%s\nall:\n%s", diff, strings.Join(got, "\n"))
			}
			if record.End != simulator.HungUp {
				t.Errorf("the call ended as %s (%s)", record.End, record.Reason)
			}
		})
	}
}

// TestDuplicate: the same bytes come at once, one answer is executed, and which
// one is for the application's speed to decide.
func TestDuplicate(t *testing.T) {
	d, record, _ := misbehaves(t, simulator.Call{}, simulator.Behaviour{Name: simulator.Duplicate, Times: 4})
	var bodies []string
	for _, l := range d.letters {
		if l.path == "/answer" {
			bodies = append(bodies, l.body)
		}
	}
	if len(bodies) != 5 || len(slices.Compact(bodies)) != 1 {
		t.Errorf("/answer was requested %d times, with %d bodies", len(bodies), len(slices.Compact(bodies)))
	}
	executed := 0
	for _, x := range record.Exchanges {
		if x.Behaves == simulator.Duplicate && x.Executed {
			executed++
		}
	}
	if executed != 1 || record.Documents != 3 {
		t.Errorf("%d of 5 were executed; %d documents led the call", executed, record.Documents)
	}
}

// TestBytes says how the misbehaviours look that are in the bytes of a request.
func TestBytes(t *testing.T) {
	for _, c := range []struct {
		name string
		sees func(l letter) string // what is wrong; "" is nothing
	}{
		{simulator.UnescapedPlus, func(l letter) string {
			if !strings.Contains(l.body, "From=+1415") || strings.Contains(l.body, "%2B") || l.form.Get("From") != " 14155550123" {
				return l.body
			}
			return ""
		}},
		{simulator.NoContentType, func(l letter) string { return l.contentType }},
		{simulator.Get, func(l letter) string { return l.body }},
		{simulator.BareResult, func(l letter) string { return unlike(l, `{"name":"Ada + Bob"}`) }},
		{simulator.EnvelopedResult, func(l letter) string { return unlike(l, `{"status":"valid","result":{"name":"Ada + Bob"}}`) }},
		{simulator.NoResult, func(l letter) string { return l.form.Get("Base64Result") }},
		{simulator.UnknownStatus, func(l letter) string {
			if l.form.Get("Status") == "finished_by_agent" {
				return ""
			}
			return l.form.Get("Status")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, record, _ := misbehaves(t, simulator.Call{}, simulator.Behaviour{Name: c.name})
			for _, l := range d.letters {
				if l.path != "/answer" {
					continue
				}
				if problem := c.sees(l); problem != "" {
					t.Errorf("sent %s", problem)
				}
				if !l.genuine {
					t.Error("the signature does not hold for what was sent")
				}
			}
			if record.End != simulator.HungUp {
				t.Errorf("the call ended as %s", record.End)
			}
		})
	}
}

func unlike(l letter, want string) string {
	raw, err := base64.StdEncoding.DecodeString(l.form.Get("Base64Result"))
	if err != nil || string(raw) != want {
		return string(raw) + l.form.Get("Base64Result")
	}
	return ""
}

// TestDelay: time passes before the request, in the simulated world alone.
func TestDelay(t *testing.T) {
	_, ordinary, _ := misbehaves(t, simulator.Call{})
	_, delayed, _ := misbehaves(t, simulator.Call{}, simulator.Behaviour{Name: simulator.Delay, Delay: 7 * time.Minute})
	if late := delayed.Ended.Sub(delayed.Began) - ordinary.Ended.Sub(ordinary.Began); late != 7*time.Minute {
		t.Errorf("the call took %v longer", late)
	}
}

// TestSeedsOfFailover: with some seeds the request never arrived at the voice
// URL, with others only its answer was lost.
func TestSeedsOfFailover(t *testing.T) {
	arrived := map[bool]int{}
	for seed := range uint64(12) {
		_, _, lines := misbehaves(t, simulator.Call{Seed: seed}, simulator.Behaviour{Name: simulator.Failover})
		arrived[slices.Contains(lines, "ai POST /answer")]++
	}
	if arrived[true] == 0 || arrived[false] == 0 {
		t.Errorf("arrived, or not: %v", arrived)
	}
}

// TestFirstFetchMisbehaves: the first fetch has behaviours of its own.
func TestFirstFetchMisbehaves(t *testing.T) {
	d, _, _ := misbehaves(t, simulator.Call{Behaves: []simulator.Behaviour{{Name: simulator.Reorder}, {Name: simulator.Get}}})
	var first []string
	for _, l := range d.letters[:3] {
		first = append(first, l.method+" "+l.path+" "+l.form.Get("CallStatus"))
	}
	want := []string{"GET /start in-progress", "POST /status initiated", "POST /status in-progress"}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestReorderedFallThrough: where no notification goes with an action, the
// document runs out and goes on before the action arrives, whose answer counts.
func TestReorderedFallThrough(t *testing.T) {
	s := story{
		Telnyx: simulator.Telnyx{URL: "/start"},
		Acts:   []simulator.Act{{Digits: new("1"), Behaves: []simulator.Behaviour{{Name: simulator.Reorder}}}},
		pages: map[string][]string{
			"/start":  {`<Response><Gather numDigits="1" action="pressed"/><Redirect>silent</Redirect></Response>`},
			"/silent": {`<Response><Say>Never.</Say></Response>`}, "/pressed": {`<Response><Hangup/></Response>`},
		},
	}
	got := s.play(t, "http://app.example", inProcess{&s})
	late := strings.Index(got, "gather: POST /pressed is answered 200 and executed")
	if early := strings.Index(got, "redirect: POST /silent (reorder) is answered 200\n"); early < 0 || late < early || strings.Contains(got, "Never") {
		t.Error(got)
	}
}
