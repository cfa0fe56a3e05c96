package format_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/format"
)

// TestEmbeddedFlows holds the flows that authors copy from to the form that
// their own files get. To mend: texmlsrv fmt templates.
func TestEmbeddedFlows(t *testing.T) {
	for _, f := range embedded(t) {
		got, err := format.Source(f.name, []byte(f.text))
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
		} else if diff := cmp.Diff(strings.Split(f.text, "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("%s (-is +formatted)\n%s", f.name, diff)
		}
	}
}
