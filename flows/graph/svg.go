package graph

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// SVG is the graph as a picture of its own: nothing is loaded with it, and it is
// readable on light and on dark, as the reader prefers. The group of a step has
// the id "step-" and its name, that of a line tells the rules that it stands for
// in data-rules; the class of what was marked begins with g-path-.
func (g *Graph) SVG() []byte {
	c := newScene(g)
	var b bytes.Buffer
	id := "graph-" + g.Flow
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="texml-graph" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="%s" aria-describedby="%s">`+"\n",
		c.width, c.height, c.width, c.height, escape(id+"-title"), escape(id+"-desc"))
	fmt.Fprintf(&b, "<title id=\"%s\">%s</title>\n<desc id=\"%s\">%s</desc>\n", escape(id+"-title"), escape(g.titled()), escape(id+"-desc"), escape(g.described()))
	b.WriteString("<style>\n" + sheetOf(styles()) + "</style>\n")
	fmt.Fprintf(&b, "<rect class=\"%s\" width=\"%d\" height=\"%d\"/>\n", classOf("canvas"), c.width, c.height)
	for _, group := range c.groups {
		group.svg(&b)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (g *Graph) titled() string {
	if g.Title == "" {
		return "Flow " + g.Flow
	}
	return printable("Flow " + g.Flow + ": " + g.Title)
}

// described is the graph in words, for who cannot see it.
func (g *Graph) described() string {
	steps := 0
	for _, n := range g.Nodes {
		if n.Step != "" && n.Kind != External {
			steps++
		}
	}
	words := []string{fmt.Sprintf("A graph of %d steps.", steps)}
	for _, e := range g.Edges {
		from, to := g.node(e.From), g.node(e.To)
		if from == nil || to == nil {
			continue
		}
		text := from.Name + " leads to " + to.Name
		if e.From == e.To {
			text = from.Name + " is asked again"
		}
		if e.Label != "" {
			text += " (" + e.Label + ")"
		}
		if g.Counted && e.counts() {
			text += ", " + times(e.Taken, "turn")
		}
		words = append(words, text+".")
	}
	return printable(strings.Join(words, " "))
}

// sheetOf is the style sheet. Everything in it is for graphs only: in a page, a
// sheet counts for the whole page.
func sheetOf(list []style) string {
	var light, dark strings.Builder
	for _, s := range list {
		light.WriteString(".texml-graph ." + classOf(s.name) + "{" + s.css(0))
		if s.width > 0 {
			light.WriteString("stroke-width:" + number(s.width) + ";stroke-linecap:round;stroke-linejoin:round;")
		}
		if len(s.dash) > 0 {
			var lengths []string
			for _, d := range s.dash {
				lengths = append(lengths, number(d))
			}
			light.WriteString("stroke-dasharray:" + strings.Join(lengths, " ") + ";")
		}
		if s.size > 0 {
			light.WriteString("font-size:" + number(s.size) + "px;")
		}
		if s.bold {
			light.WriteString("font-weight:bold;")
		}
		light.WriteString("}\n")
		dark.WriteString(".texml-graph ." + classOf(s.name) + "{" + s.css(1) + "}\n")
	}
	return ".texml-graph{max-width:100%;height:auto;font-family:Arial,Helvetica,\"Liberation Sans\",sans-serif}\n" +
		light.String() + "@media (prefers-color-scheme:dark){\n" + dark.String() + "}\n"
}

// classOf is the class of what has a style; those of nodes and edges have names
// of their own.
func classOf(style string) string { return "g-" + style }

// css is the colours of a style, for light (0) or dark (1).
func (s *style) css(scheme int) string {
	fill, stroke := s.fill[scheme], s.stroke[scheme]
	if fill == "" {
		fill = "none"
	}
	text := "fill:" + fill + ";"
	if stroke != "" {
		text += "stroke:" + stroke + ";"
	}
	return text
}

func (g *group) svg(b *bytes.Buffer) {
	b.WriteString("<g")
	if g.id != "" {
		fmt.Fprintf(b, ` id="%s"`, escape(g.id))
	}
	fmt.Fprintf(b, ` class="%s"`, escape(g.class))
	for _, pair := range g.data {
		fmt.Fprintf(b, ` data-%s="%s"`, pair[0], escape(pair[1]))
	}
	b.WriteString(">\n")
	if g.title != "" {
		fmt.Fprintf(b, "<title>%s</title>\n", escape(g.title))
	}
	for _, i := range g.items {
		if i.path != nil {
			fmt.Fprintf(b, "<path class=\"%s\" d=\"%s\"/>\n", classOf(i.style), i.path.d())
			continue
		}
		anchor := ""
		if i.middle {
			anchor = ` text-anchor="middle"`
		}
		fmt.Fprintf(b, "<text class=\"%s\" x=\"%s\" y=\"%s\"%s>%s</text>\n", classOf(i.style), number(i.at.x), number(i.at.y), anchor, escape(i.text))
	}
	b.WriteString("</g>\n")
}

// d is a path as SVG writes it.
func (p path) d() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteByte(s.op)
		for i := range s.ends {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(number(s.to[i].x) + " " + number(s.to[i].y))
		}
	}
	return b.String()
}

// number is a number with one decimal where it needs one.
func number(x float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

// escape is text as it stands in XML, also in attributes.
func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
