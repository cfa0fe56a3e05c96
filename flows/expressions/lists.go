package expressions

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// list is v as a list: nil is an empty one.
func list(r *run, v any) ([]any, error) {
	if v == nil {
		return []any{}, nil
	}
	all, ok := items(v)
	if !ok {
		return nil, fmt.Errorf("a list is wanted here, not %s", kind(v))
	}
	return all, r.spend(len(all) / 8)
}

func listOf(r *run, args []any) (any, error) { return list(r, args[0]) }

func lengthOf(_ *run, args []any) (any, error) {
	switch v := args[0].(type) {
	case nil:
		return 0, nil
	case string:
		return utf8.RuneCountInString(v), nil
	}
	if n, ok := length(args[0]); ok {
		return n, nil
	}
	return nil, fmt.Errorf("%s has no length", kind(args[0]))
}

func itemAt(at int) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		all, err := list(r, args[0])
		return pick(all, at, func(v any) any { return v }), err
	}
}

func take(r *run, args []any) (any, error) {
	return slice(r, []any{args[0], 0, args[1]})
}

// slice is a part of a list or text; ends may be nil, and count from the end
// when negative.
func slice(r *run, args []any) (any, error) {
	if s, ok := args[0].(string); ok {
		letters := []rune(s)
		from, to, err := ends(args[1], args[2], len(letters))
		return string(letters[from:to]), errors.Join(err, r.make(len(s)))
	}
	all, err := list(r, args[0])
	if err != nil {
		return nil, err
	}
	from, to, err := ends(args[1], args[2], len(all))
	return all[from:to:to], err
}

func ends(from, to any, length int) (first, last int, err error) {
	first, err = end(from, 0, length)
	if err != nil {
		return 0, 0, err
	}
	last, err = end(to, length, length)
	return min(first, last), last, err
}

func end(v any, otherwise, length int) (int, error) {
	if v == nil {
		return otherwise, nil
	}
	at, ok := whole(v)
	if !ok {
		return 0, fmt.Errorf("a place in a list is a whole number, not %s", kind(v))
	}
	if at < 0 {
		at += length
	}
	return min(max(at, 0), length), nil
}

// onList makes a function of a list that gives a list.
func onList(change func(r *run, all []any) ([]any, error)) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		all, err := list(r, args[0])
		if err != nil {
			return nil, err
		}
		return change(r, slices.Clone(all))
	}
}

func reversed(_ *run, all []any) ([]any, error) {
	slices.Reverse(all)
	return all, nil
}

func (r *run) distinct(all []any) ([]any, error) {
	seen := []any{}
	for _, item := range all {
		known, err := r.holds(seen, item)
		if err != nil {
			return nil, err
		}
		if !known {
			seen = append(seen, item)
		}
	}
	return seen, nil
}

func (r *run) holds(all []any, item any) (bool, error) {
	for _, one := range all {
		if same, err := r.same(one, item); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// sortList orders numbers or texts; what is absent is left out.
func sortList(r *run, args []any) (any, error) {
	all, err := list(r, args[0])
	if err != nil {
		return nil, err
	}
	direction := 1
	if len(args) == 2 && args[1] != "asc" {
		if args[1] != "desc" {
			return nil, errors.New(`the order of sort is "asc" or "desc"`)
		}
		direction = -1
	}
	all = slices.DeleteFunc(slices.Clone(all), func(v any) bool { return v == nil })
	slices.SortStableFunc(all, func(a, b any) int {
		if err == nil {
			err = r.spend(1)
		}
		if err != nil {
			return 0
		}
		var sign int
		sign, err = order(a, b)
		return direction * sign
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func concat(r *run, args []any) (any, error) {
	joined := []any{}
	for _, arg := range args {
		all, err := list(r, arg)
		if err == nil {
			err = r.spend(len(all))
		}
		if err != nil {
			return nil, err
		}
		joined = append(joined, all...)
	}
	return joined, nil
}

// extreme is min (−1) and max (1) of its arguments, or of a list. What is
// absent does not count; of nothing it is nil.
func extreme(direction int) func(*run, []any) (any, error) {
	return func(_ *run, args []any) (any, error) {
		if len(args) == 1 {
			if all, ok := items(args[0]); ok {
				args = all
			}
		}
		var best any
		for _, v := range args {
			if v == nil {
				continue
			}
			if best == nil {
				best = v
			}
			sign, err := order(v, best)
			if err != nil {
				return nil, err
			}
			if sign == direction {
				best = v
			}
		}
		return best, nil
	}
}
