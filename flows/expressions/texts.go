package expressions

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// text is v as text; present is false for nil.
func text(v any) (s string, present bool, err error) {
	if v == nil {
		return "", false, nil
	}
	s, ok := v.(string)
	if !ok {
		return "", false, fmt.Errorf("text is wanted here, not %s", kind(v))
	}
	return s, true, nil
}

// texts are several values as texts, nil as "".
func texts(values []any) ([]string, error) {
	all := make([]string, len(values))
	for i, v := range values {
		var err error
		if all[i], _, err = text(v); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// onText makes a function of a text; of nil it is nil.
func onText(change func(string) string) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		s, present, err := text(args[0])
		if err != nil || !present {
			return nil, err
		}
		return change(s), r.make(len(s))
	}
}

func stringOf(r *run, args []any) (any, error) {
	if err := r.measure(args[0]); err != nil {
		return nil, err
	}
	return Format(args[0]), nil
}

func split(r *run, args []any) (any, error) {
	s, present, err := text(args[0])
	if err != nil || !present {
		return []any{}, err
	}
	by, _, err := text(args[1])
	if err = errors.Join(err, r.spend(len(s))); err != nil {
		return nil, err
	}
	parts, _ := items(strings.Split(s, by))
	return parts, nil
}

func join(r *run, args []any) (any, error) {
	all, err := list(r, args[0])
	if err != nil {
		return nil, err
	}
	by, err := texts(args[1:])
	if err != nil {
		return nil, err
	}
	separator := strings.Join(by, "")
	parts := make([]string, len(all))
	for i, v := range all {
		if err := errors.Join(r.measure(v), r.make(len(separator))); err != nil {
			return nil, err
		}
		parts[i] = Format(v)
	}
	return strings.Join(parts, separator), nil
}

func replace(r *run, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	s, err := texts(args)
	if err != nil {
		return nil, err
	}
	if err := r.make(len(s[0]) + strings.Count(s[0], s[1])*len(s[2])); err != nil {
		return nil, err
	}
	return strings.ReplaceAll(s[0], s[1], s[2]), nil
}

// indexOf counts letters, as len does; −1 when the part is not there.
func indexOf(r *run, args []any) (any, error) {
	s, err := texts(args)
	if err != nil {
		return nil, err
	}
	if args[0] == nil || args[1] == nil {
		return -1, nil
	}
	at := strings.Index(s[0], s[1])
	if at > 0 {
		at = utf8.RuneCountInString(s[0][:at])
	}
	return at, r.make(len(s[0]))
}

// binary is an operator under the name of a function.
func binary(sign string) func(*run, []any) (any, error) {
	apply := comparisons[sign]
	return func(r *run, args []any) (any, error) { return apply(r, args[0], args[1]) }
}
