// Package tries is how people talk to a flow in a browser: each try is one call
// to the flows that the server serves, in a world of its own, led by whoever began
// it, from one thing that is waited for to the next.
//
// It exists because an author wants to hear a flow before a caller does, and staff
// want to know what a caller hears. Nothing of a try reaches a caller, a service or
// the store of real calls: look-ups bring what was given for them, or nobody is
// reached; secrets are made up; the time is the try's own. Tries are few, belong to
// one person, and end when nobody touches them, or with the process.
package tries

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
)

// What bounds tries, where Options do not say.
const (
	perPerson = 3
	inAll     = 20
	idle      = 20 * time.Minute
)

// ErrNone says that there is no such try, or that it is somebody else's.
var ErrNone = errors.New("tries: there is no such try")

// ErrMany says that no more tries can begin now: the person has some that go on,
// or everybody together has.
var ErrMany = errors.New("tries: there are too many already")

// Options bound tries. The zero value is good.
type Options struct {
	PerPerson int              // that go on at once; 0 is 3
	InAll     int              // 0 is 20
	Idle      time.Duration    // after which one is given up; 0 is 20 minutes
	Now       func() time.Time // nil is time.Now
	Log       *slog.Logger     // nil logs nothing
}

// Tries are all that go on in this process. It is safe for concurrent use.
type Tries struct {
	options Options
	ctx     context.Context //nolint:containedctx // of all calls: they end with the process
	stop    context.CancelFunc
	running sync.WaitGroup

	mu  sync.Mutex
	all []*Try // oldest first
}

// New has none.
func New(o Options) *Tries {
	o.PerPerson, o.InAll, o.Idle = cmp.Or(o.PerPerson, perPerson), cmp.Or(o.InAll, inAll), cmp.Or(o.Idle, idle)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	t := &Tries{options: o}
	t.ctx, t.stop = context.WithCancel(context.Background())
	return t
}

// Close gives all up, and waits until they are.
func (t *Tries) Close() {
	t.stop()
	t.running.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.all {
		one.world.Close()
	}
	t.all = nil
}

// Setup says what call it is.
type Setup struct {
	Release    *flows.Release
	Flow       string
	ByRoute    bool // the number that is called leads to Flow
	Now        time.Time
	Call       simulator.Call // who calls whom, and how the first request misbehaves
	Variables  sessions.Values
	Env        map[string]string      // settings, besides those of the server and instead of them
	Canned     map[string]flows.Found // what look-ups bring, by flow/step
	Describing string                 // the query by which the same try begins again
}

// Begin begins a try of somebody's, and gives it once something is waited for. The
// error is ErrMany, or that of a world that does not start.
func (t *Tries) Begin(owner string, setup Setup) (*Try, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	if err := t.room(owner); err != nil {
		return nil, err
	}
	one := &Try{ID: rand.Text(), owner: owner, Setup: setup, used: t.options.Now(), acts: make(chan simulator.Act, 1), changed: make(chan struct{})}
	if err := one.begin(t); err != nil {
		return nil, err
	}
	t.all = append(t.all, one)
	return one, nil
}

// room makes room for one more: tries that are over go first.
func (t *Tries) room(owner string) error {
	if t.ctx.Err() != nil {
		return ErrMany
	}
	own, all := 0, len(t.all)
	for _, one := range t.all {
		if one.owner == owner {
			own++
		}
	}
	for own >= t.options.PerPerson || all >= t.options.InAll {
		i := slices.IndexFunc(t.all, func(one *Try) bool {
			return one.Over() && (one.owner == owner || own < t.options.PerPerson)
		})
		if i < 0 {
			return ErrMany
		}
		if t.all[i].owner == owner {
			own--
		}
		t.drop(i)
		all--
	}
	return nil
}

// sweep gives up those that nobody touched for long.
func (t *Tries) sweep() {
	before := t.options.Now().Add(-t.options.Idle)
	for i := len(t.all) - 1; i >= 0; i-- {
		if t.all[i].touched().Before(before) {
			t.drop(i)
		}
	}
}

// drop ends one and forgets it.
func (t *Tries) drop(i int) {
	one := t.all[i]
	t.all = slices.Delete(t.all, i, i+1)
	one.stop()
	<-one.done
	one.world.Close()
}

// Of is a try by its id. The error is ErrNone, also where it is somebody else's.
func (t *Tries) Of(owner, id string) (*Try, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	for _, one := range t.all {
		if one.ID == id && one.owner == owner {
			one.touch(t.options.Now())
			return one, nil
		}
	}
	return nil, ErrNone
}

// All are the tries of somebody, newest first.
func (t *Tries) All(owner string) []*Try {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	var own []*Try
	for _, one := range slices.Backward(t.all) {
		if one.owner == owner {
			own = append(own, one)
		}
	}
	return own
}

// End gives a try up and forgets it.
func (t *Tries) End(owner, id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, one := range t.all {
		if one.ID == id && one.owner == owner {
			t.drop(i)
			return nil
		}
	}
	return ErrNone
}

// world starts the application of a try.
func (t *Tries) world(setup Setup, observe func(flows.LookupRequest, flows.Found, bool)) (*rehearsal.World, error) {
	environment := setup.Release.Environment()
	maps.Copy(environment.Env, setup.Env)
	for name := range environment.Secrets {
		environment.Secrets[name] = "made-up"
	}
	w, err := rehearsal.Start(rehearsal.Options{
		Release: setup.Release.In(environment), Flow: setup.Flow, ByRoute: setup.ByRoute, Now: setup.Now, Log: t.options.Log,
		Called: called(setup.Call), Variables: setup.Variables, Canned: setup.Canned, Looked: observe,
	})
	if err != nil {
		return nil, fmt.Errorf("tries: %w", err)
	}
	return w, nil
}

// called is our number of a call.
func called(c simulator.Call) string {
	if c.Direction == "outbound" {
		return c.From
	}
	return c.To
}
