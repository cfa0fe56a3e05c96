package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/calls"
	"texmlsrv/sessions/redistest"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/wire"
)

const dialSecret = "a secret of the tests"

// dialing runs texmlsrv dial against a fake API, and gives what it printed with
// what was asked.
func dialing(t *testing.T, fake *api.API, environ []string, args ...string) string {
	t.Helper()
	server := httptest.NewServer(fake)
	defer server.Close()
	environ = append(environ, "TELNYX_API_KEY=KEY-1", "TELNYX_BASE_URL="+server.URL+"/v2")
	all := append([]string{
		"dial", "desk", "--to=+35319605860", "--from=+13125550188", "--public-url=https://voice.example.com/",
		"--account-id=acc-1", "--application-id=2087",
	}, args...)
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), all, environ, nil, &stdout, &stderr)
	var b strings.Builder
	b.WriteString("$ texmlsrv dial desk … " + strings.Join(args, " ") + "\n" + stdout.String())
	for line := range strings.Lines(stderr.String()) {
		b.WriteString("! " + strings.ReplaceAll(line, strings.TrimPrefix(server.URL, "http://"), "127.0.0.1:…"))
	}
	if code != exitDone {
		b.WriteString("exit " + string(rune('0'+code)) + "\n")
	}
	if asked := fake.Received(); len(asked) > 0 {
		var body bytes.Buffer
		if err := json.Indent(&body, asked[0].Body, "", "  "); err != nil {
			t.Error(err)
		}
		fmt.Fprintf(&b, "%d × POST %s\n%s\n", len(asked), asked[0].Path, body.String())
	}
	return b.String()
}

// TestDial calls on a fake Telnyx: what is asked, and what is said of the answer.
func TestDial(t *testing.T) {
	failure := func(f *api.Failure) api.Fault { return api.Fault{Failure: f} }
	for name, c := range map[string]struct {
		args  []string
		fault *api.Fault
	}{
		"plain":           {nil, nil},
		"values":          {[]string{"--set=appointment=77", "--set=name=Ada & Bob", "--caller-id=Chez Nous", "--ring=20s", "--time-limit=10m", "--secret=" + dialSecret}, nil},
		"machines":        {[]string{"--machine-detection=DetectMessageEnd", "--detection-mode=Premium", "--detection-timeout=5s", "--detection-async", "--json"}, nil},
		"call-sid":        {nil, &api.Fault{Body: []byte(`{"call_sid":"v3:abc","status":"queued"}`)}},
		"wrong-key":       {nil, new(failure(api.Unauthorized()))},
		"wrong-account":   {nil, new(failure(api.NotFound()))},
		"too-many":        {nil, new(failure(api.TooManyDials(0)))},
		"down":            {nil, new(failure(api.ServerError(502)))},
		"lost":            {nil, &api.Fault{Lose: true}},
		"another-server":  {nil, &api.Fault{Body: []byte(`<html>`)}},
		"a-wrong-number":  {[]string{"--to=0035319605860"}, nil},
		"a-wrong-time":    {[]string{"--ring=1s"}, nil},
		"refused-numbers": {nil, new(failure(&api.Failure{Status: 422, Code: "10016", Title: "Phone number must be in +E.164 format", Pointer: "/From"}))},
	} {
		t.Run(name, func(t *testing.T) {
			fake, err := api.New(api.Options{APIKey: "KEY-1", AccountID: "acc-1"})
			if err != nil {
				t.Fatal(err)
			}
			if c.fault != nil {
				fake.Script(*c.fault, *c.fault, *c.fault, *c.fault) // 429 is tried again
			}
			got := dialing(t, fake, nil, c.args...)
			golden := filepath.Join("testdata", "dial", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", golden, diff)
			}
		})
	}
}

