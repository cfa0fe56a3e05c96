package graph

// style is how something is drawn. The same table makes the style sheet of an SVG
// and the colours of a PNG, so the two cannot drift apart.
type style struct {
	name   string
	fill   [2]string // for light and for dark surroundings; "" for none
	stroke [2]string
	width  float64   // of the stroke
	dash   []float64 // lengths of dashes and spaces
	size   float64   // of text
	bold   bool
}

// styles are all there are. A later one wins over an earlier one.
func styles() []style {
	list := []style{
		{name: "canvas", fill: [2]string{"#ffffff", "#14171c"}},
		{name: "title", fill: [2]string{"#0f172a", "#f1f5f9"}, size: titleSize, bold: true},
		{name: "subtitle", fill: [2]string{"#64748b", "#94a3b8"}, size: labelSize},
		{name: "card", fill: [2]string{"#ffffff", "#1e232b"}, stroke: [2]string{"#cbd5e1", "#3d4756"}, width: 1.25},
		{name: "elsewhere", fill: [2]string{"#f8fafc", "#191d24"}, stroke: [2]string{"#94a3b8", "#5b6675"}, width: 1.25, dash: []float64{3, 3}},
		{name: "inner", stroke: [2]string{"#cbd5e1", "#3d4756"}, width: 1.25},
		{name: "pill", fill: [2]string{"#334155", "#cbd5e1"}},
		{name: "pill-otherwise", fill: [2]string{"#fff7ed", "#2b2117"}, stroke: [2]string{"#d97706", "#f59e0b"}, width: 1.25, dash: []float64{5, 3}},
		{name: "pill-always", fill: [2]string{"#f1f5f9", "#262c36"}, stroke: [2]string{"#64748b", "#8391a5"}, width: 1.25},
		{name: "pill-text", fill: [2]string{"#ffffff", "#14171c"}, size: detailSize},
		{name: "pill-otherwise-text", fill: [2]string{"#92400e", "#fbbf24"}, size: detailSize},
		{name: "pill-always-text", fill: [2]string{"#334155", "#d5dbe4"}, size: detailSize},
		{name: "name", fill: [2]string{"#0f172a", "#f1f5f9"}, size: nameSize, bold: true},
		{name: "detail", fill: [2]string{"#64748b", "#9aa7b8"}, size: detailSize},
		{name: "chip", fill: [2]string{"#f1f5f9", "#2a313c"}},
		{name: "chip-dot", fill: [2]string{"#475569", "#a5b1c2"}},
		{name: "chip-text", fill: [2]string{"#334155", "#d5dbe4"}, size: detailSize},
		{name: "end", stroke: [2]string{"#475569", "#a5b1c2"}, width: 1.25},
		{name: "end-dot", fill: [2]string{"#475569", "#a5b1c2"}},

		{name: "line", stroke: [2]string{"#64748b", "#8a97a9"}, width: 1.4},
		{name: "line-back", stroke: [2]string{"#6d5bd0", "#a497f5"}, width: 1.4},
		{name: "line-otherwise", stroke: [2]string{"#d97706", "#f59e0b"}, width: 1.4, dash: []float64{6, 4}},
		{name: "line-aside", stroke: [2]string{"#64748b", "#8a97a9"}, width: 1.4, dash: []float64{1.5, 4}},
		{name: "tip", fill: [2]string{"#64748b", "#8a97a9"}},
		{name: "tip-back", fill: [2]string{"#6d5bd0", "#a497f5"}},
		{name: "tip-otherwise", fill: [2]string{"#d97706", "#f59e0b"}},
		{name: "tip-aside", fill: [2]string{"#64748b", "#8a97a9"}},
		{name: "plate", fill: [2]string{"#ffffff", "#14171c"}},
		{name: "label", fill: [2]string{"#334155", "#d5dbe4"}, size: labelSize},
		{name: "label-back", fill: [2]string{"#5546ad", "#bdb3fa"}, size: labelSize},
		{name: "label-otherwise", fill: [2]string{"#92400e", "#fbbf24"}, size: labelSize},
		{name: "label-aside", fill: [2]string{"#64748b", "#9aa7b8"}, size: labelSize},

		{name: "taken", fill: [2]string{"#dbeafe", "#1b3054"}},
		{name: "taken-text", fill: [2]string{"#1e40af", "#a9c7ff"}, size: labelSize, bold: true},
		{name: "taken-none", fill: [2]string{"#64748b", "#9aa7b8"}, size: labelSize},
		{name: "waiting", fill: [2]string{"#6a33b8", "#cbaaff"}},
		{name: "waiting-text", fill: [2]string{"#ffffff", "#2b2142"}, size: nameSize, bold: true},
		{name: "dropped", fill: [2]string{"#ab1f2e", "#ff9aa2"}, size: detailSize},
		{name: "dropped-none", fill: [2]string{"#64748b", "#9aa7b8"}, size: detailSize},

		{name: "path-card", fill: [2]string{"#eff6ff", "#172a46"}, stroke: [2]string{"#2563eb", "#60a5fa"}, width: 2.25},
		{name: "path-line", stroke: [2]string{"#2563eb", "#60a5fa"}, width: 2.5},
		{name: "path-tip", fill: [2]string{"#2563eb", "#60a5fa"}},
	}
	for _, h := range hues {
		list = append(list,
			style{name: "badge-" + string(h.kind), fill: h.badge},
			style{name: "icon-" + string(h.kind), fill: h.ink},
			style{name: "draw-" + string(h.kind), stroke: h.ink, width: 1.6})
	}
	return list
}

