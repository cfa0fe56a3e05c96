package graph

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Bounds of a PNG. Where a graph is larger, it is drawn smaller.
const (
	pngScale  = 2        // pixels for one of the SVG: sharp on today's screens
	pngPixels = 40 << 20 // at most
)

// PNG is the graph as a picture of pixels, on white. Its text is drawn with fonts
// that are in the program: Latin with all accents, Greek and Cyrillic; any other
// letter is a box with its number.
func (g *Graph) PNG() ([]byte, error) {
	c := newScene(g)
	d := newDrawer(c, scaleOf(c.width, c.height))
	for _, group := range c.groups {
		for _, i := range group.items {
			if err := d.item(i); err != nil {
				return nil, fmt.Errorf("graph: %w", err)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, d.image); err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	return b.Bytes(), nil
}

// scaleOf is how many pixels there are for one of the SVG.
func scaleOf(width, height int) float64 {
	return min(pngScale, math.Sqrt(pngPixels/(float64(width)*float64(height))))
}

// drawer draws on an image.
type drawer struct {
	image  *image.RGBA
	scale  float64
	styles map[string]style
	raster *vector.Rasterizer
	faces  map[faceKey]font.Face
	ruler  *ruler
}

type faceKey struct {
	size float64
	bold bool
}

func newDrawer(c *scene, scale float64) *drawer {
	d := &drawer{
		image: image.NewRGBA(image.Rect(0, 0, int(math.Ceil(float64(c.width)*scale)), int(math.Ceil(float64(c.height)*scale)))),
		scale: scale, styles: map[string]style{}, raster: vector.NewRasterizer(1, 1), faces: map[faceKey]font.Face{}, ruler: newRuler(),
	}
	for _, s := range styles() {
		d.styles[s.name] = s
	}
	var all path
	all.move(0, 0)
	all.line(float64(c.width), 0)
	all.line(float64(c.width), float64(c.height))
	all.line(0, float64(c.height))
	d.fill(d.flat(all), d.styles["canvas"].fill[0])
	return d
}

func (d *drawer) item(i item) error {
	s := d.styles[i.style]
	if i.path == nil {
		return d.text(i, s)
	}
	lines := d.flat(i.path)
	if s.fill[0] != "" {
		d.fill(lines, s.fill[0])
	}
	if s.stroke[0] != "" {
		d.stroke(lines, s)
	}
	return nil
}

// flat is a path as polygons, in pixels of the image.
func (d *drawer) flat(p path) [][]point {
	var all [][]point
	add := func(x, y float64) {
		if n := len(all); n > 0 {
			all[n-1] = append(all[n-1], point{x * d.scale, y * d.scale})
		}
	}
	var last point
	for _, s := range p {
		switch s.op {
		case 'M':
			all = append(all, nil)
			add(s.to[0].x, s.to[0].y)
		case 'L':
			add(s.to[0].x, s.to[0].y)
		case 'C':
			const pieces = 24
			for i := 1; i <= pieces; i++ {
				at := bezier(last, s.to, float64(i)/pieces)
				add(at.x, at.y)
			}
		case 'Z':
			if n := len(all); n > 0 && len(all[n-1]) > 0 {
				all[n-1] = append(all[n-1], all[n-1][0])
			}
		}
		if s.ends > 0 {
			last = s.to[s.ends-1]
		}
	}
	return all
}

func bezier(from point, to [3]point, t float64) point {
	u := 1 - t
	a, b, c, e := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
	return point{a*from.x + b*to[0].x + c*to[1].x + e*to[2].x, a*from.y + b*to[0].y + c*to[1].y + e*to[2].y}
}

// fill paints polygons.
func (d *drawer) fill(polygons [][]point, colour string) {
	box := image.Rectangle{}
	for _, polygon := range polygons {
		for _, p := range polygon {
			x, y := int(math.Floor(p.x)), int(math.Floor(p.y))
			box = box.Union(image.Rect(x, y, x+2, y+2))
		}
	}
	box = box.Intersect(d.image.Bounds())
	if box.Empty() {
		return
	}
	d.raster.Reset(box.Dx(), box.Dy())
	for _, polygon := range polygons {
		for i, p := range polygon {
			x, y := float32(p.x-float64(box.Min.X)), float32(p.y-float64(box.Min.Y))
			if i == 0 {
				d.raster.MoveTo(x, y)
			} else {
				d.raster.LineTo(x, y)
			}
		}
		d.raster.ClosePath()
	}
	d.raster.Draw(d.image, box, image.NewUniform(rgb(colour)), image.Point{})
}

// rgb is a colour of the table: #rrggbb.
func rgb(text string) color.RGBA {
	n, _ := strconv.ParseUint(text[1:], 16, 32)                     // the table is ours
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255} //nolint:gosec // the bytes of the number
}

// stroke draws lines: a bar for each piece, and a disc where two meet. All turn
// the same way round, so that they add up.
func (d *drawer) stroke(lines [][]point, s style) {
	half := s.width * d.scale / 2
	var shapes [][]point
	for _, line := range lines {
		for _, piece := range dashes(line, s.dash, d.scale) {
			for i := 1; i < len(piece); i++ {
				if bar := bar(piece[i-1], piece[i], half); bar != nil {
					shapes = append(shapes, bar)
				}
			}
			for _, p := range piece {
				shapes = append(shapes, disc(p, half))
			}
		}
	}
	d.fill(shapes, s.stroke[0])
}

// dashes cuts a line into its dashes.
func dashes(line []point, pattern []float64, scale float64) [][]point {
	if len(pattern) == 0 || len(line) < 2 {
		return [][]point{line}
	}
	var out [][]point
	on, at, left := true, 0, pattern[0]*scale
	piece := []point{line[0]}
	for i := 1; i < len(line); i++ {
		from, to := line[i-1], line[i]
		length := math.Hypot(to.x-from.x, to.y-from.y)
		for done := 0.0; done < length; {
			step := min(left, length-done)
			done += step
			left -= step
			p := point{from.x + (to.x-from.x)*done/length, from.y + (to.y-from.y)*done/length}
			if on {
				piece = append(piece, p)
			}
			if left > 0 {
				continue
			}
			if on {
				out = append(out, piece)
			}
			on, at = !on, (at+1)%len(pattern)
			left, piece = pattern[at]*scale, []point{p}
		}
	}
	if on && len(piece) > 1 {
		out = append(out, piece)
	}
	return out
}

func bar(a, b point, half float64) []point {
	length := math.Hypot(b.x-a.x, b.y-a.y)
	if length == 0 {
		return nil
	}
	x, y := -(b.y-a.y)/length*half, (b.x-a.x)/length*half
	return []point{{a.x + x, a.y + y}, {a.x - x, a.y - y}, {b.x - x, b.y - y}, {b.x + x, b.y + y}}
}

func disc(p point, r float64) []point {
	const corners = 16
	out := make([]point, corners)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		out[i] = point{p.x + r*cos, p.y + r*sin}
	}
	return out
}

