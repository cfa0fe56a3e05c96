package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/sessions"
)

// longCall is a console with a call of so many turns, each with an event and a
// request that came twice.
func longCall(t testing.TB, turns int) (s *consoletest.Server, sid string) {
	t.Helper()
	release := consoletest.Embedded(t)
	r := consoletest.Played(t, release, "appointment/bad-day")
	s = consoletest.Start(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: release} })
	kept := *r.Session
	kept.Revision, kept.EndedAt, kept.Ending = 0, time.Time{}, ""
	var timeline []sessions.Entry
	for n := 0; n < turns; {
		for _, e := range r.Timeline {
			if e.Kind == sessions.EntryTurn {
				n++
				kept.Turn = n
			}
			e.Turn, e.Ended = n, ""
			e.At = kept.BeganAt.Add(time.Duration(len(timeline)) * time.Second)
			timeline = append(timeline, e)
		}
	}
	if err := s.Store.Commit(t.Context(), &kept, timeline...); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(time.Duration(len(timeline)) * time.Second)
	return s, kept.Call.SID
}

// BenchmarkCall answers with the page of a call of 500 turns, and with all that
// is behind one of them.
func BenchmarkCall(b *testing.B) {
	s, sid := longCall(b, 500)
	client := s.As(access.Viewer)
	for name, path := range map[string]string{"page": "/calls/" + sid, "turn": "/calls/" + sid + "/turns/300?part=turn"} {
		b.Run(name, func(b *testing.B) {
			var size int
			for b.Loop() {
				reply := s.Send(client, http.MethodGet, path, nil, nil)
				if reply.Status != http.StatusOK {
					b.Fatal(reply.Status)
				}
				size = len(reply.Body)
			}
			b.ReportMetric(float64(size), "bytes/page")
		})
	}
}

// TestCall_long shows every turn of a call of 500.
func TestCall_long(t *testing.T) {
	s, sid := longCall(t, 500)
	reply := s.Get(access.Viewer, "/calls/"+sid)
	if rows := strings.Count(reply.Body, `<details class="turn`); rows < 500 {
		t.Errorf("%d rows", rows)
	}
}
