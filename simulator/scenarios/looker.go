package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
)

// looker answers look-ups with what a scenario gives, and remembers what was
// asked. Requests that come twice at once may ask twice: the same look-up, which
// has the same key, then counts once and gets the same answer. One that is tried
// again later counts.
type looker struct {
	scenario *Scenario
	now      func() time.Time // in the simulated world

	mu    sync.Mutex
	made  []made
	used  map[string]int           // replies given, by step
	spent map[time.Time]*allowance // by the end of the time that the look-ups of a turn share
}

// made is one look-up with its answer.
type made struct {
	request flows.LookupRequest
	at      time.Time // in the simulated world
	found   flows.Found
	reply   *Reply // nil: the scenario has none
}

// allowance is what look-ups may take together, and what they took.
type allowance struct{ whole, taken time.Duration }

func newLooker(s *Scenario, now func() time.Time) *looker {
	return &looker{scenario: s, now: now, used: map[string]int{}, spent: map[time.Time]*allowance{}}
}

// Look implements calls.Looker.
func (l *looker) Look(ctx context.Context, r flows.LookupRequest) flows.Found {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.made {
		if m.request.Key == r.Key && m.at.Equal(l.now()) {
			return m.found
		}
	}
	m := made{request: r, at: l.now(), found: flows.Found{Failed: "connection"}}
	if canned := l.canned(r); canned != nil {
		m.reply = &canned.Replies[min(l.used[canned.Step], len(canned.Replies)-1)]
		l.used[canned.Step]++
		m.found = l.answer(ctx, m.reply, r.Timeout)
	}
	l.made = append(l.made, m)
	return m.found
}

// canned is what the scenario gives for the step of a look-up; nil for none.
func (l *looker) canned(r flows.LookupRequest) *Canned {
	i := slices.IndexFunc(l.scenario.Given.Lookups, func(c Canned) bool { return l.scenario.whole(c.Step) == r.Flow+"/"+r.Step })
	if i < 0 {
		return nil
	}
	return &l.scenario.Given.Lookups[i]
}

// answer is what a reply means to a flow. What takes too long is not waited
// for: neither in the simulated world nor in ours.
func (l *looker) answer(ctx context.Context, r *Reply, timeout time.Duration) flows.Found {
	left := l.left(ctx)
	if takes := min(r.Takes, timeout, left.whole-left.taken); takes < r.Takes || r.Fails == "timeout" {
		left.taken += min(timeout, left.whole-left.taken)
		return flows.Found{Failed: "timeout"}
	}
	left.taken += r.Takes
	found := flows.Found{Code: r.Code}
	switch {
	case r.Fails != "":
		return flows.Found{Failed: r.Fails}
	case r.Code >= 300:
		found.Failed = "status"
	case r.Text != "":
		found.Result, found.Failed = textual(r.Text)
	default:
		found.Result = r.Result
	}
	return found
}

// textual is a reply that is no JSON, unless it is.
func textual(text string) (result any, failed string) {
	result, err := schemas.DecodeJSON([]byte(text))
	if err != nil {
		return nil, "not JSON"
	}
	return result, ""
}

// left is what the look-ups that share a deadline may still take. How long that
// is when the first of them comes is told by the clock on the wall, and so
// rounded: a busy machine must not count.
func (l *looker) left(ctx context.Context) *allowance {
	deadline, has := ctx.Deadline()
	if !has {
		return &allowance{whole: time.Hour}
	}
	if l.spent[deadline] == nil {
		const grain = 500 * time.Millisecond
		l.spent[deadline] = &allowance{whole: (time.Until(deadline) + grain - 1).Truncate(grain)}
	}
	return l.spent[deadline]
}

// unexpected tells what in a look-up is not what must have been asked; "" when
// all is.
func (a *Asked) unexpected(r flows.LookupRequest) string {
	if a.Method != "" && a.Method != r.Method {
		return fmt.Sprintf("its method was %s, not %s", r.Method, a.Method)
	}
	if a.URL != "" && a.URL != r.URL {
		return fmt.Sprintf("it asked %s, not %s", r.URL, a.URL)
	}
	for _, name := range sortedKeys(a.Headers) {
		if got := header(r, name); got != a.Headers[name] {
			return fmt.Sprintf("its header %s was %q, not %q", name, got, a.Headers[name])
		}
	}
	if !a.HasBody {
		return ""
	}
	var body any
	if r.Body != nil {
		decoder := json.NewDecoder(bytes.NewReader(r.Body))
		if err := decoder.Decode(&body); err != nil {
			return fmt.Sprintf("its body could not be read: %v", err)
		}
	}
	if at, ok := within(a.Body, body, ""); !ok {
		return fmt.Sprintf("its body%s was %s, not %s", at.path, jsonText(at.got), jsonText(at.want))
	}
	return ""
}

// header is what was sent under a name; "" for nothing.
func header(r flows.LookupRequest, name string) string {
	for _, h := range r.Headers {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// whole is a step's name with its flow.
func (s *Scenario) whole(step string) string {
	if strings.Contains(step, "/") {
		return step
	}
	return s.Flow + "/" + step
}
