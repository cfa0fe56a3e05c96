package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"texmlsrv/simulator"
	"texmlsrv/texml"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestHangUpAnywhere hangs up at every line of a call, and at every moment: it
// ends there, is told of once, and nothing more is executed.
func TestHangUpAnywhere(t *testing.T) {
	play := func(c *quitter) *simulator.Record {
		telnyx := simulator.Telnyx{URL: "http://app.example/start", StatusURL: "http://app.example/callbacks/status", Transport: inProcess{everything()}, Clock: simulator.NewClock(began)}
		record, err := telnyx.Place(t.Context(), simulator.Call{Caller: c})
		if err != nil {
			t.Fatal(err)
		}
		return record
	}
	whole := &quitter{line: -1, moment: -1}
	if record := play(whole); record.End != simulator.HungUp {
		t.Fatalf("the call ends as %s: %s", record.End, record.Reason)
	}
	check := func(t *testing.T, record *simulator.Record) {
		t.Helper()
		completed := 0
		for _, x := range record.Exchanges {
			if x.Kind == simulator.KindStatus && x.Fields.Get("CallStatus") == "completed" && x.Fields.Get("ParentCallSid") == "" {
				completed++
			}
		}
		if record.End != simulator.CallerHungUp || completed != 1 {
			t.Errorf("ended as %s, completed %d times", record.End, completed)
		}
		if last := record.Lines[len(record.Lines)-1]; last.Kind != "hangs_up" {
			t.Errorf("after the hang-up: %+v", last)
		}
	}
	for i := range whole.lines - 1 { // the last is the application's own hang-up
		t.Run(fmt.Sprintf("line-%d", i), func(t *testing.T) { check(t, play(&quitter{line: i, moment: -1})) })
	}
	for i := range whole.moments {
		t.Run(fmt.Sprintf("moment-%d", i), func(t *testing.T) { check(t, play(&quitter{line: -1, moment: i})) })
	}
}

// quitter answers everything, and hangs up at one line or moment of the
// caller's own leg.
type quitter struct {
	line, moment   int
	lines, moments int
}

func (q *quitter) Hears(l simulator.Line) bool {
	if l.Leg != "" {
		return false
	}
	q.lines++
	return q.lines == q.line+1
}

func (q *quitter) Acts(_ context.Context, m simulator.Moment) (simulator.Act, error) {
	act := simulator.Act{Digits: new("1"), Gathers: []byte(`{"name":"Ada"}`), Seconds: 10}
	if m.Leg == "" {
		q.moments++
		act.HangUp = q.moments == q.moment+1
	}
	return act, nil
}

// everything is an application with each verb that waits.
func everything() http.Handler {
	pages := map[string]string{
		"/start":   `<Response><Say>Hello.</Say><Play>a.mp3</Play><Pause/><AIGather action="gather"><Greeting>Who?</Greeting><Parameters>{"type":"object","properties":{"name":{"type":"string"}}}</Parameters></AIGather></Response>`,
		"/gather":  `<Response><Gather numDigits="1" action="dial"><Say>Press.</Say></Gather></Response>`,
		"/dial":    `<Response><Dial action="record"><Number url="whisper" statusCallback="/callbacks/leg">+13125550123</Number></Dial></Response>`,
		"/whisper": `<Response><Gather numDigits="1" action="take"><Say>Press 1.</Say></Gather><Hangup/></Response>`,
		"/take":    `<Response/>`,
		"/record":  `<Response><Record action="queue"/></Response>`,
		"/queue":   `<Response><Enqueue waitUrl="wait" action="connect">q</Enqueue></Response>`,
		"/wait":    `<Response><Say>Wait.</Say><Pause length="3"/></Response>`,
		"/connect": `<Response><Connect action="http"><AIAssistant id="assistant-1"/></Connect></Response>`,
		"/http":    `<Response><HttpRequest async="false" action="pay"><Request url="https://x.example/" method="GET"/></HttpRequest></Response>`,
		"/pay":     `<Response><Pay chargeAmount="1.00" action="start2"/></Response>`,
		"/start2":  `<Response><Start><Suppression/></Start><Say>Bye.</Say><Redirect>refer</Redirect></Response>`,
		"/refer":   `<Response><Refer action="bye"><Sip>sip:desk@pbx.example.net</Sip></Refer></Response>`,
		"/bye":     `<Response><Say>Goodbye.</Say><Stop><Suppression/></Stop></Response>`,
	}
	pages["/bye"] = strings.Replace(pages["/bye"], "</Response>", "<Hangup/></Response>", 1)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, pages[r.URL.Path])
	})
}

