// Package needed finds the programs that tests run. On a machine without one
// the test is skipped and says which Debian package brings it; with CI set to
// anything it fails, so that nothing is left out where it counts.
package needed

import (
	"os"
	"os/exec"
	"testing"
)

// Program is the path of a program. Without it the test ends here.
func Program(tb testing.TB, name, debianPackage string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		tb.Fatalf("%s is not installed; on Debian it comes with: apt-get install %s", name, debianPackage)
	default:
		tb.Skipf("%s is not installed; on Debian it comes with: apt-get install %s", name, debianPackage)
	}
	return path
}
