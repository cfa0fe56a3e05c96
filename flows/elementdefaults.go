package flows

import (
	"errors"
	"io/fs"
	"path"
	"slices"

	"texmlsrv/flows/problems"
)

// elementDefaults are the elements of a defaults.xml, by name: what they carry
// is given to every element of that name that does not say otherwise.
type elementDefaults map[string]*element

// readElementDefaults reads the defaults.xml of a folder; a missing one has
// none.
func (r *flowReader) readElementDefaults(dir string) elementDefaults {
	name := path.Join(dir, "defaults.xml")
	content, err := r.loader.readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		r.Problems = append(r.Problems, problems.Problem{File: name, Message: err.Error()})
		return nil
	}
	t := r.template(problems.NewSource(name, content), nil, false)
	if t == nil {
		return nil
	}
	out := elementDefaults{}
	for _, c := range t.root.children {
		if c.element != nil {
			out[c.element.name] = c.element
		}
	}
	return out
}

// complete adds what the author of a document left out: attributes, and
// children of a name that the element does not have.
func (d elementDefaults) complete(e *element) {
	for _, c := range e.children {
		if c.element != nil {
			d.complete(c.element)
		}
	}
	if given := d[e.name]; given != nil {
		e.attrs = append(e.attrs, missingFrom(e.attrs, given.attrs)...)
		for _, c := range given.children {
			if c.element != nil && !e.hasChild(c.element.name) {
				e.children = append(e.children, c)
			}
		}
	}
}

func missingFrom(have, given []attribute) []attribute {
	return slices.DeleteFunc(slices.Clone(given), func(a attribute) bool {
		return slices.ContainsFunc(have, func(b attribute) bool { return a.name == b.name })
	})
}

func (e *element) hasChild(name string) bool {
	return slices.ContainsFunc(e.children, func(c content) bool { return c.element != nil && c.element.name == name })
}
