package flows

import "slices"

// Outline is what a step does, as far as it is written down: conditions in its
// document are left aside.
type Outline struct {
	Verbs  []string   // of its document, each once, in their order: Say, Gather …; none for an empty document
	Asks   []string   // those of them that ask something
	Keys   bool       // a Gather listens to keys
	Speech bool       // a Gather listens to speech
	Brings []string   // names of gathered that its answer brings
	Links  []StepLink // made by step("name") and aside("name") in its document, each once
}

// StepLink is a URL of a step in a document.
type StepLink struct {
	Step  string
	Aside bool // played without being a turn
}

// Outline is what a step does. That of a step without document is zero.
func (s *Step) Outline() Outline {
	if s.Document == nil {
		return Outline{}
	}
	asks := look(s)
	o := Outline{Asks: asks.verbs, Keys: asks.keys, Speech: asks.speech}
	for _, c := range s.Document.root.children {
		if c.element != nil && !slices.Contains(o.Verbs, c.element.name) {
			o.Verbs = append(o.Verbs, c.element.name)
		}
	}
	for _, g := range asks.gifts {
		if !slices.Contains(o.Brings, g.name) {
			o.Brings = append(o.Brings, g.name)
		}
	}
	for _, l := range asks.links {
		if link := (StepLink{Step: l.step, Aside: l.kind == "aside"}); !slices.Contains(o.Links, link) {
			o.Links = append(o.Links, link)
		}
	}
	return o
}

// Question reports whether the step asks the caller something that can be asked
// again.
func (o Outline) Question() bool {
	return slices.Contains(o.Asks, "Gather") || slices.Contains(o.Asks, "AIGather") || slices.Contains(o.Asks, "Record")
}
