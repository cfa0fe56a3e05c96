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
