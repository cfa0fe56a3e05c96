package redisstore

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
)

// listFull is how long a list in a hash is when the rest of it stands in a key
// of its own; index.lua knows the same number.
const listFull = 60

// lists are the places in each shard that have all of the terms, sorted. Shards
// that do not have one term are not asked for the next.
func (s *Store) lists(ctx context.Context, in []shard, all []term) (map[shard][]uint16, error) {
	common := map[shard][]uint16{}
	for i, t := range all {
		having, err := s.list(ctx, in, t)
		if err != nil {
			return nil, err
		}
		var left []shard
		for n, at := range in {
			if i > 0 {
				having[n] = both(common[at], having[n])
			}
			if common[at] = having[n]; len(having[n]) > 0 {
				left = append(left, at)
			}
		}
		in = left
	}
	return common, nil
}

// list are the places in each shard that have a term, sorted.
func (s *Store) list(ctx context.Context, in []shard, t term) ([][]uint16, error) {
	if t.prefix {
		return s.listBeginning(ctx, in, t)
	}
	heads, rests := make([]*redis.StringCmd, len(in)), make([]*redis.StringCmd, len(in))
	err := s.ask(ctx, 2*len(in), func(p redis.Pipeliner, i int) redis.Cmder {
		tag := in[i/2].tag()
		if i%2 == 0 {
			heads[i/2] = p.HGet(ctx, s.indexKey(tag, t.group), t.field)
			return heads[i/2]
		}
		rests[i/2] = p.Get(ctx, s.indexKey(tag, t.group+":"+t.field))
		return rests[i/2]
	})
	lists := make([][]uint16, len(in))
	for i := range in {
		lists[i] = sorted(heads[i].Val() + rests[i].Val())
	}
	return lists, err
}

// listBeginning is list for a term that is the beginning of others.
func (s *Store) listBeginning(ctx context.Context, in []shard, t term) ([][]uint16, error) {
	hashes := make([]*redis.MapStringStringCmd, len(in))
	err := s.ask(ctx, len(in), func(p redis.Pipeliner, i int) redis.Cmder {
		hashes[i] = p.HGetAll(ctx, s.indexKey(in[i].tag(), t.group))
		return hashes[i]
	})
	if err != nil {
		return nil, err
	}
	texts := make([]strings.Builder, len(in))
	type rest struct {
		shard int
		field string
	}
	var full []rest
	for i, hash := range hashes {
		for field, list := range hash.Val() {
			if strings.HasPrefix(field, t.field) {
				texts[i].WriteString(list)
				if len(list) >= listFull {
					full = append(full, rest{i, field})
				}
			}
		}
	}
	rests := make([]*redis.StringCmd, len(full))
	err = s.ask(ctx, len(full), func(p redis.Pipeliner, i int) redis.Cmder {
		rests[i] = p.Get(ctx, s.indexKey(in[full[i].shard].tag(), t.group+":"+full[i].field))
		return rests[i]
	})
	for i, r := range rests {
		texts[full[i].shard].WriteString(r.Val())
	}
	lists := make([][]uint16, len(in))
	for i := range texts {
		lists[i] = sorted(texts[i].String())
	}
	return lists, err
}

// sorted are the places of a list, each once.
func sorted(list string) []uint16 {
	places := make([]uint16, len(list)/2)
	for i := range places {
		places[i] = binary.BigEndian.Uint16([]byte(list[2*i : 2*i+2]))
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// both are the places that are in two sorted lists.
func both(a, b []uint16) []uint16 {
	out := a[:0]
	for _, p := range a {
		for len(b) > 0 && b[0] < p {
			b = b[1:]
		}
		if len(b) > 0 && b[0] == p {
			out = append(out, p)
		}
	}
	return out
}
