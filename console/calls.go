package console

import "net/http"

// calls lists the calls.
func (s *server) calls(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, "calls", nil)
}
