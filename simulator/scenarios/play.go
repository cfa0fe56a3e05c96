package scenarios

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/wire"
)

// ourNumber is the number that is called where a scenario names none.
const ourNumber = "+14155550188"

// Player plays scenarios of one release. It is safe for concurrent use.
type Player struct {
	root    fs.FS // where documents to compare with stand
	release *flows.Release
	stores  *local.Stores
}

// NewPlayer makes a Player of flows that were loaded from root. The
// environment of the release does not count: each scenario brings its own.
func NewPlayer(root fs.FS, release *flows.Release) (*Player, error) {
	stores, err := local.NewStores()
	if err != nil {
		return nil, fmt.Errorf("scenarios: %w", err)
	}
	return &Player{root: root, release: release, stores: stores}, nil
}

// Close lets go of the store.
func (p *Player) Close() { p.stores.Close() }

// Result is what came of a scenario.
type Result struct {
	Scenario     *Scenario
	Failures     []Failure // none: all is as the scenario says
	Conversation Conversation
	Documents    [][]byte // that led the call, as they were sent
	Record       *simulator.Record
	Session      *sessions.Session // at the end; nil when there was none
	Timeline     []sessions.Entry
	Took         time.Duration // real time

	complete bool // the conversation went as the scenario says

	asides []string // flow/step of documents that were played without being a turn
	made   []made   // look-ups
}

// Passed reports whether all was as the scenario says.
func (r *Result) Passed() bool { return len(r.Failures) == 0 }

// Play plays one scenario, which Check has nothing against, in a world of its
// own. Its error is the context's.
func (p *Player) Play(ctx context.Context, s *Scenario) (*Result, error) {
	began := time.Now()
	g := &game{Player: p, scenario: s, result: &Result{Scenario: s}}
	err := g.play(ctx)
	g.result.Took = time.Since(began)
	return g.result, err
}

// game is one scenario while it is played.
type game struct {
	*Player
	scenario *Scenario
	result   *Result
	looker   *looker
	caller   *caller
	server   *local.Server
}

func (g *game) play(ctx context.Context) error {
	release, key := g.world(), wire.TestKey()
	clock := local.NewClock(g.scenario.begins(release))
	g.looker = newLooker(g.scenario, clock.Now)
	control, err := simulator.NewControl(api.Options{Now: clock.Now})
	if err != nil {
		return fmt.Errorf("scenarios: %w", err)
	}
	asked := http.RoundTripper(control)
	if g.scenario.Given.Keyless {
		asked = nil
	}
	server, err := local.Start(local.Options{ //nolint:contextcheck // its store is in memory, and there already
		Release: release, Clock: clock, Looker: g.looker, Stores: g.stores,
		Keys: []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}, API: asked,
	})
	if err != nil {
		return fmt.Errorf("scenarios: %w", err)
	}
	defer server.Close()
	g.server = server
	g.caller = &caller{Scenario: g.scenario, talk: &g.result.Conversation}
	telnyx := &simulator.Telnyx{
		URL: server.VoiceURL(g.scenario.Flow), FallbackURL: server.VoiceURL(g.scenario.Flow),
		StatusURL: server.StatusURL(), EventsURL: server.EventsURL(),
		Transport: server, Control: control, Key: key, Clock: clock, Patience: local.Patience,
	}
	call := g.scenario.call()
	call.Caller = g.caller
	call.Observe = func(x simulator.Exchange) { g.observe(ctx, x) }
	record, err := telnyx.Place(ctx, call)
	g.result.Record = record
	if err != nil && !errors.Is(err, errDiffers) {
		return err
	}
	clock.Settle() //nolint:contextcheck // time passes whoever waits
	if err := g.remember(ctx, record.Call.SID); err != nil {
		return err
	}
	g.judge()
	return ctx.Err()
}

// world is the release with the variables and the environment of the scenario.
func (g *game) world() *flows.Release {
	given := g.scenario.Given
	release := g.release.In(flows.Environment{Env: given.Env, Secrets: given.Secrets})
	variables := sessions.Values{}
	for _, v := range given.Variables {
		variables[v.Name] = v.Value
	}
	return release.With(g.scenario.Flow, given.Called, variables)
}

// begins is when the call begins: as given, in the zone that the flow reads
// its times in, or on a Monday at ten.
func (s *Scenario) begins(release *flows.Release) time.Time {
	zone := release.Flows[s.Flow].Zone
	if n := release.App.Numbers[s.Given.Called]; n.Zone != nil {
		zone = n.Zone
	}
	at := s.Given.Now
	switch {
	case at.IsZero():
		at = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	case s.Given.Zoned:
		return at
	}
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone)
}

// call is the call that the scenario is about.
func (s *Scenario) call() simulator.Call {
	them, us := s.Caller.Number, s.Given.Called
	if them == "" {
		them = "anonymous"
	}
	if us == "" {
		us = ourNumber
	}
	c := simulator.Call{
		From: them, To: us, CallerName: s.Caller.Name, Type: s.Caller.Type,
		Direction: s.Given.Direction, AnsweredBy: s.Given.AnsweredBy, Behaves: s.Given.Behaves,
		Params: url.Values{},
	}
	if c.Direction == "outbound" {
		c.From, c.To = us, them
	}
	for name, value := range s.Given.Params {
		c.Params.Set(name, value)
	}
	return c
}

// observe sees each request once it is answered. A document that leads the call
// is the next turn of the conversation.
func (g *game) observe(ctx context.Context, x simulator.Exchange) {
	if x.Status >= http.StatusInternalServerError {
		_ = g.caller.fails(Place{}, "%s %s was answered with status %d", x.Method, pathOf(x.URL), x.Status)
	}
	if !x.Executed {
		return
	}
	if at := link.FindStringSubmatch(withoutQuery(x.URL)); at != nil && at[3] == flows.ViaAside {
		g.result.asides = append(g.result.asides, at[1]+"/"+at[2])
	}
	if x.Document == 0 {
		return
	}
	g.caller.turned()
	session, err := g.server.Session(ctx, x.Fields.Get("CallSid"))
	if err != nil {
		session = nil // a document of nobody's: the conversation goes without its step
	}
	g.result.Conversation.begins(session)
	g.result.Documents = append(g.result.Documents, x.Answer)
}

func withoutQuery(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return path
}

func pathOf(address string) string { return strings.TrimPrefix(withoutQuery(address), local.Address) }

// remember keeps what the application knows of the call, now that it is over.
func (g *game) remember(ctx context.Context, sid string) error {
	session, err := g.server.Session(ctx, sid)
	if err != nil && !errors.Is(err, sessions.ErrNotFound) {
		return fmt.Errorf("scenarios: %w", err)
	}
	if err == nil {
		g.result.Session = session
	}
	if g.result.Timeline, err = g.server.Timeline(ctx, sid); err != nil {
		return fmt.Errorf("scenarios: %w", err)
	}
	g.result.Conversation.explain(g.result.Timeline)
	g.result.made = g.looker.made
	return nil
}

// PlayAll plays scenarios, several at once, and gives what came of each in
// their order. done is called after each; nil is nobody.
func (p *Player) PlayAll(ctx context.Context, all []*Scenario, done func()) ([]*Result, error) {
	results, errs := make([]*Result, len(all)), make([]error, len(all))
	queue := make(chan int)
	var workers sync.WaitGroup
	for range min(len(all), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range queue {
				results[i], errs[i] = p.Play(ctx, all[i])
				if done != nil {
					done()
				}
			}
		})
	}
	for i := range all {
		queue <- i
	}
	close(queue)
	workers.Wait()
	return results, errors.Join(errs...)
}
