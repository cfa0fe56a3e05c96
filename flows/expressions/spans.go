package expressions

import "strings"

// Span is where an expression stands in a text, braces included: byte offsets.
type Span struct{ Begin, End int }

// Spans are the places of the {{ expressions }} in src, in order. It does not
// compile them; ok is false when one is not closed.
func Spans(src string) (spans []Span, ok bool) {
	for at := 0; ; {
		begin := strings.Index(src[at:], "{{")
		if begin < 0 {
			return spans, true
		}
		begin += at
		length := closing(src[begin+2:])
		if length < 0 {
			return spans, false
		}
		at = begin + 2 + length + 2
		spans = append(spans, Span{begin, at})
	}
}
