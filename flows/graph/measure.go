package graph

import (
	"math"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// The Go fonts are in the program, so a PNG needs none of the machine's. They are
// as wide as Arial, Helvetica and Liberation Sans, which an SVG asks for first;
// slack leaves room for other fonts.
const slack = 1.1

// fonts are parsed once; they are constant.
var fonts = sync.OnceValues(func() ([2]*sfnt.Font, error) {
	regular, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return [2]*sfnt.Font{}, err
	}
	bold, err := sfnt.Parse(gobold.TTF)
	return [2]*sfnt.Font{regular, bold}, err
})

func fontOf(bold bool) (*sfnt.Font, error) {
	both, err := fonts()
	if bold {
		return both[1], err
	}
	return both[0], err
}

// ruler measures text.
type ruler struct {
	buffer sfnt.Buffer
	known  map[glyphKey]float64 // advance for a size of 1
}

type glyphKey struct {
	r    rune
	bold bool
}

func newRuler() *ruler { return &ruler{known: map[glyphKey]float64{}} }

// width is how wide a line is, with some slack.
func (m *ruler) width(text string, size float64, bold bool) int {
	sum := 0.0
	for _, r := range text {
		sum += m.advance(r, bold)
	}
	return int(math.Ceil(sum * size * slack))
}

// advance is how wide a rune is for a size of 1. What the font does not have is
// drawn as wide as it is high.
func (m *ruler) advance(r rune, bold bool) float64 {
	key := glyphKey{r, bold}
	if width, is := m.known[key]; is {
		return width
	}
	width := 1.0
	if f, err := fontOf(bold); err == nil {
		if glyph, err := f.GlyphIndex(&m.buffer, r); err == nil && glyph != 0 {
			const ppem = 64
			if advance, err := f.GlyphAdvance(&m.buffer, glyph, fixed.I(ppem), font.HintingNone); err == nil {
				width = float64(advance) / 64 / ppem
			}
		}
	}
	m.known[key] = width
	return width
}

// wrap breaks a text into lines of at most so many characters, behind spaces and
// behind the hyphens and underscores of names; what is longer than the lines it
// may have ends in an ellipsis.
func wrap(text string, most, lines int) []string {
	text = printable(text)
	var out []string
	for text != "" && len(out) < lines {
		line, rest := breakAt(text, most)
		if rest != "" && len(out) == lines-1 {
			line, rest = clip(text, most), ""
		}
		out = append(out, line)
		text = rest
	}
	return out
}

// breakAt takes a line off a text: up to a space, else up to what joins the parts
// of a name, else anywhere.
func breakAt(text string, most int) (line, rest string) {
	runes := []rune(text)
	if len(runes) <= most {
		return text, ""
	}
	at := most
	for i := most; i >= most/3; i-- {
		if runes[i] == ' ' {
			return string(runes[:i]), string(runes[i+1:])
		}
		if at == most && strings.ContainsRune("-_/.,", runes[i-1]) {
			at = i
		}
	}
	return string(runes[:at]), strings.TrimSpace(string(runes[at:]))
}

// clip shortens a text to so many characters.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}

// printable is a text on one line, without what cannot stand in XML 1.0. Letters
// with accents are one character: fonts have those.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r == utf8.RuneError || r == 0xfffe || r == 0xffff:
			return '\uFFFD'
		}
		return r
	}, text)
	return norm.NFC.String(strings.Join(strings.Fields(text), " "))
}
