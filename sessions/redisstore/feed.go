package redisstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

const (
	changesAtOne = 200 // message
	feedBuffer   = 256 // changes that a subscriber may be behind
)

// Changes go as JSON lists over one channel, texml:feed. On a cluster that is a
// sharded one where the servers know those (7.0), so that not every node has to
// pass on every message.
func (s *Store) feedChannel() string { return s.opts.Prefix + "feed" }

// changes are the messages that tell of errands.
func changes(errands []errand, found []*sessions.Session) ([][]byte, error) {
	all := make([]sessions.Change, len(errands))
	for i, e := range errands {
		all[i] = sessions.Change{SID: e.sid, At: e.at.Truncate(time.Millisecond).UTC()}
		if session := found[i]; session != nil {
			all[i].Turn, all[i].Live = session.Turn, !session.Ended()
		}
	}
	var messages [][]byte
	for len(all) > 0 {
		some := all[:min(len(all), changesAtOne)]
		all = all[len(some):]
		message, err := encode(some)
		if err != nil {
			return nil, err
		}
		messages = append(messages, message)
	}
	return messages, nil
}

// sharded reports whether the feed goes over a sharded channel.
func (s *Store) sharded(ctx context.Context) (bool, error) {
	if _, cluster := s.client.(*redis.ClusterClient); !cluster {
		return false, nil
	}
	if known := s.shardedFeed.Load(); known != nil {
		return *known, nil
	}
	info, err := s.client.Do(ctx, "COMMAND", "INFO", "SPUBLISH").Slice()
	if err != nil {
		return false, fmt.Errorf("which commands are known: %w", cause(ctx, err))
	}
	is := len(info) > 0 && info[0] != nil
	s.shardedFeed.Store(&is)
	return is, nil
}

// publisher is how messages are sent to the feed.
func (s *Store) publisher(ctx context.Context) (func(ctx context.Context, p redis.Pipeliner, message []byte), error) {
	sharded, err := s.sharded(ctx)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p redis.Pipeliner, message []byte) {
		if sharded {
			p.SPublish(ctx, s.feedChannel(), message)
		} else {
			p.Publish(ctx, s.feedChannel(), message)
		}
	}, nil
}

// Subscribe implements sessions.Feed. While the connection is lost changes are
// missed, which is told when it is back.
func (s *Store) Subscribe(ctx context.Context) (<-chan sessions.Change, error) {
	sharded, err := s.sharded(ctx)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, fmt.Errorf("redisstore: subscribe: %w", err)
	}
	subscribe := s.client.Subscribe
	if sharded {
		subscribe = s.client.SSubscribe
	}
	subscription := subscribe(ctx, s.feedChannel())
	if _, err := subscription.Receive(ctx); err != nil { // that it holds
		_ = subscription.Close() // it is of no use, whatever becomes of it
		return nil, fmt.Errorf("redisstore: subscribe: %w", cause(ctx, err))
	}
	out := make(chan sessions.Change, feedBuffer)
	go forward(ctx, subscription, out)
	return out, nil
}

// forward passes on what is received until the context ends.
func forward(ctx context.Context, from *redis.PubSub, to chan<- sessions.Change) {
	defer close(to)
	defer from.Close()
	received := from.ChannelWithSubscriptions()
	missed := false
	pass := func(c sessions.Change) {
		if missed {
			return
		}
		select {
		case to <- c:
		default:
			missed = true
		}
	}
	for {
		var late chan<- sessions.Change // to tell that something was missed, once there is room
		if missed {
			late = to
		}
		select {
		case <-ctx.Done():
			return
		case late <- sessions.Change{}:
			missed = false
		case message, open := <-received:
			if !open {
				return
			}
			for _, c := range read(message) {
				pass(c)
			}
		}
	}
}

// read is what a message tells. A new subscription follows a lost connection.
func read(message any) []sessions.Change {
	switch m := message.(type) {
	case *redis.Subscription:
		return []sessions.Change{{}}
	case *redis.Message:
		var all []sessions.Change
		if json.Unmarshal([]byte(m.Payload), &all) == nil {
			return all
		}
	}
	return nil
}
