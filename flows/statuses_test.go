package flows

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/editor"
)

// TestStatuses holds the statuses that a mistyped one is told by against those
// that editors offer.
func TestStatuses(t *testing.T) {
	var schema struct {
		Definitions struct {
			Step struct {
				Properties struct {
					On struct{ Properties map[string]any }
				}
			}
		}
	}
	text, _ := editor.Schema(editor.Flow)
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	offered := slices.Sorted(maps.Keys(schema.Definitions.Step.Properties.On.Properties))
	if diff := cmp.Diff(slices.Sorted(slices.Values(statuses)), offered); diff != "" {
		t.Errorf("statuses (-reader +schema)\n%s", diff)
	}
}
