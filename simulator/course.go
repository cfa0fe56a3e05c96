package simulator

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"texmlsrv/simulator/api"
	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// course is one call while it is played.
type course struct {
	*Telnyx
	call     Call
	clock    Clock
	main     *leg
	pending  behaviours     // of the request that follows
	late     []late         // what comes again
	stays    []envelope     // what comes again after the end
	partings []request      // what the hang-up makes come, whose answers nobody executes
	drawn    map[string]int // how often each question was drawn
	executed int            // documents, asides too
	made     int            // ids
	dialed   int            // legs
	refused  string         // the reason of a Reject
	encoding wire.Encoding  // of forms

	running     []*recorded // recordings that Start began, until the end
	transcribes *request    // who is told what is said; its form is filled in

	ctx    context.Context //nolint:containedctx // of Place: time that goes by can bring requests
	errand *errand         // what a command began; nil for nothing
	cut    cut             // what takes the place of the document; nil for nothing
	broken error           // why the call cannot go on

	mu       sync.Mutex // of what follows: requests that come twice are sent concurrently, and commands come at any time
	record   *Record
	sent     []*Exchange
	orders   []order
	stands   api.Call
	assisted bool                 // an assistant listens, or is about to
	faults   []api.Fault          // of coming requests to the API
	faulty   map[string]api.Fault // of those that came, by what they are
}

// begin fills in what a call leaves open.
func (t *Telnyx) begin(call Call) *course {
	call.From, call.To = cmp.Or(call.From, "+14155550123"), cmp.Or(call.To, "+13125550188")
	call.Direction = cmp.Or(call.Direction, "inbound")
	if call.Caller == nil {
		call.Caller = listener{}
	}
	c := &course{Telnyx: t, clock: t.Clock, drawn: map[string]int{}}
	if c.clock == nil {
		c.clock = NewClock(time.Now())
	}
	ids := wire.Call{
		Seed: call.Seed, SID: call.SID, From: call.From, To: call.To, CallerID: call.CallerName,
		Type: call.Type, Direction: call.Direction, AnsweredBy: call.AnsweredBy,
	}.Filled()
	call.SID = ids.SID
	c.call = call
	c.record = &Record{Call: call, Began: c.clock.Now()}
	c.encoding = wire.Encoding{Listed: c.draw("order of fields", 2) == 1, PercentSpaces: c.draw("spaces", 2) == 1}
	c.main = &leg{course: c, ids: ids}
	c.pending = c.spoils(call.Behaves)
	return c
}

// listener is a Caller who listens and says nothing.
type listener struct{}

func (listener) Hears(Line) bool                           { return false }
func (listener) Acts(context.Context, Moment) (Act, error) { return Act{}, nil }

// play is the whole of a call: what the platform tells of it, and between that
// its documents.
func (c *course) play(ctx context.Context) error {
	c.ctx = ctx
	c.stand("ringing")
	if c.Control != nil {
		c.Control.begins(c)
		defer c.Control.ends(c)
	}
	end, err := c.led(ctx)
	c.stand("completed")
	if err != nil {
		end = Aborted
	}
	c.record.Ended, c.record.End = c.clock.Now(), end
	if err != nil {
		return err
	}
	if e := c.errand; e != nil {
		c.partings = append(c.partings, e.breaksOff(hungUpWord)...)
	}
	c.completed(ctx)
	return ctx.Err()
}

// led has the call led by documents until it ends. It is answered with the
// first verb, unless that refuses it.
func (c *course) led(ctx context.Context) (End, error) {
	l := c.main
	told := around{before: l.progress("initiated")}
	if c.call.Direction == "outbound" {
		c.pass(4)
		found := l.detects()
		told.before = append(append(told.before, l.progress("ringing")...), l.progress("answered")...)
		if c.draw("who answered is told", 2) == 0 {
			told.after = found
		} else {
			told.before = append(told.before, found...)
		}
		c.stand("in-progress")
	}
	doc, err := l.fetch(ctx, c.firstRequest(), told)
	if err != nil || doc == nil {
		return l.failed, err
	}
	if verbs := doc.response.Verbs; c.call.Direction != "outbound" && !(len(verbs) > 0 && texml.Name(verbs[0]) == "Reject") {
		c.tell(ctx, l.progress("answered")...)
	}
	c.stand("in-progress")
	next, err := l.run(ctx, doc)
	return next.end, err
}

// detects is what tells who answered beside the call, if that is wanted. Nothing
// else tells it then.
func (l *leg) detects() []request {
	if l.MachineURL == "" || l.ids.AnsweredBy == "" {
		return nil
	}
	form := l.ids.MachineDetection(3 * time.Second)
	l.ids.AnsweredBy = ""
	return []request{{kind: KindMachine, method: http.MethodPost, url: l.MachineURL, form: form}}
}

// firstRequest is the fetch of the voice URL.
func (c *course) firstRequest() request {
	target := c.URL
	if len(c.call.Params) > 0 {
		target = wire.WithQuery(target, c.call.Params.Encode())
	}
	return request{kind: KindFetch, method: c.method(), url: target, form: c.main.ids.Fetch()}
}

// method is the one that the application is configured with.
func (c *course) method() string {
	return strings.ToUpper(cmp.Or(c.Method, http.MethodPost))
}

// completed tells the application that the call is over, and then what comes
// too late. What a hang-up brings may come before that or after.
func (c *course) completed(ctx context.Context) {
	last := c.main.ending(c.record.End)
	if partings := c.partings; c.pending.has(Reorder) || c.draw("parting", 2) == 1 {
		last = append(last, partings...)
	} else {
		last = append(partings[:len(partings):len(partings)], last...)
	}
	for _, r := range c.running {
		last = append(last, r.stops()...)
	}
	for _, r := range last {
		b := c.due()
		c.pass(b.delay())
		c.done(c.deliver(ctx, r, b))
	}
	for _, l := range c.late {
		c.again(ctx, l)
	}
	for _, e := range c.stays {
		c.done(c.send(ctx, e, AfterEnd))
	}
}

// due are the misbehaviours of the request that is sent now.
func (c *course) due() behaviours {
	b := c.pending
	c.pending = nil
	return b
}

// finished is the record, once nothing is sent any more.
func (c *course) finished() *Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.sent {
		c.record.Exchanges = append(c.record.Exchanges, *x)
	}
	return c.record
}

// draw picks one of n variants of something that Telnyx leaves open; the first
// is what is documented, or likeliest. Each question is drawn on its own, so
// that a new one changes no other.
func (c *course) draw(question string, n int) int {
	c.drawn[question]++
	if c.call.Seed == 0 {
		return 0
	}
	return int(hash(c.call.Seed, question, uint64(c.drawn[question])) % uint64(n))
}

// hash mixes a seed with what is asked of it.
func hash(seed uint64, question string, n uint64) uint64 {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(nil, seed))
	h.Write([]byte(question))
	h.Write(binary.LittleEndian.AppendUint64(nil, n))
	x := h.Sum64()
	x ^= x >> 33 // the low bits of FNV alone are poor dice
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

// pass lets time go by.
func (c *course) pass(n float64) {
	c.clock.Advance(seconds(n))
}

// document is one that is executed.
type document struct {
	url      *url.URL
	response *texml.Response
	number   int // among those that led the call; 0: an aside
}
