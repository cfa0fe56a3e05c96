package expressions

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// arithmetic are the operators that give a number, or text.
var arithmetic = map[string]operator{
	"+":  func(r *run, a, b any) (any, error) { return r.add(a, b) },
	"-":  calculated(func(a, b float64) float64 { return a - b }),
	"*":  calculated(func(a, b float64) float64 { return a * b }),
	"/":  calculated(func(a, b float64) float64 { return a / b }),
	"%":  calculated(remainder),
	"**": calculated(math.Pow),
	"^":  calculated(math.Pow),
}

// add adds numbers and joins texts; nil is no text, and makes a sum nil.
func (r *run) add(a, b any) (any, error) {
	x, first := a.(string)
	y, second := b.(string)
	if first && second || first && b == nil || second && a == nil {
		if err := r.make(len(x) + len(y)); err != nil {
			return nil, err
		}
		return x + y, nil
	}
	return calculated(func(a, b float64) float64 { return a + b })(r, a, b)
}

// calculated makes an operator of two numbers. Whole results are ints.
func calculated(by func(a, b float64) float64) operator {
	return func(_ *run, a, b any) (any, error) {
		if a == nil || b == nil {
			return nil, nil
		}
		x, first := decimal(a)
		y, second := decimal(b)
		if !first || !second {
			return nil, fmt.Errorf("%s and %s cannot be calculated with", kind(a), kind(b))
		}
		return number(by(x, y))
	}
}

// number is the result of a calculation: an int when it is whole.
func number(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("the result is not a number")
	}
	if n, ok := whole(f); ok {
		return n, nil
	}
	return f, nil
}

// remainder is % for whole numbers; of others it is not a number.
func remainder(a, b float64) float64 {
	if a != math.Trunc(a) || b != math.Trunc(b) {
		return math.NaN()
	}
	return math.Mod(a, b)
}

// sum adds the numbers of a list; what is absent does not count.
func sum(r *run, args []any) (any, error) {
	all, err := list(r, args[0])
	if err != nil {
		return nil, err
	}
	total := 0.0
	for _, v := range all {
		if v == nil {
			continue
		}
		f, ok := decimal(v)
		if !ok {
			return nil, fmt.Errorf("a sum is of numbers, not %s", kind(v))
		}
		total += f
	}
	return number(total)
}

// count counts the items that are yes, as conditions.
func count(r *run, args []any) (any, error) {
	all, err := list(r, args[0])
	n := 0
	for _, v := range all {
		if truth(v) {
			n++
		}
	}
	return n, err
}

// rounded makes a function of a number.
func rounded(by func(float64) float64) func(*run, []any) (any, error) {
	return func(_ *run, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		f, ok := decimal(args[0])
		if !ok {
			return nil, fmt.Errorf("a number is wanted here, not %s", kind(args[0]))
		}
		return number(by(f))
	}
}

// converted makes a function of a number, or of text that is one.
func converted(by func(float64) float64) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		if s, ok := args[0].(string); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if err != nil {
				return nil, errors.New("the text is not a number")
			}
			return number(by(f))
		}
		return rounded(by)(r, args)
	}
}
