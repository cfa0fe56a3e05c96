package console_test

import (
	"net/http"
	"testing"

	"texmlsrv/console/access"
)

// BenchmarkFlow brings the page of a flow up to date, as each of its readers does
// every two seconds while calls move.
func BenchmarkFlow(b *testing.B) {
	s, _, _ := flowing(b, nil)
	client := s.As(access.Viewer)
	for b.Loop() {
		if got := s.Send(client, http.MethodGet, "/flows/front-desk?part=live", nil, nil); got.Status != http.StatusOK {
			b.Fatal(got.Status)
		}
	}
}
