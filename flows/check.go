package flows

import (
	"io/fs"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

// Check reads every flow below root, as Load does, and looks for everything
// that keeps a caller from hearing what the author meant: it goes through the
// flows with what can be known, and tries every document. The list is in the
// order of the places. A mistake that keeps a flow from being read hides those
// that only the whole shows.
func Check(root fs.FS) problems.List {
	_, found := Inspect(root, Environment{})
	return found
}

// inspect looks at flows that could be read. Where one could not be, it would
// say what is only a consequence.
func (l *loader) inspect(r *Release) {
	if l.problems.Err() != nil || len(r.Flows) == 0 {
		return
	}
	c := newChecker(l, r)
	c.documents()
	c.expressions()
	c.attributes()
	c.way()
	c.choices()
	c.unused()
	c.hours()
	c.braces()
	c.variables()
	c.renderings()
	c.requests()
	for _, reader := range l.readers {
		l.problems = append(l.problems, reader.Problems...)
	}
}

// checker looks at a whole release.
type checker struct {
	loader  *loader
	release *Release
	spots   []*spot            // every step, in the order of the files
	at      map[string]*spot   // by flow/step
	called  map[string][]*spot // steps that go through a flow, by its name
	ended   []*spot            // what is done after the end

	contexts map[*spot]texml.Context // of the steps that are played as asides
	led      map[*spot]bool          // steps that a call can be at
	circling map[*spot]bool          // steps of circles without a question

	names    interned          // gathered.x and vars.x, as far as anything brings them
	present  interned          // paths that may be known to be there
	brought  map[string][]gift // what brings a gathered name, by name
	assigned map[string]expressions.Type
	lost     bitset   // of present: what any rule forgets or removes
	choosing interned // names of choices

	inferred map[*expressions.Expression]*expressions.Inference
	views    map[string]expressions.Type   // of gathered and vars, by what can be there
	told     map[*Template]map[string]bool // codes that a document as written has shown
	voiced   map[string]bool               // what was told of voices that documents do not name themselves, with their flow
}

// spot is a step with what is known of it.
type spot struct {
	flow *Flow
	step *Step
	asks asks
	ways []way // where it leads

	known   bitset  // of names: what can have been brought when it is left
	sure    bitset  // of present: what is there whenever it is entered; nil until it is reached
	before  answers // the latest answer, as it can be when the step is entered
	entered bool    // something leads here
}

func (s *spot) name() string { return s.flow.Name + "/" + s.step.Name }

func (c *checker) site(what any) site { return c.loader.sites[what] }

func newChecker(l *loader, r *Release) *checker {
	c := &checker{
		loader: l, release: r, at: map[string]*spot{}, called: map[string][]*spot{},
		brought: map[string][]gift{}, views: map[string]expressions.Type{}, inferred: map[*expressions.Expression]*expressions.Inference{}, told: map[*Template]map[string]bool{}, voiced: map[string]bool{}, circling: map[*spot]bool{},
	}
	for _, name := range r.Names() {
		flow := r.Flows[name]
		for _, step := range flow.Order {
			s := &spot{flow: flow, step: flow.Steps[step]}
			c.spots = append(c.spots, s)
			c.at[s.name()] = s
			if s.step.Flow != "" {
				c.called[s.step.Flow] = append(c.called[s.step.Flow], s)
			}
		}
	}
	for _, s := range c.spots {
		s.asks = look(s.step)
	}
	c.lost = c.forgettable()
	for _, s := range c.spots {
		c.lead(s)
	}
	c.asides()
	c.spread()
	c.assign()
	return c
}
