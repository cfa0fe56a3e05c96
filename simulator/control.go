package simulator

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"texmlsrv/simulator/api"
)

// Control is Telnyx's API for calls that are in progress: what an application
// asks of it happens to the call. It is an http.Handler, and an http.RoundTripper
// for an application in the same process; faults can be scripted, and what was
// asked can be looked at. Several Telnyxes may share one, as long as their calls
// have different ids. It is safe for concurrent use.
//
// A command is carried out beside the document, an update in place of it: while
// something is played, while the platform waits for an action that does not
// come, and between any two verbs.
type Control struct {
	*api.API
	mu   sync.Mutex
	live map[string]*course
	over map[string]api.Call // calls that were
}

// NewControl makes an API. Of the options Call, OnCommand, OnUpdateCall and Fault
// are its own; Now should be the clock of the Telnyxes. Its only error is a schema
// of ours that is none.
func NewControl(o api.Options) (*Control, error) {
	c := &Control{live: map[string]*course{}, over: map[string]api.Call{}}
	o.Call, o.OnCommand, o.OnUpdateCall, o.Fault = c.call, c.command, c.update, c.fault
	a, err := api.New(o)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	c.API = a
	return c, nil
}

// begins lets a call be reached.
func (c *Control) begins(one *course) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live[one.call.SID] = one
}

// ends leaves of a call what can be told of it.
func (c *Control) ends(one *course) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.live, one.call.SID)
	c.over[one.call.SID] = one.standing()
}

func (c *Control) course(id string) *course {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.live[id]
}

// stands is what can be told of a call, in progress or over.
func (c *Control) stands(id string) (api.Call, bool) {
	if one := c.course(id); one != nil {
		return one.standing(), true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	was, is := c.over[id]
	return was, is
}

// Behaviours of the API, as Behaviour.Fault names them.
const (
	APIDown         = "down"         // 503
	APIUnauthorized = "unauthorized" // 401: the key is wrong
	APIGone         = "gone"         // there is no such call, or it is over, though it goes on
	APIInvalid      = "invalid"      // 422: a parameter is refused
	APIRateLimited  = "rate_limited" // 429
	APITimeout      = "timeout"      // no answer; the request was carried out, or not
)

// APIFaults names the ways in which the API misbehaves.
func APIFaults() []string {
	return []string{APIDown, APIUnauthorized, APIGone, APIInvalid, APIRateLimited, APITimeout}
}

// never is longer than anybody waits for the API.
const never = time.Hour

// spoils takes out of misbehaviours those of the API, for the next request to it
// that is about this call, and gives the others.
func (c *course) spoils(b behaviours) behaviours {
	var rest behaviours
	for _, one := range b {
		if one.Name != API {
			rest = append(rest, one)
			continue
		}
		fault := c.spoilt(one.Fault)
		c.mu.Lock()
		c.faults = append(c.faults, fault)
		c.mu.Unlock()
	}
	return rest
}

// spoilt is a misbehaviour of the API, on the wire.
func (c *course) spoilt(name string) api.Fault {
	switch name {
	case APIUnauthorized:
		return api.Fault{Failure: api.Unauthorized()}
	case APIGone:
		return api.Fault{Failure: []*api.Failure{api.NotFound(), api.CallEnded()}[c.draw("gone", 2)]}
	case APIInvalid:
		return api.Fault{Failure: &api.Failure{Status: http.StatusUnprocessableEntity, Code: "10015", Title: "Bad Request"}}
	case APIRateLimited:
		return api.Fault{Failure: api.TooMany(time.Second)}
	case APITimeout:
		return api.Fault{Delay: never, Lose: c.draw("timeout", 2) == 1}
	}
	return api.Fault{Failure: api.ServerError(http.StatusServiceUnavailable)}
}

// fault is how a request goes wrong. A repetition of it goes wrong alike.
func (c *Control) fault(in api.Received) api.Fault {
	one := c.course(in.CallID)
	if one == nil {
		return api.Fault{}
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	request := in.Name + " " + string(in.Body)
	if fault, again := one.faulty[request]; again {
		return fault
	}
	if len(one.faults) == 0 {
		return api.Fault{}
	}
	fault := one.faults[0]
	one.faults = one.faults[1:]
	if one.faulty == nil {
		one.faulty = map[string]api.Fault{}
	}
	one.faulty[request] = fault
	return fault
}
