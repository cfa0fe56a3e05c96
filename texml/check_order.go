package texml

import "slices"

// order checks what runs after what.
func (c *checker) order(root *node) {
	c.usable(root)
	if len(root.ChildElements()) == 0 && !c.options.Template && isBlank(textOf(root.Element)) {
		c.report("TX005", root.start, "<Response> is empty")
	}
	ended := false
	for i, n := range root.children {
		rest := root.children[i+1:]
		if n.decl.Terminal == Always && !n.maybe && len(rest) > 0 && !ended {
			c.report("TX501", rest[0].start, "<%s> is never reached: nothing runs after <%s>", rest[0].decl.Name(), n.decl.Name())
			ended = true
		}
		c.before(n, rest)
		if n.decl.Key == "Reject" && i > 0 {
			c.report("TX507", n.start, "<Reject> refuses a call only as the first verb")
		}
		if !c.options.Template {
			c.asks(n, rest)
		}
	}
}

// usable checks the verbs against what the document is fetched for.
func (c *checker) usable(root *node) {
	context := c.options.Context
	verbs := contexts[context].verbs
	for _, n := range root.children {
		name := n.decl.Name()
		switch {
		case verbs != nil && !slices.Contains(verbs, name):
			p := c.report("TX110", n.start, "<%s> cannot be used in the document of %v", name, context)
			if context == ScreenURL && (name == "Say" || name == "Play") {
				p.Suggestion = "put it into a <Gather>"
			}
		case name == "Leave" && context == Main:
			c.report("TX111", n.start, "<Leave> works in the document of a waitUrl only")
		}
	}
}

// before checks a verb that keeps what follows from being run.
func (c *checker) before(n *node, rest []*node) {
	switch n.decl.Key {
	case "Play":
		if len(rest) > 0 && !onlyHangup(rest) {
			c.fragile(n)
		}
	case "Gather":
		for _, prompt := range n.children {
			if prompt.decl.Key == "Play" {
				c.fragile(prompt)
			}
		}
	case "Say":
		if n.is("loop", "0") && len(rest) > 0 && !n.maybe {
			c.report("TX506", n.attr("loop").at.start, `loop="0" repeats for ever; what follows is never reached`)
		}
	}
}

func onlyHangup(rest []*node) bool { return len(rest) == 1 && rest[0].decl.Key == "Hangup" }

// fragile reports a Play that ends the document when it fails.
func (c *checker) fragile(n *node) {
	if n.attr("digits") != nil || n.attr("ringTone") != nil || !n.is("continueOnError", "false") {
		return
	}
	c.report("TX502", n.start, "the rest of the document is dropped when this cannot be played").Suggestion = `continueOnError="true"`
}

// asks checks where what a verb brings goes, and what runs when it brings nothing.
func (c *checker) asks(n *node, rest []*node) {
	gathers := n.decl.Key == "Gather" || n.decl.Key == "AIGather"
	switch {
	case n.decl.Key == "Pay" && n.attr("action") == nil:
		c.report("TX503", n.start, "<Pay> without action requests the current document again, for ever")
	case gathers && n.attr("action") == nil:
		c.report("TX504", n.start, "<%s> without action: what is gathered goes nowhere", n.decl.Name())
	case gathers && len(rest) == 0 && c.options.Context == Main:
		c.report("TX505", n.start, "nothing follows <%s>: the call ends when nothing is gathered", n.decl.Name())
	}
}
