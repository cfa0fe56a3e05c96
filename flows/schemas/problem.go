package schemas

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is an author's mistake in a schema. Functions that find several join them with
// errors.Join, ordered by place; [Problems] takes them apart again.
type Problem struct {
	Line, Column int    // 1-based; 0 when no author wrote the value
	Message      string // what is wrong
	Suggestion   string // the word that was probably meant; empty when none is near
}

// Error is "line:column: message", with the suggestion where there is one.
func (p *Problem) Error() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d: ", p.Line, p.Column)
	}
	b.WriteString(p.Message)
	if p.Suggestion != "" {
		fmt.Fprintf(&b, ", did you mean %q?", p.Suggestion)
	}
	return b.String()
}

// Problems lists the problems in an error of this package, nil when it holds none.
func Problems(err error) []*Problem {
	if p, ok := errors.AsType[*Problem](err); ok && error(p) == err { //nolint:errorlint // the error itself, not one that it wraps
		return []*Problem{p}
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if inner := errors.Unwrap(err); inner != nil {
			return Problems(inner)
		}
		return nil
	}
	var all []*Problem
	for _, e := range joined.Unwrap() {
		all = append(all, Problems(e)...)
	}
	return all
}

func problemAt(n *Node, format string, args ...any) *Problem {
	return &Problem{Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)}
}

// join orders problems by place and joins them, leaving out repetitions; nil when there are none.
func join(problems []*Problem) error {
	slices.SortStableFunc(problems, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	problems = slices.CompactFunc(problems, func(a, b *Problem) bool { return *a == *b })
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// nearest is the candidate that word is probably a slip of, or "".
func nearest(word string, candidates []string) string {
	best, limit := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < limit && c != word {
			best, limit = c, d
		}
	}
	return best
}

// distance counts the slips between a and b: a byte added, left out, changed, or swapped with its
// neighbour.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, above, row = above, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			step := 1
			if a[i] == b[j] {
				step = 0
			}
			row[j+1] = min(above[j]+step, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
