package expressions

import "testing"

// Every function has a shape, and the other way round.
func TestShapes(t *testing.T) {
	for name, f := range functions {
		s, ok := shapes[name]
		if !ok {
			t.Errorf("%s has no shape", name)
		} else if f.most >= 0 && len(s.takes) > f.most {
			t.Errorf("%s takes %d values, its shape %d", name, f.most, len(s.takes))
		}
	}
	for name := range shapes {
		if _, ok := functions[name]; !ok {
			t.Errorf("there is no function %s", name)
		}
	}
}
