package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"texmlsrv/sessions"
)

// testByHand searches many sessions for many things, and looks through all of
// them by hand to know what should be found.
func testByHand(t *testing.T, f Finding) {
	r := rand.New(rand.NewPCG(1, 2))
	memory := NewMemory()
	memory.Now = func() time.Time { return Noon }
	for i := range 300 {
		s := randomSession(r, i)
		f.Put(s)
		memory.Put(s)
		if r.IntN(4) == 0 && !s.Ended() { // it goes on
			later := *s
			later.Step, later.Outcome, later.EndedAt, later.Ending = pick(r, "table", "bye"), pick(r, "", "booked"), Noon, "completed"
			f.Put(&later)
			memory.Put(&later)
		}
	}
	f.Settle()
	byHand := Finding{Finder: memory}
	for i := range 150 {
		q := randomQuery(r)
		equal(t, fmt.Sprintf("query %d, %+v", i, q), search(t, f, q), search(t, byHand, q))
	}
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func randomSession(r *rand.Rand, i int) *sessions.Session {
	s := call(fmt.Sprintf("v3:%x-%d", r.IntN(1<<16), i), time.Duration(r.IntN(8*24*3600*1000))*time.Millisecond)
	s.Flow, s.Step, s.Release = pick(r, "booking", "desk"), pick(r, "table", "day", "bye"), pick(r, "1", "2")
	s.Call.From, s.Call.To = fmt.Sprintf("+3531960%04d", r.IntN(10000)), pick(r, "+13125550188", "sip:desk@example.com")
	for range r.IntN(20) {
		s.History = append(s.History, sessions.Message{Content: pick(r, "table", "tablet", "for", "four", "on", "friday", "please", "thanks", "dentist")})
	}
	if s.SentAt = s.BeganAt.Add(time.Minute); r.IntN(5) > 0 {
		s.EndedAt, s.Ending, s.Outcome = s.SentAt, pick(r, "completed", "busy"), pick(r, "", "booked", "left")
	}
	if r.IntN(10) == 0 {
		s.Mark(sessions.Mark(pick(r, string(sessions.MarkApology), string(sessions.MarkDegraded))))
	}
	return s
}

// randomQuery asks for one to three things at once.
func randomQuery(r *rand.Rand) sessions.Query {
	q := sessions.Query{Limit: 1 + r.IntN(60)}
	live := r.IntN(2) == 0
	for range 1 + r.IntN(3) {
		switch r.IntN(12) {
		case 0:
			q.Flow = pick(r, "booking", "desk")
		case 1:
			q.Step = pick(r, "table", "day")
		case 2:
			q.Outcome = pick(r, "booked", "left")
		case 3:
			q.Ending = pick(r, "completed", "busy")
		case 4:
			q.Live = &live
		case 5:
			q.Text = pick(r, "table", "tabl", "dentist fri", "f", "for f", "table four dentist")
		case 6:
			q.Number = pick(r, "+3531", fmt.Sprint(100+r.IntN(900)), "1960", "desk", "+1 312", fmt.Sprintf("960 %02d", r.IntN(100)))
		case 7:
			q.From = Noon.Add(-time.Duration(r.IntN(8*24*3600)) * time.Second)
		case 8:
			q.To = Noon.Add(-time.Duration(r.IntN(4*24*3600)) * time.Second)
		case 9:
			q.SID = fmt.Sprintf("v3:%x", r.IntN(16))
		case 10:
			q.WaitingLonger = time.Duration(r.IntN(8*24)) * time.Hour
		case 11:
			q.Problems, q.Degraded = r.IntN(2) == 0, r.IntN(3) == 0
		}
	}
	return q
}
