package flows_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"
)

// xml changes the tree of a document.
func (w *slipper) xml(text string) (slipped, what string) {
	doc := etree.NewDocument()
	doc.ReadSettings.PreserveCData = true
	all := doc.FindElements("//*")
	if doc.ReadFromString(text) == nil {
		all = doc.FindElements("//*")
	}
	if len(all) == 0 {
		return text, ""
	}
	e := all[w.IntN(len(all))]
	if e.Tag == "Parameters" && w.IntN(2) == 0 {
		what = w.schema(e)
	} else {
		what = w.element(e, all)
	}
	slipped, err := doc.WriteToString()
	if err != nil {
		return text, ""
	}
	return slipped, what
}

// schema changes the JSON that an element holds.
func (w *slipper) schema(e *etree.Element) string {
	slipped, what := w.yaml(e.Text(), true)
	e.SetText(slipped)
	return "Parameters: " + what
}

func (w *slipper) element(e *etree.Element, all []*etree.Element) string {
	if len(e.Attr) > 0 && w.IntN(2) == 0 {
		return w.attribute(e)
	}
	other := all[w.IntN(len(all))]
	switch w.IntN(9) {
	case 0:
		if parent := e.Parent(); parent != nil && parent.Tag != "" {
			parent.RemoveChild(e)
			return "without <" + e.Tag + ">"
		}
	case 1:
		value := w.odd()
		e.SetText(value)
		return fmt.Sprintf("%.40q in <%s>", value, e.Tag)
	case 2:
		added := w.pool.elements[w.IntN(len(w.pool.elements))].Copy()
		e.InsertChildAt(w.IntN(len(e.Child)+1), added)
		return fmt.Sprintf("<%s> in <%s>", added.Tag, e.Tag)
	case 3:
		e.InsertChildAt(w.IntN(len(e.Child)+1), other.Copy())
		return fmt.Sprintf("<%s> once more in <%s>", other.Tag, e.Tag)
	case 4:
		was := e.Tag
		e.Tag = w.pool.elements[w.IntN(len(w.pool.elements))].Tag
		return fmt.Sprintf("<%s> called <%s>", was, e.Tag)
	case 5:
		e.Child = nil
		return "nothing in <" + e.Tag + ">"
	case 6:
		e.CreateAttr("flow:if", w.condition())
		return fmt.Sprintf("<%s> if %s", e.Tag, e.SelectAttrValue("flow:if", ""))
	case 7:
		i, j := 0, 0
		if len(e.Child) > 0 {
			i, j = w.IntN(len(e.Child)), w.IntN(len(e.Child))
			e.Child[i], e.Child[j] = e.Child[j], e.Child[i]
		}
		return fmt.Sprintf("children %d and %d of <%s> in each other's place", i, j, e.Tag)
	}
	a := w.pool.attrs[w.IntN(len(w.pool.attrs))]
	e.CreateAttr(a.FullKey(), a.Value)
	return fmt.Sprintf("%s=%.40q on <%s>", a.FullKey(), a.Value, e.Tag)
}

// condition is one that some document has.
func (w *slipper) condition() string {
	var all []string
	for _, a := range w.pool.attrs {
		if a.FullKey() == "flow:if" {
			all = append(all, a.Value)
		}
	}
	return all[w.IntN(len(all))]
}

func (w *slipper) attribute(e *etree.Element) string {
	i := w.IntN(len(e.Attr))
	a := &e.Attr[i]
	switch w.IntN(4) {
	case 0:
		what := fmt.Sprintf("<%s> without %s", e.Tag, a.FullKey())
		e.Attr = slices.Delete(e.Attr, i, i+1)
		return what
	case 1:
		a.Value = w.odd()
	case 2:
		a.Value = w.pool.attrs[w.IntN(len(w.pool.attrs))].Value
	case 3:
		a.Key = w.pool.attrs[w.IntN(len(w.pool.attrs))].Key
	}
	return fmt.Sprintf("<%s %s=%.40q>", e.Tag, a.FullKey(), a.Value)
}

// jsonOf writes a tree that was JSON as JSON again.
func jsonOf(n *yaml.Node) string {
	quoted := func(s string) string {
		out, err := json.Marshal(s)
		if err != nil {
			return `""`
		}
		return string(out)
	}
	var members []string
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			members = append(members, quoted(n.Content[i].Value)+": "+jsonOf(n.Content[i+1]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case yaml.SequenceNode:
		for _, item := range n.Content {
			members = append(members, jsonOf(item))
		}
		return "[" + strings.Join(members, ", ") + "]"
	}
	if n.Style == 0 && json.Valid([]byte(n.Value)) {
		return n.Value
	}
	return quoted(n.Value)
}
