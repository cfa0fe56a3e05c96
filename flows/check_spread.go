package flows

// spread follows every way until nothing new is learnt: which names can have
// been brought, which are there for sure, and what the latest answer can be.
func (c *checker) spread() {
	for _, s := range c.spots {
		s.known = c.own(s)
		for _, g := range s.asks.gifts {
			c.brought[g.name] = append(c.brought[g.name], g)
		}
	}
	for _, name := range c.release.Names() {
		flow := c.release.Flows[name]
		if s := c.at[name+"/"+flow.Ended]; s != nil {
			c.ended = append(c.ended, s)
		}
		if s := c.at[name+"/"+flow.Start]; s != nil {
			s.before.none()
		}
	}
	c.enter()
	c.follow((*checker).named)
	c.follow((*checker).certain)
	c.follow((*checker).answering)
}

// own are the names that a step itself brings.
func (c *checker) own(s *spot) bitset {
	var own bitset
	for _, g := range s.asks.gifts {
		own.add(c.names.of("gathered." + g.name))
	}
	if s.asks.open {
		own.add(c.names.of("gathered.*"))
	}
	if s.step.Lookup != nil && s.step.Lookup.Into != "" {
		own.add(c.names.of("vars." + s.step.Lookup.Into))
	}
	for _, l := range s.lists() {
		for _, rule := range l.rules {
			for _, a := range rule.Set {
				own.add(c.names.of("vars." + a.Name))
			}
		}
	}
	return own
}

// enter marks the steps that something leads to, from the beginnings of the
// flows, and gives each flow's end a way back to who called it.
func (c *checker) enter() {
	var queue []*spot
	reach := func(s *spot) {
		if s != nil && !s.entered {
			s.entered = true
			queue = append(queue, s)
		}
	}
	for _, name := range c.release.Names() {
		flow := c.release.Flows[name]
		reach(c.at[name+"/"+flow.Start])
		reach(c.at[name+"/"+flow.Ended])
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, w := range s.ways {
			reach(w.to)
		}
	}
}

// follow calls learn for every step until it has nothing new to say to those
// that the step leads to.
func (c *checker) follow(learn func(c *checker, s *spot, tell func(*spot))) {
	waiting := map[*spot]bool{}
	var queue []*spot
	tell := func(s *spot) {
		if !waiting[s] {
			waiting[s] = true
			queue = append(queue, s)
		}
	}
	for _, s := range c.spots {
		tell(s)
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		waiting[s] = false
		learn(c, s, tell)
	}
}

// named tells where a step leads which names can have been brought.
func (c *checker) named(s *spot, tell func(*spot)) {
	for _, w := range s.ways {
		if w.to != nil && w.to.known.or(s.known) {
			tell(w.to)
		}
	}
	for _, caller := range c.called[s.flow.Name] {
		if caller.known.or(s.known) {
			tell(caller)
		}
	}
	for _, ended := range c.ended { // a call may end anywhere
		if ended.known.or(s.known) {
			tell(ended)
		}
	}
}

// certain tells where a step leads what is there for sure.
func (c *checker) certain(s *spot, tell func(*spot)) {
	if s.step.Name == s.flow.Start || s.step.Name == s.flow.Ended {
		s.sure = bitset{} // every flow may be the first
	}
	if s.sure == nil {
		return
	}
	for _, w := range s.ways {
		if w.to == nil {
			continue
		}
		out := s.sure.clone()
		for i := range out {
			if i < len(w.gone) {
				out[i] &^= w.gone[i]
			}
		}
		out.or(w.gained)
		if w.to.sure == nil {
			w.to.sure = out
			if w.to.sure == nil {
				w.to.sure = bitset{}
			}
			tell(w.to)
		} else if w.to.sure.and(out) {
			tell(w.to)
		}
	}
}

// answering tells where a step leads what the latest answer can be there.
func (c *checker) answering(s *spot, tell func(*spot)) {
	for _, w := range s.ways {
		if w.to == nil {
			continue
		}
		out := c.after(s, w.by)
		if w.to.before.or(out) {
			tell(w.to)
		}
	}
}
