package redisstore_test

import (
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

func TestAudit_miniredis(t *testing.T) {
	storetest.RunAudit(t, func(t *testing.T) storetest.AuditHarness {
		return auditHarness(t, open(t, "redis://"+miniredis.RunT(t).Addr()))
	})
}

func TestAudit_redis(t *testing.T) {
	url := redistest.Start(t).URL()
	storetest.RunAudit(t, func(t *testing.T) storetest.AuditHarness { return auditHarness(t, open(t, url)) })
}

func TestAudit_cluster(t *testing.T) {
	url := redistest.StartCluster(t).URL()
	storetest.RunAudit(t, func(t *testing.T) storetest.AuditHarness { return auditHarness(t, open(t, url)) })
}

func auditHarness(t *testing.T, client redis.UniversalClient) storetest.AuditHarness {
	t.Helper()
	flush(t, client)
	return storetest.AuditHarness{
		Audit: redisstore.New(client, redisstore.Options{}),
		Keys:  func() map[string]time.Duration { return lifetimes(t, client) },
	}
}

// TestSignIns keeps, renews, takes and forgets a sign-in.
func TestSignIns(t *testing.T) {
	server := miniredis.RunT(t)
	store := redisstore.New(open(t, "redis://"+server.Addr()), redisstore.Options{})
	ctx := t.Context()
	expect := func(when, want string) {
		t.Helper()
		got, err := store.Kept(ctx, "id")
		succeed(t, err)
		if string(got) != want || (got == nil) != (want == "") {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	expect("before", "")
	succeed(t, store.Renew(ctx, "id", []byte("revived"), time.Hour))
	expect("renewed without having been", "")
	succeed(t, store.Keep(ctx, "id", []byte("one"), time.Hour))
	expect("kept", "one")
	server.FastForward(50 * time.Minute)
	succeed(t, store.Renew(ctx, "id", []byte("two"), time.Hour))
	server.FastForward(50 * time.Minute)
	expect("renewed", "two")
	server.FastForward(10 * time.Minute)
	expect("too late", "")

	succeed(t, store.Keep(ctx, "id", []byte("three"), time.Hour))
	taken, err := store.Take(ctx, "id")
	succeed(t, err)
	again, err := store.Take(ctx, "id")
	succeed(t, err)
	if string(taken) != "three" || again != nil {
		t.Errorf("taken %q, then %q", taken, again)
	}
}
