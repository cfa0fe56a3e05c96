package tries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/talk"
	"texmlsrv/texml"
)

// ErrMoved says that the call does not wait any more for what was done, or not yet.
var ErrMoved = errors.New("tries: the call waits for something else")

// Try is one call. It is safe for concurrent use.
type Try struct {
	ID string
	Setup

	owner string
	world *rehearsal.World
	stop  context.CancelFunc
	done  chan struct{}      // closed when the call is over
	acts  chan simulator.Act // with room for one

	mu      sync.Mutex // of all that follows
	used    time.Time
	state   State
	story   talk.Story
	last    simulator.Exchange // the last one whose answer was executed and led the call
	changed chan struct{}      // closed when the state changes, and made anew
}

// State is a try as it stands.
type State struct {
	Lines  []Line
	Asked  int               // how often something was waited for, up to now; tells one moment from the next
	Moment *simulator.Moment // what is waited for; nil while something is played, and at the end
	Played []Played          // documents, in order
	Record *simulator.Record // nil while the call goes on
	Failed string            // why the call broke off; "" when it did not
}

// Played is a document that led the call.
type Played struct {
	Turn     int
	Step     string // flow/step; "" where it was no new turn
	Took     time.Duration
	Problems []string // what Telnyx would say to it
}

func (t *Try) begin(in *Tries) error {
	var err error
	if t.world, err = in.world(t.Setup, t.looked); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(in.ctx)
	t.stop, t.done = stop, make(chan struct{})
	t.story.Behaves = t.Call.Behaves
	call := t.Call
	call.Caller, call.Observe = t, func(x simulator.Exchange) { t.observe(ctx, x) }
	in.running.Go(func() {
		defer close(t.done)
		record, err := t.world.Place(ctx, call)
		if err == nil {
			t.world.Clock.Settle()
		}
		t.ended(record, err)
	})
	return nil
}

func (t *Try) touch(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.used = now
}

func (t *Try) touched() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.used
}

// Over reports whether the call is.
func (t *Try) Over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// changes does something to the state, and wakes who waits for that.
func (t *Try) changes(do func(*State)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	do(&t.state)
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *Try) line(l Line) {
	t.changes(func(s *State) { s.Lines = append(s.Lines, l) })
}

// Now is the try as it stands.
func (t *Try) Now() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.state
	s.Lines, s.Played = slices.Clone(s.Lines), slices.Clone(s.Played)
	return s
}

// Waits gives the try once something is waited for, or it is over; as it stands
// when the context ends first.
func (t *Try) Waits(ctx context.Context) State {
	for {
		t.mu.Lock()
		changed, waits := t.changed, t.state.Moment != nil || t.state.Record != nil
		t.mu.Unlock()
		if waits {
			return t.Now()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return t.Now()
		}
	}
}

// Session is what the application knows of the call, its timeline, and the instant
// in its time; nil before there is anything.
func (t *Try) Session(ctx context.Context) (*sessions.Session, []sessions.Entry, time.Time) {
	session, timeline := t.world.Known(ctx)
	return session, timeline, t.world.Clock.Now()
}

// Hears implements simulator.Caller.
func (t *Try) Hears(l simulator.Line) bool {
	line := Line{Who: "system", Kind: l.Kind, Text: talk.Sound(l)}
	switch l.Kind {
	case "say", "greeting":
		line.Who, line.Text = "assistant", strings.TrimSpace(l.Text)
		if l.Leg == "" && line.Text != "" {
			t.mu.Lock()
			t.story.Heard(l.Text)
			t.mu.Unlock()
		}
	case "play":
		line.Who = "assistant"
	case "redirect":
		return false
	}
	if l.Leg != "" && line.Text != "" {
		line.Who, line.Text = "system", leg(l.Leg)+" hears: "+line.Text
	}
	if line.Text != "" {
		t.line(line)
	}
	return false
}

// Acts implements simulator.Caller.
func (t *Try) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	if m.Kind == simulator.MomentListened {
		t.mu.Lock()
		t.story.Acted(m, simulator.Act{})
		t.mu.Unlock()
		return simulator.Act{}, nil
	}
	t.changes(func(s *State) { s.Moment, s.Asked = &m, s.Asked+1 })
	select {
	case act := <-t.acts:
		return act, nil
	case <-ctx.Done():
		return simulator.Act{}, fmt.Errorf("tries: %w", ctx.Err())
	}
}

