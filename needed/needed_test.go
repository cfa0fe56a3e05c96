package needed_test

import (
	"runtime"
	"testing"

	"texmlsrv/needed"
)

// outcome notes how a test would have ended.
type outcome struct {
	testing.TB
	how string
}

func (*outcome) Helper() {}

func (o *outcome) Fatalf(string, ...any) { o.how = "failed"; runtime.Goexit() }

func (o *outcome) Skipf(string, ...any) { o.how = "skipped"; runtime.Goexit() }

func TestProgram(t *testing.T) {
	tests := []struct{ name, program, ci, want string }{
		{"there", "go", "true", ""},
		{"missing", "no-such-program", "", "skipped"},
		{"missing-in-ci", "no-such-program", "true", "failed"},
		{"missing-in-ci-said-otherwise", "no-such-program", "1", "failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CI", tt.ci)
			o := &outcome{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				needed.Program(o, tt.program, "a-package")
			}()
			<-done
			if o.how != tt.want {
				t.Errorf("the test would be %q, want %q", o.how, tt.want)
			}
		})
	}
}
