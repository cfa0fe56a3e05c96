package console

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/console/story"
	"texmlsrv/flows"
	"texmlsrv/flows/graph"
)

// flowWay is the way of a call through one flow.
type flowWay struct {
	Flow    string
	Places  []numbered    // the steps it passed there
	Picture template.HTML // an SVG; "" where the flow is gone
	Gone    string        // why there is no picture
}

// numbered is a step on the way of a call.
type numbered struct {
	story.Place
	ID string // of the turn in which it came there, in the page
}

// ways are the flows that a call passed, in the order in which it came to them.
func (s *server) ways(t *story.Story) []flowWay {
	if s.Flows == nil {
		return withPictures(t, func(string, []numbered) (template.HTML, string) { return "", "This console does not know the flows." })
	}
	release := s.Flows.ReleaseOf(t.Release)
	if release == nil {
		return withPictures(t, func(string, []numbered) (template.HTML, string) {
			return "", "The release that the call began with is not in this server any more, so there is no graph of it."
		})
	}
	return waysOf(t, release)
}

// waysOf are the flows that a call passed, with their graphs.
func waysOf(t *story.Story, release *flows.Release) []flowWay {
	return withPictures(t, func(flow string, places []numbered) (template.HTML, string) { return picture(t, release, flow, places) })
}

func withPictures(t *story.Story, picture func(flow string, places []numbered) (template.HTML, string)) []flowWay {
	var out []flowWay
	for _, p := range t.Path {
		i := slices.IndexFunc(out, func(w flowWay) bool { return w.Flow == p.Flow })
		if i < 0 {
			out = append(out, flowWay{Flow: p.Flow})
			i = len(out) - 1
		}
		at := numbered{Place: p}
		if turn := t.Index(p.Turn); turn >= 0 {
			at.ID = t.Anchor(turn)
		}
		out[i].Places = append(out[i].Places, at)
	}
	for i := range out {
		out[i].Picture, out[i].Gone = picture(out[i].Flow, out[i].Places)
	}
	return out
}

// picture is the graph of a flow with the way of a call on it.
func picture(t *story.Story, release *flows.Release, flow string, places []numbered) (svg template.HTML, gone string) {
	g, err := graph.Of(release, flow)
	if err != nil {
		return "", "The release has no such flow."
	}
	var visits []graph.Visit
	for _, p := range t.Path {
		v := graph.Visit{Step: p.Step, Rule: p.Rule}
		if p.Flow != flow {
			v.Flow = p.Flow
		}
		visits = append(visits, v)
	}
	if err := g.Mark(visits); err != nil {
		return "", "The flows that the server has are not those that the call went through."
	}
	if svg, err = numberedSVG(g.SVG(), places); err != nil {
		return "", "The graph could not be drawn."
	}
	return svg, ""
}

// numberedSVG is the picture of a graph with the numbers of the steps that a call
// passed, ready to stand in a page: its style sheet is one of the console's.
func numberedSVG(svg []byte, places []numbered) (template.HTML, error) {
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(svg); err != nil {
		return "", fmt.Errorf("console: a graph: %w", err)
	}
	root := tree.Root()
	for _, style := range root.SelectElements("style") {
		root.RemoveChild(style)
	}
	for _, group := range root.FindElements(".//g[@id]") {
		var numbers []string
		here := false
		for _, p := range places {
			if group.SelectAttrValue("id", "") == "step-"+p.Step {
				numbers, here = append(numbers, strconv.Itoa(p.N)), here || p.Here
			}
		}
		if len(numbers) > 0 {
			mark(group, numbers, here)
		}
	}
	text, err := tree.WriteToBytes()
	if err != nil {
		return "", fmt.Errorf("console: a graph: %w", err)
	}
	//nolint:gosec // the graph package escaped what authors wrote; numbers were added
	return template.HTML(bytes.TrimSpace(text)), nil
}

// points are the coordinates in a path of an SVG.
var points = regexp.MustCompile(`(-?[0-9.]+) (-?[0-9.]+)`)

// numbersMost is how many numbers stand at a step; of more the last ones.
const numbersMost = 4

// mark puts the numbers of a step at the upper right corner of its card.
func mark(group *etree.Element, numbers []string, here bool) {
	card := group.SelectElement("path")
	if card == nil {
		return
	}
	right, top := 0.0, 1e9
	for _, p := range points.FindAllStringSubmatch(card.SelectAttrValue("d", ""), -1) {
		x, errX := strconv.ParseFloat(p[1], 64)
		y, errY := strconv.ParseFloat(p[2], 64)
		if errX == nil && errY == nil {
			right, top = max(right, x), min(top, y)
		}
	}
	if len(numbers) > numbersMost {
		numbers = append([]string{"…"}, numbers[len(numbers)-numbersMost:]...)
	}
	text := strings.Join(numbers, " ")
	width := 14 + 7*float64(len([]rune(text)))
	class := "w-number"
	if here {
		class += " w-here"
		group.CreateAttr("class", group.SelectAttrValue("class", "")+" w-current")
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
	g := group.CreateElement("g")
	g.CreateAttr("class", class)
	pill := g.CreateElement("rect")
	for _, a := range [][2]string{{"x", number(right - width + 8)}, {"y", number(top - 10)}, {"width", number(width)}, {"height", "20"}, {"rx", "10"}} {
		pill.CreateAttr(a[0], a[1])
	}
	label := g.CreateElement("text")
	for _, a := range [][2]string{{"x", number(right - width/2 + 8)}, {"y", number(top + 4)}, {"text-anchor", "middle"}} {
		label.CreateAttr(a[0], a[1])
	}
	label.SetText(text)
}
