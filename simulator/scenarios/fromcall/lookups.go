package fromcall

import (
	"context"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// lookups are those of the call, which the play is given again. A request that
// comes twice at once may ask twice: the same look-up at the same instant then
// brings the same, as it counted once in the call. One that is tried again later
// brings what came next.
type lookups struct {
	replies map[string][]flows.Found // by flow/step, as they were
	given   map[string]int           // how many of them were
	made    map[made]flows.Found
	now     func() time.Time // in the world of the play
}

// made is one look-up of the play.
type made struct {
	key string
	at  time.Time
}

// lookupsOf are what look-ups brought, in their order.
func lookupsOf(timeline []sessions.Entry) lookups {
	out := map[string][]flows.Found{}
	for _, e := range timeline {
		if e.Kind != sessions.EntryTurn && e.Kind != sessions.EntryLost && e.Kind != sessions.EntryWrap {
			continue
		}
		for _, v := range e.Path {
			if a := v.Answer; a != nil && a.Kind == "lookup" {
				found := flows.Found{Code: a.Code, Result: a.Result}
				if !a.Usable {
					found.Failed = a.Reason
					if found.Failed == "" {
						found.Failed = "connection"
					}
				}
				out[v.Flow+"/"+v.Step] = append(out[v.Flow+"/"+v.Step], found)
			}
		}
	}
	return lookups{replies: out, given: map[string]int{}, made: map[made]flows.Found{}}
}

// Look implements calls.Looker: look-ups bring what they did, made up.
func (p *play) Look(_ context.Context, r flows.LookupRequest) flows.Found {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &p.lookups
	asked := made{r.Key, l.now().UTC()}
	if found, again := l.made[asked]; again {
		return found
	}
	found := l.reply(r.Flow + "/" + r.Step)
	found.Result = p.fakes.json("", found.Result)
	l.made[asked] = found
	return found
}

// reply is what the next look-up of a step brought; beyond the last, the last again.
func (l *lookups) reply(place string) flows.Found {
	all := l.replies[place]
	if len(all) == 0 {
		return flows.Found{Failed: "connection"}
	}
	found := all[min(l.given[place], len(all)-1)]
	l.given[place]++
	return found
}
