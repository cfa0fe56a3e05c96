package listing_test

import (
	"testing"

	"texmlsrv/console/listing"
	"texmlsrv/sessions"
)

// TestRowOf_name names the caller where somebody has a name for the number: what
// the network shows is often the number itself.
func TestRowOf_name(t *testing.T) {
	tests := map[string]struct{ direction, shown, want string }{
		"name":     {"inbound", "ZOE DUBOIS", "ZOE DUBOIS"},
		"number":   {"inbound", "+35319605860", ""},
		"none":     {"inbound", "", ""},
		"outbound": {"outbound", "OUR OFFICE", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			row := listing.RowOf(&sessions.Session{Call: sessions.Call{From: "+35319605860", CallerName: tt.shown, Direction: tt.direction}})
			if row.Name != tt.want {
				t.Errorf("the caller is %q", row.Name)
			}
		})
	}
}
