package flows

import (
	"texmlsrv/flows/expressions"
	"texmlsrv/texml"
)

// documents holds every document, as it is written, against the vocabulary.
func (c *checker) documents() {
	for _, s := range c.spots {
		if s.step.Document != nil {
			c.document(s)
		}
	}
}

// emptyDocument is the code of a document that does nothing. After a whisper,
// to do nothing is to put through.
const emptyDocument = "TX005"

func (c *checker) document(s *spot) {
	at := c.site(s.step.Document)
	if at.template == nil {
		return
	}
	told := map[string]bool{}
	c.told[s.step.Document] = told
	for _, p := range at.template.tree.Check(texml.CheckOptions{Context: c.context(s), Template: true}) {
		told[p.Code] = true
		if p.Code != emptyDocument || !c.aside(s) {
			at.written(p)
		}
	}
}

// written reports what the checker of documents says.
func (s site) written(p texml.Problem) {
	from := len(*s.list)
	s.template.problem(p.Pos, p.Suggestion, "%s", p.Message)
	s.judge(from, p.Code, p.Severity)
	s.template.wrong = s.template.wrong || p.Severity == texml.Error
}

// context is what a step's document is fetched for: that of an aside is told
// by where its URL stands.
func (c *checker) context(s *spot) texml.Context {
	if c.aside(s) {
		return c.contexts[s]
	}
	return texml.Main
}

// aside reports whether a step is only ever played as an aside.
func (c *checker) aside(s *spot) bool {
	_, is := c.contexts[s]
	return is && !c.led[s]
}

// asides finds the steps that are played as asides, and those that calls are
// led to.
func (c *checker) asides() {
	c.contexts, c.led = map[*spot]texml.Context{}, map[*spot]bool{}
	for _, s := range c.spots {
		if s.step.Name == s.flow.Start || s.step.Name == s.flow.Ended {
			c.leads(s)
		}
	}
	for _, s := range c.spots {
		if c.led[s] || s.step.Document == nil {
			c.asidesOf(s, texml.Main)
		}
	}
}

// leads marks a step, and those that a call gets to from it.
func (c *checker) leads(s *spot) {
	if s == nil || c.led[s] {
		return
	}
	c.led[s] = true
	for _, w := range s.ways {
		if w.by != "aside" {
			c.leads(w.to)
		}
	}
}

// asidesOf marks the asides of a step, and theirs in turn: what they fetch is
// for the same leg.
func (c *checker) asidesOf(s *spot, around texml.Context) {
	if s.step.Document == nil {
		return
	}
	s.step.Document.root.walk(func(e *element) {
		for _, a := range e.attrs {
			for _, l := range linksOf(a.text) {
				to, decl := c.at[s.flow.Name+"/"+l.Name], c.declared(e, a.name)
				if l.Kind != "aside" || to == nil || decl == nil {
					continue
				}
				if _, known := c.contexts[to]; known {
					continue
				}
				c.contexts[to] = max(around, decl.Context)
				c.asidesOf(to, c.contexts[to])
			}
		}
	})
}

func linksOf(t *expressions.Text) []expressions.Link {
	var links []expressions.Link
	for _, p := range t.Parts() {
		if p.Expression != nil {
			for _, l := range p.Expression.Infer(expressions.Types{}).Links {
				l.Offset += p.Offset
				links = append(links, l)
			}
		}
	}
	return links
}

// declared is what the vocabulary says of an attribute, nil when it says
// nothing.
func (c *checker) declared(e *element, attribute string) *texml.AttrDecl {
	at := c.site(e).element
	if at == nil {
		return nil
	}
	if decl := texml.DeclarationOf(at); decl != nil {
		return decl.Attr(attribute)
	}
	return nil
}
