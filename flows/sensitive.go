package flows

import (
	"bytes"
	"slices"

	"texmlsrv/sessions"
)

// secretive reports whether the answer to the current turn is not for people
// to see: the step says so, it pays, or the schema marks a property.
func (d *turn) secretive(step *Step) bool {
	return step.Sensitive || d.session.Ask.Has("Pay") || d.session.Ask.Has("AIGather") && len(d.marked()) > 0
}

// Secretive reports whether a step may ask for something sensitive, so far as
// its flow says; a step that is not there any more may.
func (r *Release) Secretive(flow, step string) bool {
	f := r.Flows[flow]
	if f == nil || f.Steps[step] == nil {
		return true
	}
	s := f.Steps[step]
	return s.Sensitive || s.asks("Pay") || slices.ContainsFunc(s.elements(), (*element).marks)
}

// marks reports whether a schema in an element marks a property as sensitive.
func (e *element) marks() bool {
	return e.json != nil && bytes.Contains(e.json.Bytes(), []byte(`"x-sensitive":true`)) ||
		slices.ContainsFunc(e.children, func(c content) bool { return c.element != nil && c.element.marks() })
}

// marked are the properties that the schema of the turn marks as sensitive.
func (d *turn) marked() []string {
	authored, err := compiled(whole(d.session.Ask))
	if err != nil {
		return nil
	}
	return authored.Sensitive()
}

// hide marks what a secretive answer brought.
func (d *turn) hide(step *Step, a *sessions.Answer) {
	a.Sensitive = true
	d.session.Hide()
	if step.Into != "" {
		d.session.Hide(step.Into)
	}
	if !d.session.Ask.Has("AIGather") {
		return
	}
	names := d.marked()
	if step.Sensitive {
		if authored, err := compiled(whole(d.session.Ask)); err == nil {
			names = authored.Properties()
		}
	}
	d.session.Hide(names...)
}

// maskedDocument is the document of the turn as people may see it: drawn again
// with what is sensitive masked. It is zero when that is the document itself.
func (d *turn) maskedDocument() Document {
	if d.drawn == nil || len(d.session.Sensitive) == 0 && !d.session.Answer.Sensitive {
		return Document{}
	}
	other := *d
	other.session = *d.session.Masked()
	other.preface = d.session.Scrub(d.preface)
	document, _, _, err := other.draw(d.drawn, other.documentScope(d.drawn))
	if err != nil { // a masked value may not do where the real one did
		return concealed()
	}
	return document
}

// concealed stands for a document that cannot be shown.
func concealed() Document { return Document{[]byte(sessions.Mask)} }
