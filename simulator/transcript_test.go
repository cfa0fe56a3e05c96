package simulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// began is when every call of these tests begins.
var began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// story is one archive of testdata/transcripts: a call, what the caller does
// one moment after the other, and the documents of the application by their
// path. What it says of itself is above the first file.
type story struct {
	Telnyx   simulator.Telnyx // URLs without a host
	Call     simulator.Call
	Acts     []simulator.Act
	HangsUp  string // hangs up at the line that holds this text
	pages    map[string][]string
	asks     map[string][]string // of the API, by what the application was asked for; each once
	control  *simulator.Control
	told     *writer
	expected string
}

var fileLine = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// readStory reads an archive. A path that is there several times answers with
// one document after the other; a document that is a number is a status. What
// the application asks of the API stands under asks/ and the path, or the kind of
// event, that makes it ask: a command with its parameters on each line.
func readStory(t *testing.T, archive string) (s story, head string) {
	t.Helper()
	marks := fileLine.FindAllStringSubmatchIndex(archive, -1)
	s.pages, s.asks = map[string][]string{}, map[string][]string{}
	for i, m := range marks {
		end := len(archive)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		switch name, content := archive[m[2]:m[3]], archive[m[1]:end]; name {
		case "call":
			dec := json.NewDecoder(strings.NewReader(content))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&s); err != nil {
				t.Fatalf("call: %v", err)
			}
		case "transcript":
			s.expected, head = content, archive[:m[0]]
		default:
			if cause, is := strings.CutPrefix(name, "asks/"); is {
				s.asks[cause] = append(s.asks[cause], strings.TrimSpace(content))
				continue
			}
			s.pages[name] = append(s.pages[name], strings.TrimSpace(content))
		}
	}
	if head == "" {
		head = archive
	}
	return s, head
}

// ServeHTTP is the application of a story.
func (s *story) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pages := s.pages[r.URL.Path]
	cause := strings.TrimPrefix(r.URL.Path, "/")
	if r.URL.Path == "/callbacks/events" {
		cause, _, _ = strings.Cut(bodyOf(r), " ")
	}
	s.ask(cause)
	switch {
	case strings.HasPrefix(r.URL.Path, "/callbacks/"):
	case len(pages) == 0:
		w.WriteHeader(http.StatusNotFound)
	default:
		if len(pages) > 1 {
			s.pages[r.URL.Path] = pages[1:]
		}
		if status, err := strconv.Atoi(pages[0]); err == nil {
			w.WriteHeader(status)
			return
		}
		fmt.Fprint(w, pages[0])
	}
}

func bodyOf(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error()
	}
	return event(body)
}

// ask asks the API for what comes next under a cause.
func (s *story) ask(cause string) {
	all := s.asks[cause]
	if len(all) == 0 {
		return
	}
	s.asks[cause] = all[1:]
	for line := range strings.Lines(all[0]) {
		name, params, _ := strings.Cut(strings.TrimSpace(line), " ")
		address, kind := "https://api.example/v2/calls/"+url.PathEscape(s.Call.SID)+"/actions/"+name, "application/json"
		if name == "update" {
			address = "https://api.example/v2/texml/Accounts/acc-1/Calls/" + url.PathEscape(s.Call.SID)
		}
		r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(strings.ReplaceAll(params, "BASE", s.told.base)))
		r.Header.Set("Authorization", "Bearer KEY-1")
		r.Header.Set("Content-Type", kind)
		answer, err := s.control.RoundTrip(r)
		if err != nil {
			fmt.Fprintf(s.told, "asks: %s: %v\n", name, err)
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		fmt.Fprintf(s.told, "asks: %s is answered %d %s\n", name, answer.StatusCode, body)
	}
}

