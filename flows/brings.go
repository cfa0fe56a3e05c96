package flows

// Gathers names the values that the AI gathers of a step, in its document or by
// command, can bring, in the order of their schemas. open says that there may be
// others, whose names are not written down.
func (s *Step) Gathers() (names []string, open bool) {
	asks := look(s)
	for _, g := range asks.gifts {
		if g.again { // else it is kept by into
			names = append(names, g.name)
		}
	}
	return names, asks.open
}
