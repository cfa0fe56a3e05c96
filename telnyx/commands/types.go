package commands

import "math"

// takes reports whether a value, made plain, is of a type.
func (t Type) takes(v any) bool {
	switch v := v.(type) {
	case string:
		return t == TypeText || t == TypeScalar
	case bool:
		return t == TypeBoolean || t == TypeScalar
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
		return t == TypeNumber || t == TypeScalar || t == TypeInteger && v == math.Trunc(v) && math.Abs(v) < 1<<53
	case []any:
		return t == TypeList
	case map[string]any:
		return t.isObject()
	}
	return false
}

func (t Type) isObject() bool {
	switch t {
	case TypeObject, TypeMap, TypeUnion, TypeSchema, TypeFree:
		return true
	}
	return false
}

// noun is the type in a message.
func (t Type) noun() string {
	switch t {
	case TypeText:
		return "text"
	case TypeInteger:
		return "a whole number"
	case TypeNumber:
		return "a number"
	case TypeBoolean:
		return "true or false"
	case TypeScalar:
		return "text, a number, or true or false"
	case TypeList:
		return "a list"
	}
	return "an object"
}

// noun is what a parameter takes, in a message.
func (p Param) noun() string {
	if p.Type != TypeEither {
		return p.Type.noun()
	}
	nouns := make([]string, len(p.Alternatives))
	for i, a := range p.Alternatives {
		nouns[i] = a.noun()
	}
	return choices(nouns)
}

// kindOf is what a value is, in a message.
func kindOf(v any) string {
	switch v := v.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case float64:
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return "not a number"
		case v != math.Trunc(v):
			return "a number with a fraction"
		case math.Abs(v) >= 1<<53:
			return "too large a number"
		}
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "something else"
}

// fits reports whether a value that is known only in a call could be right.
func (u Unknown) fits(p Param) bool {
	switch {
	case p.Type == TypeEither:
		for _, a := range p.Alternatives {
			if u.fits(a) {
				return true
			}
		}
		return false
	case u.Type == "" || u.Type == TypeEither || u.Type == p.Type:
		return true
	case u.Type.isObject():
		return p.Type.isObject()
	case u.Type == TypeList || p.Type == TypeList || p.Type.isObject():
		return false
	case u.Type == TypeScalar || p.Type == TypeScalar:
		return true
	}
	// A number may turn out to be whole.
	return (u.Type == TypeNumber || u.Type == TypeInteger) && (p.Type == TypeNumber || p.Type == TypeInteger)
}