// Do does something at the moment that asked the asked-th time, and gives the try
// as it stands once something else is waited for, or the context ends. The error is
// ErrMoved.
func (t *Try) Do(ctx context.Context, asked int, act simulator.Act) (State, error) {
	t.mu.Lock()
	m := t.state.Moment
	if m == nil || t.state.Asked != asked {
		t.mu.Unlock()
		return t.Now(), ErrMoved
	}
	t.state.Moment = nil
	t.story.Acted(*m, act)
	t.state.Lines = append(t.state.Lines, did(*m, act)...)
	t.mu.Unlock()
	t.acts <- act // there is room: nobody else acts at this moment
	return t.Waits(ctx), nil
}

// observe sees each request once it is answered.
func (t *Try) observe(ctx context.Context, x simulator.Exchange) {
	if x.Status != http.StatusOK && x.Behaves != simulator.BadSignature && x.Behaves != simulator.StaleSignature {
		t.line(Line{Who: "system", Kind: "trouble", Text: fmt.Sprintf("A request (%s) was answered with status %d. %s", x.Kind, x.Status, x.Failure)})
	}
	if !x.Executed || x.Document == 0 {
		return
	}
	p := Played{Took: x.Took}
	for _, problem := range x.Problems {
		if problem.Severity == texml.Error {
			p.Problems = append(p.Problems, problem.String())
		}
	}
	line := Line{Who: "system", Kind: "turn"}
	for _, e := range t.world.News(ctx) {
		if e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost {
			p.Turn, p.Step = e.Turn, e.Flow+"/"+e.Step
			line.Turn, line.Step, line.Try = e.Turn, p.Step, e.Attempt
		}
	}
	t.changes(func(s *State) {
		t.last = x
		s.Played = append(s.Played, p)
		if line.Turn != 0 {
			s.Lines = append(s.Lines, line)
		}
		for _, problem := range p.Problems {
			s.Lines = append(s.Lines, Line{Who: "system", Kind: "trouble", Text: "Telnyx would end the call here: " + problem})
		}
	})
}

func (t *Try) looked(r flows.LookupRequest, found flows.Found, canned bool) {
	t.line(Line{Who: "system", Kind: "lookup", Text: "Look-up " + r.Step + ": " + brought(found, canned)})
}

func (t *Try) ended(record *simulator.Record, err error) {
	t.changes(func(s *State) {
		s.Moment, s.Record = nil, record
		if err != nil {
			s.Failed = "The try was given up."
		}
	})
}

// Again sends the last request once more, the same bytes, as Telnyx does when it
// is unsure, and tells what came of it. It is false while there is none.
func (t *Try) Again(ctx context.Context) bool {
	t.mu.Lock()
	last := t.last
	t.mu.Unlock()
	if last.URL == "" {
		return false
	}
	x := talk.Again(ctx, t.world.Telnyx.Transport, last)
	t.world.News(ctx) // the duplicate's own entry: told here
	told := "The last request was sent once more: "
	switch {
	case x.Status != http.StatusOK:
		told += fmt.Sprintf("it was answered with status %d.", x.Status)
	case bytes.Equal(x.Answer, last.Answer):
		told += "the same document came."
	default:
		told += "another document came."
	}
	t.changes(func(s *State) {
		t.story.Again()
		s.Lines = append(s.Lines, Line{Who: "system", Kind: "again", Text: told})
	})
	return true
}

// Scenario tells the try again; ok is false while the call goes on.
func (t *Try) Scenario(ctx context.Context) (text []byte, ok bool, err error) {
	t.mu.Lock()
	record, story := t.state.Record, t.story.So()
	t.mu.Unlock()
	if record == nil {
		return nil, false, nil
	}
	text, err = t.world.Scenario(ctx, record.Call, story).YAML()
	if err != nil {
		return nil, false, fmt.Errorf("tries: %w", err)
	}
	return text, true, nil
}
