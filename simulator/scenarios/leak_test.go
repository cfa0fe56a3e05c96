package scenarios_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain finds goroutines that a player leaves behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
