package graph

import (
	"strconv"
	"strings"
)

// rounded is a rectangle with round corners.
func rounded(x, y, width, height, r float64) path {
	var p path
	r = min(r, width/2, height/2)
	p.move(x+r, y)
	p.line(x+width-r, y)
	corner(&p, x+width, y, x+width, y+r)
	p.line(x+width, y+height-r)
	corner(&p, x+width, y+height, x+width-r, y+height)
	p.line(x+r, y+height)
	corner(&p, x, y+height, x, y+height-r)
	p.line(x, y+r)
	corner(&p, x, y, x+r, y)
	p.close()
	return p
}

// pointed is a rectangle whose short sides end in points.
func pointed(x, y, width, height, by float64) path {
	var p path
	p.move(x+by, y)
	p.line(x+width-by, y)
	p.line(x+width, y+height/2)
	p.line(x+width-by, y+height)
	p.line(x+by, y+height)
	p.line(x, y+height/2)
	p.close()
	return p
}

func circle(p *path, x, y, r float64) {
	p.move(x, y-r)
	corner(p, x+r, y-r, x+r, y)
	corner(p, x+r, y+r, x, y+r)
	corner(p, x-r, y+r, x-r, y)
	corner(p, x-r, y-r, x, y-r)
	p.close()
}

// icon is a drawing of the table, moved to a place.
func icon(drawing string, x, y float64) path {
	var p path
	words := strings.Fields(drawing)
	take := func() (n float64) {
		if len(words) > 0 {
			n, _ = strconv.ParseFloat(words[0], 64) // the table is ours
			words = words[1:]
		}
		return n
	}
	for len(words) > 0 {
		op := words[0]
		words = words[1:]
		switch op {
		case "M":
			p.move(x+take(), y+take())
		case "L":
			p.line(x+take(), y+take())
		case "C":
			p.curve(x+take(), y+take(), x+take(), y+take(), x+take(), y+take())
		case "O":
			circle(&p, x+take(), y+take(), take())
		case "Z":
			p.close()
		}
	}
	return p
}

// head is the head of an arrow.
func head(tip, heads point) path {
	const wide = 3.6
	back := point{tip.x - heads.x*arrowLength, tip.y - heads.y*arrowLength}
	var p path
	p.move(tip.x, tip.y)
	p.line(back.x-heads.y*wide, back.y+heads.x*wide)
	p.line(back.x+heads.x*1.6, back.y+heads.y*1.6)
	p.line(back.x+heads.y*wide, back.y-heads.x*wide)
	p.close()
	return p
}

// moved is a path elsewhere.
func (p path) moved(x, y float64) path {
	out := make(path, len(p))
	for i, s := range p {
		for j := range s.ends {
			s.to[j].x += x
			s.to[j].y += y
		}
		out[i] = s
	}
	return out
}
