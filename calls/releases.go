package calls

import (
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

const (
	releaseLife  = 6 * time.Hour // since a call last needed it: as long as the store keeps a call that is silent
	releaseLimit = 32            // releases that calls run on; beyond, the one longest not needed goes
)

// releases are the flows of this process: the release that new calls begin
// with, and older ones that calls of this process began with and still need.
// One that no call ever needed is not kept when another takes its place.
type releases struct {
	mu     sync.Mutex
	served *flows.Release
	since  time.Time       // when served took the place of another one
	needed map[string]need // by id; the served one too, once a call began with it
}

// need is a release and when a call last needed it.
type need struct {
	release *flows.Release
	last    time.Time
}

func newReleases(served *flows.Release, now time.Time) *releases {
	return &releases{served: served, since: now, needed: map[string]need{}}
}

// Serve has new calls begin with these flows. Calls in progress go on with the
// ones they began with. r must have no problems.
func (s *Service) Serve(r *flows.Release) {
	s.releases.mu.Lock()
	defer s.releases.mu.Unlock()
	if s.releases.served.ID != r.ID {
		s.releases.since = s.Now()
	}
	s.releases.served = r
}

// ServedSince is when Release began to be served: since then it is what calls
// begin with on this instance.
func (s *Service) ServedSince() time.Time {
	s.releases.mu.Lock()
	defer s.releases.mu.Unlock()
	return s.releases.since
}

// Release is the flows that a call would begin with now.
func (s *Service) Release() *flows.Release {
	s.releases.mu.Lock()
	defer s.releases.mu.Unlock()
	return s.releases.served
}

// of is the release that a call goes on with: the one with that id, else the
// one that is served to whoever asks. It is kept from now on, also when it was
// replaced since the request came.
func (r *releases) of(id string, served *flows.Release, now time.Time) *flows.Release {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	found := served
	if kept, ok := r.needed[id]; ok && id != served.ID {
		found = kept.release
	}
	r.needed[found.ID] = need{found, now}
	return found
}

// forget lets go of what no call needs any more.
func (r *releases) forget(now time.Time) {
	for id, n := range r.needed {
		if now.Sub(n.last) > releaseLife {
			delete(r.needed, id)
		}
	}
	for len(r.needed) > releaseLimit {
		oldest := ""
		for id, n := range r.needed {
			if oldest == "" || n.last.Before(r.needed[oldest].last) {
				oldest = id
			}
		}
		delete(r.needed, oldest)
	}
}

// older reports whether there is a release that suits, among those that calls
// may still run on.
func (r *releases) older(suits func(*flows.Release) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.needed {
		if suits(n.release) {
			return true
		}
	}
	return false
}

// take gives the placing of a request that comes now. What is served meanwhile
// is not for this request.
func (s *Service) take(r Request) *placing {
	served := s.Release()
	return &placing{Service: s, request: r, served: served, release: served, budget: s.StoreBudget}
}

// goOnWith settles the flows that decide for a session, or, without one, those
// that a call begins with.
func (p *placing) goOnWith(s *sessions.Session) {
	id := p.served.ID
	if s != nil {
		id = s.Release
	}
	p.release = p.releases.of(id, p.served, p.Now())
}