// TestTrouble says how a call ends when the application is in trouble.
func TestTrouble(t *testing.T) {
	hangedUp := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<Response><Hangup/></Response>") }
	for _, c := range []struct {
		name     string
		handler  http.HandlerFunc
		fallback bool
		end      simulator.End
		reason   string
	}{
		{"slow", hangedUp, false, simulator.NoDocument, "nothing: it took longer than 1ms"},
		{"slow-with-fallback", hangedUp, true, simulator.HungUp, ""},
		{"empty", func(http.ResponseWriter, *http.Request) {}, false, simulator.NoDocument, "status 200"},
		{"json", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) }, true, simulator.NoDocument, "no document"},
		{"html", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><br></html>") }, true, simulator.InvalidDocument, "TX"},
		{"created", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, "<Response/>")
		}, false, simulator.NoDocument, "status 201"},
		{"too-long", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<Response>", strings.Repeat("<Hangup/>", 500_000), "</Response>")
		}, false, simulator.NoDocument, "status 200 and more than 4 MiB"},
		{"cut-off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "<Response><Hangup/></Response>")
		}, false, simulator.NoDocument, "nothing: unexpected EOF"},
		{"circle", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<Response><Redirect>start</Redirect></Response>")
		}, false, simulator.TooLong, "400 documents"},
		{"wait-circle", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, map[string]string{"/start": `<Response><Enqueue waitUrl="wait">q</Enqueue></Response>`, "/wait": `<Response><Redirect>wait</Redirect></Response>`}[r.URL.Path])
		}, false, simulator.TooLong, "400 documents"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(c.handler)
			defer server.Close()
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			telnyx := simulator.Telnyx{URL: server.URL + "/start", Transport: transport, Patience: time.Minute}
			if strings.HasPrefix(c.name, "slow") {
				telnyx.Transport, telnyx.Patience = slow{inProcess{c.handler}}, time.Millisecond
			}
			if c.fallback {
				telnyx.FallbackURL = server.URL + "/fallback"
			}
			record, err := telnyx.Place(t.Context(), simulator.Call{})
			if err != nil || record.End != c.end || !strings.Contains(record.Reason, c.reason) {
				t.Errorf("%s: %s (%v)", record.End, record.Reason, err)
			}
		})
	}
}

// slow is an application that never answers the first request, and all others
// however busy the machine is.
type slow struct{ http.RoundTripper }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/start" {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return s.RoundTripper.RoundTrip(r)
}

// failing is a Caller who cannot go on.
type failing struct{ cancel func() }

var errCaller = errors.New("no scenario for this")

func (failing) Hears(simulator.Line) bool { return false }

func (f failing) Acts(ctx context.Context, _ simulator.Moment) (simulator.Act, error) {
	if f.cancel != nil {
		f.cancel()
		return simulator.Act{}, nil
	}
	return simulator.Act{}, errCaller
}

// TestAborted: the Caller's error and the end of the context come out of Place,
// with the record up to then.
func TestAborted(t *testing.T) {
	telnyx := simulator.Telnyx{URL: "http://app.example/start", Transport: inProcess{everything()}}
	record, err := telnyx.Place(t.Context(), simulator.Call{Caller: failing{}})
	if !errors.Is(err, errCaller) || record.End != simulator.Aborted || len(record.Exchanges) != 1 {
		t.Errorf("%v, %s, %d requests", err, record.End, len(record.Exchanges))
	}
	ctx, cancel := context.WithCancel(t.Context())
	record, err = telnyx.Place(ctx, simulator.Call{Caller: failing{cancel}})
	if !errors.Is(err, context.Canceled) || record.End != simulator.Aborted {
		t.Errorf("%v, %s", err, record.End)
	}
}