// hues are the colours of the kinds of steps: of the badge, and of the icon on
// it.
var hues = []struct {
	kind       Kind
	badge, ink [2]string
}{
	{AsksAI, [2]string{"#f3e8ff", "#36244f"}, [2]string{"#7c3aed", "#c4a1ff"}},
	{AsksKeys, [2]string{"#dbeafe", "#1b3054"}, [2]string{"#1d4ed8", "#8ab4ff"}},
	{Dials, [2]string{"#d1fae5", "#123a2c"}, [2]string{"#047857", "#5fd3a4"}},
	{Records, [2]string{"#ffe4e6", "#481f28"}, [2]string{"#be123c", "#ff8fa3"}},
	{Waits, [2]string{"#fae8ff", "#3f1d47"}, [2]string{"#a21caf", "#e99af2"}},
	{Plays, [2]string{"#e2e8f0", "#2c3440"}, [2]string{"#475569", "#b4c0d0"}},
	{LooksUp, [2]string{"#ccfbf1", "#123835"}, [2]string{"#0f766e", "#5cd0c4"}},
	{SubFlow, [2]string{"#e0e7ff", "#262a56"}, [2]string{"#4338ca", "#a5b0ff"}},
	{Decides, [2]string{"#fef9c3", "#3a3413"}, [2]string{"#854d0e", "#e5c95c"}},
	{External, [2]string{"#f1f5f9", "#262c36"}, [2]string{"#475569", "#a5b1c2"}},
}

// icons are drawn on a square of 16: moves and lines as M x y and L x y, curves
// as C with three points, circles as O x y radius, and Z.
var icons = map[Kind]struct{ fill, stroke string }{
	AsksAI:   {fill: "M 8 1 C 8.6 5.6 10.4 7.4 15 8 C 10.4 8.6 8.6 10.4 8 15 C 7.4 10.4 5.6 8.6 1 8 C 5.6 7.4 7.4 5.6 8 1 Z"},
	AsksKeys: {fill: "O 3.2 3.2 1.5 O 8 3.2 1.5 O 12.8 3.2 1.5 O 3.2 8 1.5 O 8 8 1.5 O 12.8 8 1.5 O 3.2 12.8 1.5 O 8 12.8 1.5 O 12.8 12.8 1.5"},
	Dials:    {fill: "M 4.2 1.6 L 6.3 1.6 L 7.3 5 L 5.6 6.3 C 6.4 8.1 7.9 9.6 9.7 10.4 L 11 8.7 L 14.4 9.7 L 14.4 11.8 C 14.4 13.2 13.2 14.4 11.8 14.4 C 6.2 14.4 1.6 9.8 1.6 4.2 C 1.6 2.8 2.8 1.6 4.2 1.6 Z"},
	Records:  {fill: "O 8 8 3.4", stroke: "O 8 8 6.2"},
	Waits:    {stroke: "O 8 8 6.2 M 8 4.4 L 8 8.2 L 10.6 9.8"},
	Plays:    {fill: "M 4.4 2.4 L 13.6 8 L 4.4 13.6 Z"},
	LooksUp:  {stroke: "O 6.8 6.8 4.4 M 10.1 10.1 L 14 14"},
	SubFlow:  {stroke: "M 2 2.5 L 10 2.5 L 10 9 L 2 9 Z M 6 9 L 6 13.5 L 14 13.5 L 14 7 L 10 7"},
	Decides:  {stroke: "M 8 1.6 L 14.4 8 L 8 14.4 L 1.6 8 Z"},
	External: {stroke: "M 4 12 L 11.6 4.4 M 5.4 4.2 L 11.8 4.2 L 11.8 10.6"},
}
