package flows

// Gathers names the values that the AI gathers of a step's document can bring,
// in the order of their schemas. open says that there may be others, whose
// names are not written down.
func (s *Step) Gathers() (names []string, open bool) {
	if s.Document == nil {
		return nil, false
	}
	var a asks
	s.Document.root.walk(func(e *element) {
		if e.name == "Parameters" {
			a.want(e)
		}
	})
	for _, g := range a.gifts {
		names = append(names, g.name)
	}
	return names, a.open
}
