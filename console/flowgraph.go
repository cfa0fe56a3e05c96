package console

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/beevik/etree"

	"texmlsrv/console/flowview"
	"texmlsrv/flows/graph"
)

// countedSVG is the picture of a flow with its figures, ready to stand in a page:
// its style sheet is one of the console's, and figures lead to the calls behind
// them.
func countedSVG(f *flowview.Flow) (template.HTML, error) {
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(f.Graph().SVG()); err != nil {
		return "", fmt.Errorf("console: a graph: %w", err)
	}
	root := tree.Root()
	for _, name := range []string{"style", "desc"} { // the tables beside it tell the same
		for _, e := range root.SelectElements(name) {
			root.RemoveChild(e)
		}
	}
	root.RemoveAttr("aria-describedby")
	root.CreateAttr("role", "group") // what an image holds nobody could get at
	for _, g := range root.SelectElements("g") {
		switch g.SelectAttrValue("class", "") {
		case "waiting":
			link(g, callsAt("live", "yes", "flow", f.Name, "step", g.SelectAttrValue("data-step", "")))
		case "taken":
			if to := nodeOf(f.Graph(), g.SelectAttrValue("data-to", "")); to != nil {
				flow := f.Name
				if to.Kind == graph.External {
					flow = to.Flow
				}
				link(g, callsIn(flow, to.Step))
			}
		}
	}
	text, err := tree.WriteToBytes()
	if err != nil {
		return "", fmt.Errorf("console: a graph: %w", err)
	}
	//nolint:gosec // the graph package escaped what authors wrote; links were added
	return template.HTML(bytes.TrimSpace(text)), nil
}

func nodeOf(g *graph.Graph, id string) *graph.Node {
	for i := range g.Nodes {
		if g.Nodes[i].ID == id {
			return &g.Nodes[i]
		}
	}
	return nil
}

// link puts what a group draws into a link, if there is anything to count.
func link(g *etree.Element, href string) {
	title := g.SelectElement("title")
	if title == nil {
		return
	}
	a := etree.NewElement("a")
	a.CreateAttr("href", href)
	a.CreateAttr("aria-label", title.Text())
	for _, child := range g.ChildElements() {
		a.AddChild(child)
	}
	g.AddChild(a)
}
