package local_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain finds goroutines that a world leaves behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
