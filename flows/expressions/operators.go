package expressions

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Names of operations that no author can write, as they hold a space. The
// operators themselves go by their own signs.
const (
	opTruth   = "is true"
	opAbsent  = "is absent"
	opPresent = "is present"
	opPath    = "path of"
	opMember  = "member of"
	opSlice   = "slice of"
	opList    = "list of"
	opNegate  = "negative of"
	opNumber  = "number of"
	opSum     = "sum of"
	opCount   = "count of"
)

const (
	// maxWork bounds one evaluation: a unit for each operation, each item
	// looked at and each 32 bytes of text made. All of it takes about 50 ms.
	maxWork    = 1 << 18
	maxPattern = 1 << 10 // bytes of a pattern that is not known at load
)

const tooMuchWork = "the expression takes too much work"

// run is one evaluation.
type run struct {
	scope *Scope
	left  int // work that may still be done
}

// spend takes units from the work that may be done.
func (r *run) spend(units int) error {
	if units > r.left {
		return errors.New(tooMuchWork)
	}
	r.left -= units
	return nil
}

// make accounts for text of so many bytes, before it is made.
func (r *run) make(bytes int) error { return r.spend(1 + bytes/32) }

// measure accounts for everything in v. It is what keeps values that hold
// themselves many times over, small in memory, from being written out.
func (r *run) measure(v any) error {
	switch v := v.(type) {
	case nil, bool, int, float64:
		return r.spend(1)
	case string:
		return r.make(len(v))
	case map[string]any:
		for key, value := range v {
			if err := r.make(len(key)); err != nil {
				return err
			}
			if err := r.measure(value); err != nil {
				return err
			}
		}
		return nil
	}
	list, ok := items(v)
	if !ok {
		n, _ := length(v)
		return r.spend(1 + n)
	}
	for _, item := range list {
		if err := r.measure(item); err != nil {
			return err
		}
	}
	return nil
}

// comparisons are the operators that give true or false.
var comparisons = map[string]operator{
	"==":         func(r *run, a, b any) (any, error) { return r.equal(a, b) },
	"!=":         func(r *run, a, b any) (any, error) { same, err := r.equal(a, b); return !same, err },
	"<":          ordered(func(order int) bool { return order < 0 }),
	"<=":         ordered(func(order int) bool { return order <= 0 }),
	">":          ordered(func(order int) bool { return order > 0 }),
	">=":         ordered(func(order int) bool { return order >= 0 }),
	"in":         func(r *run, a, b any) (any, error) { return r.within(a, b) },
	"contains":   compared(strings.Contains),
	"startsWith": compared(strings.HasPrefix),
	"endsWith":   compared(strings.HasSuffix),
	"matches":    func(r *run, a, b any) (any, error) { return r.matches(a, b) },
}

type operator func(r *run, a, b any) (any, error)

// equal compares numbers by value, lists and maps by what they hold. What is
// absent equals nothing.
func (r *run) equal(a, b any) (bool, error) {
	if a == nil || b == nil {
		return false, nil
	}
	return r.same(a, b)
}

// same is equal for what lists and maps hold: there, nil equals nil.
func (r *run) same(a, b any) (bool, error) {
	if err := r.spend(1); err != nil {
		return false, err
	}
	switch a := a.(type) {
	case nil:
		return b == nil, nil
	case string:
		text, ok := b.(string)
		return ok && a == text, nil
	case bool:
		is, ok := b.(bool)
		return ok && a == is, nil
	}
	if x, ok := decimal(a); ok {
		return sameNumber(a, b, x), nil
	}
	if list, ok := items(a); ok {
		other, ok := items(b)
		return r.sameItems(list, other, ok)
	}
	return r.sameEntries(a, b)
}

func sameNumber(a, b any, x float64) bool {
	if m, ok := whole(a); ok {
		if n, ok := whole(b); ok {
			return m == n
		}
	}
	y, ok := decimal(b)
	return ok && x == y
}

func (r *run) sameItems(a, b []any, isList bool) (bool, error) {
	if !isList || len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := r.same(a[i], b[i]); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (r *run) sameEntries(a, b any) (bool, error) {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.Kind() != reflect.Map || y.Kind() != reflect.Map || x.Len() != y.Len() {
		return false, nil
	}
	for _, key := range sortedKeys(x) {
		other, ok := entry(b, key)
		if !ok || !y.MapIndex(reflect.ValueOf(key).Convert(y.Type().Key())).IsValid() {
			return false, nil
		}
		value, _ := entry(a, key)
		if same, err := r.same(value, other); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// sortedKeys lists the keys of a map, so that work is spent in the same order
// each time.
func sortedKeys(m reflect.Value) []string {
	keys := make([]string, 0, m.Len())
	for _, key := range m.MapKeys() {
		keys = append(keys, key.String())
	}
	slices.Sort(keys)
	return keys
}

// ordered makes a comparison of numbers with numbers, and of text with text,
// by its letters: so dates and times written 2006-01-02 and 15:04 compare.
func ordered(is func(order int) bool) operator {
	return func(_ *run, a, b any) (any, error) {
		if a == nil || b == nil {
			return false, nil
		}
		order, err := order(a, b)
		return err == nil && is(order), err
	}
}

func order(a, b any) (int, error) {
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	}
	m, first := whole(a)
	n, second := whole(b)
	if first && second {
		return compare(m, n), nil
	}
	x, first := decimal(a)
	y, second := decimal(b)
	if first && second {
		return compare(x, y), nil
	}
	return 0, fmt.Errorf("%s cannot be compared with %s", kind(a), kind(b))
}

func compare[T int | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// within reports whether a is an item of the list b, or a key of the map b.
func (r *run) within(a, b any) (bool, error) {
	if a == nil || b == nil {
		return false, nil
	}
	if list, ok := items(b); ok {
		for _, item := range list {
			if same, err := r.same(a, item); same || err != nil {
				return same, err
			}
		}
		return false, nil
	}
	if key, ok := a.(string); ok {
		if m := reflect.ValueOf(b); m.Kind() == reflect.Map && m.Type().Key().Kind() == reflect.String {
			return m.MapIndex(reflect.ValueOf(key).Convert(m.Type().Key())).IsValid(), nil
		}
	}
	return false, fmt.Errorf("in wants a list or a map on its right, not %s", kind(b))
}

// compared makes an operator of two texts; what is absent gives false.
func compared(is func(text, part string) bool) operator {
	return func(r *run, a, b any) (any, error) {
		if a == nil || b == nil {
			return false, nil
		}
		text, first := a.(string)
		part, second := b.(string)
		if !first || !second {
			return nil, fmt.Errorf("%s and %s cannot be compared as texts", kind(a), kind(b))
		}
		return is(text, part), r.make(len(text))
	}
}

func (r *run) matches(a, b any) (bool, error) {
	if a == nil || b == nil {
		return false, nil
	}
	text, ok := a.(string)
	if !ok {
		return false, fmt.Errorf("matches wants text on its left, not %s", kind(a))
	}
	pattern, ok := b.(*regexp.Regexp)
	if !ok {
		source, ok := b.(string)
		if !ok || len(source) > maxPattern {
			return false, errors.New("matches wants a short pattern on its right")
		}
		err := r.spend(1000) // (x{30}){30} is short, and long to compile
		if err != nil {
			return false, err
		}
		if pattern, err = regexp.Compile(source); err != nil {
			return false, errors.New("matches has a pattern that is wrong")
		}
	}
	if err := r.spend(len(text)); err != nil {
		return false, err
	}
	return pattern.MatchString(text), nil
}
