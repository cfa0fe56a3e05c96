package storetest_test

import (
	"testing"
	"time"

	"texmlsrv/sessions/storetest"
)

func TestMemory(t *testing.T) {
	storetest.RunFinder(t, func(*testing.T) storetest.Finding {
		m := storetest.NewMemory()
		m.Now = func() time.Time { return storetest.Noon }
		return storetest.Finding{Finder: m, Feed: m, Put: m.Put, Settle: func() {}}
	})
}