// TestMoment says what the Caller is told of an AI gather.
func TestMoment(t *testing.T) {
	seen := &watcher{}
	telnyx := simulator.Telnyx{URL: "http://app.example/a", Transport: inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<Response><AIGather action="x"><Parameters>{"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"string"}},"required":["a"]}</Parameters><MessageHistory><Message role="assistant">Hi.</Message></MessageHistory></AIGather><Hangup/></Response>`)
	})}}
	if _, err := telnyx.Place(t.Context(), simulator.Call{Caller: seen}); err != nil {
		t.Fatal(err)
	}
	m := seen.moments[0]
	if m.Kind != simulator.MomentAI || m.Document != 1 || m.Context != texml.Main || m.URL != "http://app.example/a" || texml.Name(m.Verb) != "AIGather" {
		t.Errorf("%+v", m)
	}
	if got := m.Schema.Properties(); !slices.Equal(got, []string{"b", "a"}) || len(m.History) != 1 {
		t.Errorf("properties %v, history %v", got, m.History)
	}
}

type watcher struct{ moments []simulator.Moment }

func (*watcher) Hears(simulator.Line) bool { return false }

func (w *watcher) Acts(_ context.Context, m simulator.Moment) (simulator.Act, error) {
	w.moments = append(w.moments, m)
	return simulator.Act{HangUp: true}, nil
}

// TestOutside makes the request of an HttpRequest for real, and takes from the
// reply what the document names.
func TestOutside(t *testing.T) {
	asked := ""
	outside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = fmt.Sprintf("%s %s %s %s", r.Method, r.URL, r.Header.Get("X-Key"), body)
		fmt.Fprint(w, `{"records":[{"Name":"Ada","Age":37,"VIP":true}]}`)
	})
	s := story{
		Telnyx: simulator.Telnyx{URL: "/start", Outside: inProcess{outside}},
		pages: map[string][]string{
			"/start": {`<Response><HttpRequest async="false" action="two"><Request url="https://crm.example.com/find" method="POST"><Headers><Header><Key>X-Key</Key><Value>k</Value></Header></Headers><Body>{"id":7}</Body></Request>
				<Response><Type>JSON</Type><StatusCode>200</StatusCode><Content><Field><Name>records[0].Name</Name><Value>name</Value></Field><Field><Name>records[0].Age</Name><Value>age</Value></Field><Field><Name>records[4].Age</Name><Value>none</Value></Field></Content></Response></HttpRequest></Response>`},
			"/two": {`<Response><Hangup/></Response>`},
		},
	}
	got := s.play(t, "http://app.example", inProcess{&s})
	if want := `POST https://crm.example.com/find k {"id":7}`; asked != want {
		t.Errorf("asked %s", asked)
	}
	if !strings.Contains(got, "    age=37\n    name=Ada\nhears hangup") {
		t.Error(got)
	}
}

// trivial is an application that says the same to everybody.
func trivial() http.Handler {
	pages := map[string][]byte{
		"/0": []byte(`<Response><Say>Hello.</Say><Redirect>1</Redirect></Response>`),
		"/1": []byte(`<Response><AIGather action="2"><Greeting>Your name?</Greeting><Parameters>{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}</Parameters></AIGather></Response>`),
		"/2": []byte(`<Response><Gather numDigits="1" action="3"><Say>Press a key.</Say></Gather></Response>`),
		"/3": []byte(`<Response><Dial action="4"><Number>+13125550123</Number></Dial></Response>`),
		"/4": []byte(`<Response><Record action="5"/></Response>`),
		"/5": []byte(`<Response><Say>Goodbye.</Say><Hangup/></Response>`),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(pages[r.URL.Path]) // a recorder takes everything
	})
}

// BenchmarkCall is one call of six documents to a trivial application: what the
// simulator itself costs.
func BenchmarkCall(b *testing.B) {
	telnyx := simulator.Telnyx{URL: "http://app.example/0", StatusURL: "http://app.example/status", Transport: inProcess{trivial()}}
	for b.Loop() {
		caller := acts{{Gathers: []byte(`{"name":"Ada"}`)}, {Digits: new("1")}, {Seconds: 20}, {Seconds: 10}}
		record, err := telnyx.Place(b.Context(), simulator.Call{Caller: &caller})
		if err != nil || record.End != simulator.HungUp || record.Documents != 6 {
			b.Fatalf("%v %+v", err, record)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
