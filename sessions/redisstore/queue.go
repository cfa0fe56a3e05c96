package redisstore

import (
	"sync"
	"time"

	"texmlsrv/sessions"
)

// errand is what the index is to be told of a call. What is known of the call is
// read from the store when it is told, so that it is never older than that.
type errand struct {
	sid   string
	moves []sessions.Move
	at    time.Time // of the latest change
}

// queue holds errands until the index takes them, one for a call. When it is full
// it drops the oldest: a sweep finds what it lost. It is safe for concurrent use.
type queue struct {
	limit int
	wake  chan struct{} // holds a value when there may be errands

	mu    sync.Mutex
	bySID map[string]*errand
	order []string      // the SIDs of bySID, oldest first
	taken int           // errands that were taken and not done
	idle  chan struct{} // closed when there are none; nil when nobody waits for that
	stats IndexStats
}

func newQueue(limit int) *queue {
	return &queue{limit: limit, wake: make(chan struct{}, 1), bySID: map[string]*errand{}}
}

// add notes that a call, which stands at a place, has entries more.
func (q *queue) add(sid string, at sessions.Place, now time.Time, entries []sessions.Entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := errand{sid: sid, at: now}
	for i := range entries {
		e.moves = append(e.moves, entries[i].Moves(at)...)
	}
	q.put(e)
}

// put adds to the errand of a call, or makes it one.
func (q *queue) put(e errand) {
	if waiting, is := q.bySID[e.sid]; is {
		waiting.moves = append(waiting.moves, e.moves...)
		waiting.at = e.at
		return
	}
	if len(q.order) >= q.limit {
		delete(q.bySID, q.order[0])
		q.order = q.order[1:]
		q.stats.Dropped++
	}
	q.bySID[e.sid] = &e
	q.order = append(q.order, e.sid)
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns the oldest errands, at most n. They are given back with done.
func (q *queue) take(n int) []errand {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.order))
	errands := make([]errand, n)
	for i, sid := range q.order[:n] {
		errands[i] = *q.bySID[sid]
		delete(q.bySID, sid)
	}
	if q.order = q.order[n:]; len(q.order) == 0 {
		q.order = nil // and the memory behind it
	}
	q.taken += n
	return errands
}

// done says what came of errands that were taken: with failed they are to be
// done again.
func (q *queue) done(errands []errand, failed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken -= len(errands)
	if failed {
		q.stats.Failed++
		for _, e := range errands {
			q.put(e)
		}
	} else {
		q.stats.Indexed += uint64(len(errands))
	}
	q.tellIdle()
}

func (q *queue) tellIdle() {
	if q.idle != nil && q.taken == 0 && len(q.order) == 0 {
		close(q.idle)
		q.idle = nil
	}
}

// settled returns a channel that is closed when everything added is done.
func (q *queue) settled() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.idle == nil {
		q.idle = make(chan struct{})
	}
	idle := q.idle
	q.tellIdle()
	return idle
}

// swept counts what a sweep put right.
func (q *queue) swept(found, removed int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stats.Found += uint64(found)
	q.stats.Removed += uint64(removed)
}

// IndexStats say how the index of this instance fares. All but Waiting count
// since the start.
type IndexStats struct {
	Waiting int    // calls to be indexed
	Indexed uint64 // calls that were, each as often as it was
	Dropped uint64 // calls that were not, because too many waited: a sweep will find them
	Failed  uint64 // attempts that the store did not answer
	Found   uint64 // sessions that a sweep found not to be indexed as they are
	Removed uint64 // entries that a sweep removed because their session is gone
}

// IndexStats returns how the index fares.
func (s *Store) IndexStats() IndexStats {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	stats := s.queue.stats
	stats.Waiting = len(s.queue.order) + s.queue.taken
	return stats
}