// text draws a line of text.
func (d *drawer) text(i item, s style) error {
	f, err := fontOf(s.bold)
	if err != nil {
		return err
	}
	face, err := d.face(f, s)
	if err != nil {
		return err
	}
	x := i.at.x * d.scale
	if i.middle {
		x -= d.wide(i.text, s) / 2
	}
	pen := &font.Drawer{Dst: d.image, Src: image.NewUniform(rgb(s.fill[0])), Face: face}
	var buffer sfnt.Buffer
	for _, r := range i.text {
		if glyph, err := f.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			d.box(r, x, i.at.y*d.scale, s)
		} else {
			pen.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(i.at.y * d.scale * 64)}
			pen.DrawString(string(r))
		}
		x += d.ruler.advance(r, s.bold) * s.size * d.scale
	}
	return nil
}

func (d *drawer) wide(text string, s style) float64 {
	sum := 0.0
	for _, r := range text {
		sum += d.ruler.advance(r, s.bold)
	}
	return sum * s.size * d.scale
}

func (d *drawer) face(f *sfnt.Font, s style) (font.Face, error) {
	key := faceKey{s.size, s.bold}
	if face, is := d.faces[key]; is {
		return face, nil
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: s.size * d.scale, DPI: 72, Hinting: font.HintingNone})
	d.faces[key] = face
	return face, err
}

// box stands for a letter that the font does not have: its number, in a frame.
func (d *drawer) box(r rune, x, y float64, s style) {
	size := s.size * d.scale
	frame := rounded(x/d.scale+0.5, (y-size*0.82)/d.scale, s.size-1, s.size, 1)
	d.stroke(d.flat(frame), style{stroke: s.fill, width: 0.7})
	digits := fmt.Sprintf("%04X", r)
	top := digits[:len(digits)-2]
	small := style{fill: s.fill, size: s.size * 0.42}
	for row, text := range []string{top, digits[len(digits)-2:]} {
		at := point{(x + size/2) / d.scale, (y-size*0.40)/d.scale + float64(row)*s.size*0.46}
		_ = d.text(item{text: text, at: at, middle: true}, small) // digits are in the font
	}
}
