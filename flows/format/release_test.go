package format_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"texmlsrv/flows"
	"texmlsrv/flows/format"
	"texmlsrv/sessions"
)

// TestReleases makes calls by chance, through flows as they were written and
// through the formatted ones: every document, look-up and session is the same.
func TestReleases(t *testing.T) {
	paths, err := filepath.Glob("../testdata/engine/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no flows to try: %v", err)
	}
	var others [][2]*flows.Release
	for _, path := range paths {
		_, files := archive(t, path)
		others = append(others, both(t, files))
	}
	for name, pairs := range map[string][][2]*flows.Release{"embedded": {both(t, embedded(t))}, "engine": others} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				pair := pairs[rapid.IntRange(0, len(pairs)-1).Draw(t, "release")]
				flow := rapid.SampledFrom(pair[0].Names()).Draw(t, "flow")
				call(t, pair[0], pair[1], flow)
			})
		})
	}
}

// environment is what the flows of the tests may ask for.
var environment = flows.Environment{
	Env:     map[string]string{"BOOKING_URL": "https://book.example", "FRONT_DESK_NUMBER": "+13125550188", "URL": "https://a.example"},
	Secrets: map[string]string{"BOOKING": "s3cr3t"},
}

// both loads flows as they are, and formatted.
func both(t *testing.T, files []file) [2]*flows.Release {
	t.Helper()
	written, made := fstest.MapFS{}, fstest.MapFS{}
	for _, f := range files {
		written[f.name] = &fstest.MapFile{Data: []byte(f.text)}
		made[f.name] = written[f.name]
		if format.Knows(f.name) {
			text, err := format.Source(f.name, []byte(f.text))
			if err != nil {
				t.Fatal(err)
			}
			made[f.name] = &fstest.MapFile{Data: text}
		}
	}
	var pair [2]*flows.Release
	for i, root := range []fstest.MapFS{written, made} {
		release, err := flows.Load(root, environment)
		if err != nil {
			t.Fatal(err)
		}
		pair[i] = release
	}
	return pair
}

var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// call makes a call of a few turns in both releases.
func call(t *rapid.T, a, b *flows.Release, flow string) {
	who := sessions.Call{SID: "v3:1", Direction: "inbound", From: "+13125550142", To: "+13125550188"}
	da, db := a.Begin(who, flow, monday), b.Begin(who, flow, monday)
	for turn := range rapid.IntRange(1, 12).Draw(t, "turns") {
		now := monday.Add(time.Duration(turn) * time.Minute)
		for range 8 {
			same(t, da, db)
			if da.Lookup == nil {
				break
			}
			found := rapid.SampledFrom(lookups).Draw(t, "found")
			da, db = a.LookedUp(da, found, now), b.LookedUp(db, found, now)
		}
		brought := drawBrought(t)
		via := rapid.SampledFrom([]string{flows.ViaAction, flows.ViaAction, flows.ViaAction, flows.ViaNext}).Draw(t, "via")
		da.Session.Turn, db.Session.Turn = turn+1, turn+1
		da, db = a.Answer(&da.Session, brought, via, "", now), b.Answer(&db.Session, brought, via, "", now)
	}
}

// same holds two decisions against each other.
func same(t *rapid.T, a, b flows.Decision) {
	if diff := cmp.Diff(told(t, a), told(t, b)); diff != "" {
		t.Fatalf("as written and formatted, it goes on in different ways:\n%s", diff)
	}
}

// told is all of a decision but the release, which has the hash of its files.
func told(t *rapid.T, d flows.Decision) string {
	d.Session.Release = ""
	session, err := json.MarshalIndent(d.Session, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	document := d.Document.Fill(func(l flows.Link) string { return fmt.Sprint("/", l) })
	return fmt.Sprintf("%s\n%s\n%+v", session, document, d.Lookup)
}

var lookups = []flows.Found{
	{Code: 200, Result: []any{"10:00", "15:30"}}, {Code: 200, Result: map[string]any{"a": "b"}}, {Code: 409, Failed: "status"}, {Failed: "timeout"},
}

// results are what an AI gather may bring in any of the flows.
var results = []map[string]any{
	{"intent": "appointment", "name": "Ann Lee"}, {"intent": "person"}, {"intent": "message", "name": "Bob"}, {"service": "check-up"},
	{"day": "2026-11-24", "time": "15:30"}, {"day": "2026-11-22", "time": "15:30"}, {"name": "Ann Lee", "phone": "+13125550142"}, {},
	{"day": "nonsense", "guests": 4.0}, {"guests": "4", "name": "Zoë <b>"},
}

func drawBrought(t *rapid.T) flows.Brought {
	text := func(values ...string) *string { return new(rapid.SampledFrom(values).Draw(t, "text")) }
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return flows.Brought{Digits: text("0", "1", "2", "3", "4", "5", "9", "")}
	case 1:
		return flows.Brought{Speech: text("yes", "no, wrong", "appointment", "three please", "the day", ""), Confidence: 0.9}
	case 2:
		status := rapid.SampledFrom([]string{"completed", "busy", "no_answer", "canceled", "failed"}).Draw(t, "status")
		return flows.Brought{Dial: &flows.DialResult{Status: status, Seconds: 12}}
	case 3:
		return flows.Brought{Recording: &sessions.Recording{ID: "r1", Seconds: 3}}
	case 4:
		return flows.Brought{}
	}
	return flows.Brought{AI: &flows.AIResult{Result: rapid.SampledFrom(results).Draw(t, "result")}}
}
