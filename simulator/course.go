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

	"texmlsrv/texml"
)

// course is one call while it is played.
type course struct {
	*Telnyx
	call    Call
	clock   Clock
	main    *leg
	pending behaviours // of the request that follows
	late    []late
	stays   []envelope     // what comes again after the end
	drawn   map[string]int // how often each question was drawn
	status  int            // sequence number of the next status callback

	mu     sync.Mutex // of what follows: requests that come twice are sent concurrently
	record *Record
	sent   []*Exchange
}

// begin fills in what a call leaves open.
func (t *Telnyx) begin(c Call) *course {
	c.From, c.To = cmp.Or(c.From, "+14155550123"), cmp.Or(c.To, "+13125550188")
	c.Type, c.Direction = cmp.Or(c.Type, "pstn"), cmp.Or(c.Direction, "inbound")
	if c.Caller == nil {
		c.Caller = listener{}
	}
	p := &course{Telnyx: t, clock: t.Clock, pending: c.Behaves, drawn: map[string]int{}}
	if p.clock == nil {
		p.clock = NewClock(time.Now())
	}
	ids := newIDs(c, p.clock.Now())
	c.SID = ids.SID
	p.call = c
	p.record = &Record{Call: c, Began: p.clock.Now()}
	p.main = &leg{course: p, ids: ids}
	return p
}

// listener is a Caller who listens and says nothing.
type listener struct{}

func (listener) Hears(Line) bool                           { return false }
func (listener) Acts(context.Context, Moment) (Act, error) { return Act{}, nil }

// play is the whole of a call: what the platform tells of it, and between that
// its documents.
func (c *course) play(ctx context.Context) error {
	first := c.firstRequest()
	doc, err := c.main.fetch(ctx, first, around{before: c.main.progress("initiated"), after: c.main.progress("in-progress")})
	var next onward
	if err == nil {
		next, err = c.main.run(ctx, doc)
	}
	c.record.Ended = c.clock.Now()
	if err != nil {
		next.end = Aborted
	}
	c.record.End = next.end
	if err != nil {
		return err
	}
	c.completed(ctx)
	return ctx.Err()
}

// firstRequest is the fetch of the voice URL.
func (c *course) firstRequest() request {
	target := c.URL
	if len(c.call.Params) > 0 {
		joint := "?"
		if strings.Contains(target, "?") {
			joint = "&"
		}
		target += joint + c.call.Params.Encode()
	}
	return request{kind: KindFetch, method: c.method(), url: target, form: c.main.ids.Fetch()}
}

// method is the one that the application is configured with.
func (c *course) method() string {
	return strings.ToUpper(cmp.Or(c.Method, http.MethodPost))
}

// completed tells the application that the call is over, and then what comes
// too late.
func (c *course) completed(ctx context.Context) {
	for _, r := range c.main.progress("completed") {
		c.tell(ctx, r)
	}
	c.flush(ctx)
	for _, e := range c.stays {
		c.done(c.send(ctx, e, AfterEnd))
	}
}

// finished is the record, once nothing is sent any more.
func (c *course) finished() *Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.sent {
		c.record.Exchanges = append(c.record.Exchanges, *e)
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
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(nil, c.call.Seed))
	h.Write([]byte(question))
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(c.drawn[question])))
	x := h.Sum64()
	x ^= x >> 33 // the low bits of FNV alone are poor dice
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int(x % uint64(n))
}

// pass lets time go by.
func (c *course) pass(seconds float64) {
	c.clock.Advance(time.Duration(seconds * float64(time.Second)))
}

// document is one that is executed.
type document struct {
	url      *url.URL
	method   string
	response *texml.Response
	number   int // among those that led the call; 0: an aside
}