// inProcess is a RoundTripper that asks a handler without a network.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// play plays a story and writes down what happened.
func (s *story) play(t *testing.T, base string, transport http.RoundTripper) string {
	t.Helper()
	at := func(path string) string {
		if path == "" {
			return ""
		}
		return base + path
	}
	telnyx := s.Telnyx
	telnyx.URL, telnyx.FallbackURL = at(telnyx.URL), at(telnyx.FallbackURL)
	telnyx.StatusURL, telnyx.EventsURL, telnyx.MachineURL = at(telnyx.StatusURL), at(telnyx.EventsURL), at(telnyx.MachineURL)
	telnyx.Transport, telnyx.Clock = transport, simulator.NewClock(began)
	w := &writer{story: s, base: base}
	s.told = w
	if len(s.asks) > 0 {
		control, err := simulator.NewControl(api.Options{Now: telnyx.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		s.control, telnyx.Control = control, control
	}
	call := s.Call
	call.Caller, call.Observe = w, w.exchange
	record, err := telnyx.Place(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "%s after %v", record.End, record.Ended.Sub(record.Began).Round(time.Millisecond))
	if record.Reason != "" {
		fmt.Fprintf(w, ": %s", strings.ReplaceAll(record.Reason, base, ""))
	}
	fmt.Fprintf(w, ", %d documents\n", record.Documents)
	return w.String()
}

// writer is the caller of a story, who writes everything down.
type writer struct {
	strings.Builder
	story *story
	base  string
	known url.Values // the fields that every request has alike
}

func (w *writer) Hears(l simulator.Line) bool {
	fmt.Fprintf(w, "%s %s", strings.TrimSpace(l.Leg+" hears"), l.Kind)
	if text := strings.ReplaceAll(l.Text, w.base, ""); text != "" {
		fmt.Fprintf(w, ": %s", text)
	}
	w.WriteByte('\n')
	return w.story.HangsUp != "" && strings.Contains(l.Text, w.story.HangsUp)
}

func (w *writer) Acts(_ context.Context, m simulator.Moment) (act simulator.Act, _ error) {
	if len(w.story.Acts) > 0 {
		act, w.story.Acts = w.story.Acts[0], w.story.Acts[1:]
	}
	fmt.Fprintf(w, "%s\n", strings.TrimSpace(m.Leg+" is asked "+m.Kind))
	return act, nil
}

// beside are fields that package wire has tests of, and that say nothing of the
// course of a call.
var beside = []string{
	"AnsweredTime", "CallControlId", "CallInitiatedAt", "CallLegId", "CallQualityStats", "CallSessionId", "CallSidLegacy",
	"CallbackSource", "Codec", "EndTime", "FromSipUri", "LlmModel", "OccurredAt", "SamplingRate", "SipHangupCause",
	"StartTime", "SttModel", "TtsModelId", "TtsProvider", "TtsVoiceId", "TransferStatus", "ToSipUri", "UserId",
	"DialCallSidLegacy", "ConversationId", "RecordingStartTime", "RecordingEndTime", "RecordingUrl",
}

// exchange writes a request with the fields that are its own, and the answer.
func (w *writer) exchange(x simulator.Exchange) {
	path := strings.TrimPrefix(x.URL, w.base)
	if x.Method == http.MethodGet {
		path, _, _ = strings.Cut(path, "?")
	}
	fmt.Fprintf(w, "%s: %s %s", x.Kind, x.Method, path)
	if x.Behaves != "" {
		fmt.Fprintf(w, " (%s)", x.Behaves)
	}
	fmt.Fprintf(w, " is answered %d", x.Status)
	if x.Executed {
		fmt.Fprintf(w, " and executed")
	}
	w.WriteByte('\n')
	if x.Fields == nil {
		fmt.Fprintf(w, "    %s\n", event(x.Body))
		return
	}
	if w.known == nil {
		w.known = url.Values{}
		for _, name := range []string{"AccountSid", "CallSid", "CallSidLegacy", "ConnectionId", "From", "To", "CallerId", "CallbackSource", "CallInitiatedAt"} {
			w.known[name] = x.Fields[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.Fields)) {
		if slices.Contains(beside, name) || w.known.Has(name) && w.known.Get(name) == x.Fields.Get(name) {
			continue
		}
		fmt.Fprintf(w, "    %s=%s\n", name, readable(x.Fields.Get(name)))
	}
}

// event is an event without what every one has alike.
func event(body []byte) string {
	var e struct {
		Data struct {
			EventType string         `json:"event_type"`
			Payload   map[string]any `json:"payload"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return err.Error()
	}
	for _, name := range []string{"call_control_id", "call_leg_id", "call_session_id", "connection_id", "from", "to"} {
		delete(e.Data.Payload, name)
	}
	if e.Data.Payload["client_state"] == nil {
		delete(e.Data.Payload, "client_state")
	}
	payload, _ := json.Marshal(e.Data.Payload)
	return e.Data.EventType + " " + string(payload)
}

// readable is a value as a person reads it: JSON out of its base64.
func readable(value string) string {
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		raw, err := enc.DecodeString(strings.TrimRight(value, "="))
		if err == nil && json.Valid(raw) && len(raw) > 0 && strings.ContainsAny(string(raw[0]), "{[n") {
			return string(raw)
		}
	}
	return value
}

// TestTranscripts plays every story of testdata/transcripts, in process and
// over a socket: what is sent, what is heard and what is asked, in order.
func TestTranscripts(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "transcripts", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts (%v)", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, head := readStory(t, string(archive))
			got := s.play(t, "http://app.example", inProcess{&s})
			if *update {
				if err := os.WriteFile(path, []byte(head+"-- transcript --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(s.expected, got); diff != "" {
				t.Errorf("transcript (-want +got)\n%s", diff)
			}
			over, _ := readStory(t, string(archive))
			server := httptest.NewServer(&over)
			defer server.Close()
			if diff := cmp.Diff(got, over.play(t, server.URL, nil)); diff != "" {
				t.Errorf("over a socket (-in process +over a socket)\n%s", diff)
			}
		})
	}
}
