package redisstore

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	batchSize  = 200                   // errands done at once
	batchPause = 50 * time.Millisecond // in which what changes again is told once
	retryPause = time.Second           // after the store did not answer
	lastBreath = 2 * time.Second       // for what is left when the work ends
)

// Work keeps the index, the counts and the feed until the context ends, and
// returns when all that it started has ended. Every instance should run it once.
// What is committed while it does not run waits, as much as Options.Queue says;
// the rest a later sweep finds. Errors of the store are no reason to stop, see
// IndexStats.
func (s *Store) Work(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { s.sweeping(ctx) })
	both.Go(func() { s.indexing(ctx) })
	both.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastBreath)
	defer cancel()
	for s.indexNext(last) == batchSize && last.Err() == nil {
	}
}

// Indexed waits until everything that was committed through this store is
// indexed, counted and told. That takes somebody who runs Work.
func (s *Store) Indexed(ctx context.Context) error {
	select {
	case <-s.queue.settled():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("redisstore: wait for the index: %w", ctx.Err())
	}
}

func (s *Store) indexing(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.queue.wake:
		}
		for n := s.indexNext(ctx); n != 0; n = s.indexNext(ctx) {
			switch {
			case n < 0:
				pause(ctx, retryPause)
			case n < batchSize:
				pause(ctx, batchPause)
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// pause waits for a while, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// indexNext does the next errands and returns how many they were, below 0 when
// the store did not answer and they are still to be done.
func (s *Store) indexNext(ctx context.Context) int {
	errands := s.queue.take(batchSize)
	if len(errands) == 0 {
		return 0
	}
	err := s.index(ctx, errands)
	s.queue.done(errands, err != nil)
	if err != nil {
		return -1
	}
	return len(errands)
}

// index reads the sessions of errands and writes what the index, the counts and
// the feed should say of them.
func (s *Store) index(ctx context.Context, errands []errand) error {
	sids := make([]string, len(errands))
	for i, e := range errands {
		sids[i] = e.sid
	}
	found, w, err := s.indexed(ctx, sids)
	if err != nil {
		return err
	}
	return s.tell(ctx, errands, found, w)
}
