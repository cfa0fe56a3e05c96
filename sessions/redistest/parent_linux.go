package redistest

import "syscall"

// withParent lets the kernel end the server when the test dies without running
// its clean-up, as at a test's time-out.
func withParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
