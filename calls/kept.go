package calls

import "texmlsrv/flows"

// ReleaseOf is the release with an id, if this process has it: the one that is
// served, or one that calls of this process still need. nil where it is gone, or
// was never here.
func (s *Service) ReleaseOf(id string) *flows.Release {
	s.releases.mu.Lock()
	defer s.releases.mu.Unlock()
	if s.releases.served.ID == id {
		return s.releases.served
	}
	return s.releases.needed[id].release
}