// TestDial_redis takes the key of the URL from the secret that the server keeps
// in its Redis.
func TestDial_redis(t *testing.T) {
	redis := redistest.Start(t).URL()
	served := start(t, []string{"REDIS_URL=" + redis})
	_, key, found := strings.Cut(served.announced, "?texml_key=")
	if key, _, _ = strings.Cut(key, "\n"); !found || len(key) < 8 {
		t.Fatalf("serve announces no key:\n%s", served.announced)
	}
	fake, err := api.New(api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := dialing(t, fake, []string{"REDIS_URL=" + redis}); !strings.Contains(got, `"Url": "https://voice.example.com/texml/desk?texml_key=`+key+`"`) {
		t.Errorf("the key is not %s:\n%s", key, got)
	}
	given, err := api.New(api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	key = calls.NewTickets([]byte(dialSecret)).FetchKey()
	if got := dialing(t, given, []string{"REDIS_URL=" + redis}, "--secret="+dialSecret); !strings.Contains(got, "texml_key="+key) {
		t.Errorf("--secret does not win:\n%s", got)
	}
}

// reminder leaves a word on a machine, and talks with a person.
const reminder = `
start: hello
steps:
  hello:
    document: <Say>This is about {{ call.params.appointment }}.</Say>
    next:
      - {when: call.answered_by startsWith "machine", goto: machine}
      - goto: person
  machine: {document: "<Say>Please call us.</Say><Hangup/>", outcome: machine}
  person: {document: "<Say>See you then.</Say><Hangup/>", outcome: person}
`

// TestDial_placed has the call that was asked for be placed: the flow knows what
// was set, and who answered, whether the first fetch tells or a callback before or
// after it.
func TestDial_placed(t *testing.T) {
	for name, c := range map[string]struct {
		args       []string
		answeredBy string
		outcome    string
	}{
		"no-detection": {nil, "", "person"},
		"person":       {[]string{"--machine-detection=Enable"}, "human", "person"},
		"machine":      {[]string{"--machine-detection=Enable"}, "machine_start", "machine"},
		"told-beside":  {[]string{"--machine-detection=Enable", "--detection-async"}, "machine_start", "machine"},
	} {
		t.Run(name, func(t *testing.T) {
			var asked api.Initiate
			fake, err := api.New(api.Options{OnInitiate: func(_ context.Context, i api.Initiate) *api.Failure { asked = i; return nil }})
			if err != nil {
				t.Fatal(err)
			}
			dialing(t, fake, nil, append([]string{"--public-url=" + local.Address, "--set=appointment=77 & more"}, c.args...)...)
			for seed := range uint64(4) {
				placed(t, asked, seed, c.answeredBy, c.outcome)
			}
		})
	}
}

func placed(t *testing.T, asked api.Initiate, seed uint64, answeredBy, outcome string) {
	t.Helper()
	public, _ := wire.TestKey().Public().(ed25519.PublicKey)
	server, err := local.Start(local.Options{
		Flows: fstest.MapFS{"desk/flow.yaml": {Data: []byte(reminder)}}, Keys: []ed25519.PublicKey{public},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	param := func(name string) string { s, _ := asked.Params[name].(string); return s }
	telnyx := simulator.Telnyx{
		URL: asked.URL, Method: asked.URLMethod, StatusURL: param("StatusCallback"), MachineURL: param("AsyncAmdStatusCallback"),
		Transport: server, Key: wire.TestKey(), Clock: server.Clock,
		Patience: local.Patience,
	}
	record, err := telnyx.Place(t.Context(), simulator.Call{From: asked.From, To: asked.To, Direction: "outbound", AnsweredBy: answeredBy, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.Session(t.Context(), record.Call.SID)
	if err != nil {
		t.Fatal(err)
	}
	if s.Outcome != outcome || s.Call.Params["appointment"] != "77 & more" || s.Call.Direction != "outbound" || s.Call.AnsweredBy != answeredBy {
		t.Errorf("seed %d: outcome %q, call %+v", seed, s.Outcome, s.Call)
	}
}
