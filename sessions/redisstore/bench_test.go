package redisstore_test

import (
	"testing"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

// eachServer runs a benchmark on the embedded and on a real server.
func eachServer(b *testing.B, bench func(b *testing.B, store *redisstore.Store)) {
	b.Run("miniredis", func(b *testing.B) {
		client, stop, err := redisstore.Embedded(b.Context())
		succeed(b, err)
		defer stop()
		bench(b, redisstore.New(client, redisstore.Options{}))
	})
	b.Run("redis", func(b *testing.B) {
		bench(b, redisstore.New(open(b, redistest.Start(b).URL()), redisstore.Options{}))
	})
}

func BenchmarkLoad(b *testing.B) {
	eachServer(b, func(b *testing.B, store *redisstore.Store) {
		succeed(b, store.Commit(b.Context(), storetest.Session("v3:abc")))
		b.ReportAllocs()
		for b.Loop() {
			_, err := store.Load(b.Context(), "v3:abc")
			succeed(b, err)
		}
	})
}

// BenchmarkCommit commits turns of one call, its timeline growing to 200 turns
// before the next call begins.
func BenchmarkCommit(b *testing.B) {
	eachServer(b, func(b *testing.B, store *redisstore.Store) {
		entry := storetest.Entry()
		var s *sessions.Session
		turns, calls := 200, 0
		b.ReportAllocs()
		for b.Loop() {
			if turns == 200 {
				calls++
				turns, s = 0, storetest.Session("v3:"+string(rune('a'+calls%26)))
				current, err := store.Load(b.Context(), s.Call.SID)
				if err == nil {
					s.Revision = current.Revision
				}
			}
			turns++
			succeed(b, store.Commit(b.Context(), s, entry))
		}
	})
}
