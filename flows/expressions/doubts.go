package expressions

import (
	"math/bits"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// doubt is a value that is sometimes of a kind that its use cannot work on.
type doubt struct {
	path    string
	bad     Kind
	finding Finding
}

// knownKinds is how many kinds a value may have at most for them to be what
// somebody wrote: more come of knowing nothing.
const knownKinds = 3

// mayBe notes that a variable is of several kinds, and that its use cannot work
// on all of them. Names of gathered are left alone: what a Gather brings as text
// in one step, an AI gather may bring as a number in another, and a call only
// comes through one of them.
func (c *inferring) mayBe(t Type, kinds Kind, n ast.Node) {
	path, known := pathOf(n)
	bad := t.solid() &^ kinds
	if !known || path[0] != "vars" || bad == 0 || t.solid()&kinds == 0 || bits.OnesCount8(uint8(t.solid())) > knownKinds {
		return
	}
	c.doubt = append(c.doubt, doubt{spell(n, ""), bad, Finding{
		Reason: MayWrongKind, Offset: c.offset(n),
		Message: spell(n, "this") + " can be " + bad.String() + " too, and here it has to be " + (t.solid() & kinds).String(),
	}})
}

// doubts reports what was noted, but for what the expression tells apart: it
// compares the value with one of the other kind.
func (c *inferring) doubts() {
	for _, d := range c.doubt {
		other := func(v any) bool { return kindIn(v)&d.bad != 0 }
		if !slices.ContainsFunc(c.out.Compared[d.path], other) {
			c.note(d.finding)
		}
	}
}
