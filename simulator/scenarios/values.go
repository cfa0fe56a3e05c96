package scenarios

import (
	"maps"
	"reflect"
	"slices"
	"strconv"

	"texmlsrv/flows/schemas"
)

// difference is where two values differ.
type difference struct {
	path      string // .day, [0].time; "" for the whole
	want, got any
}

// within reports whether got is what is wanted: of an object, members that it
// had. Lists and all else must be equal.
func within(want, got any, path string) (difference, bool) {
	members, is := want.(map[string]any)
	has, too := got.(map[string]any)
	if !is || !too {
		return difference{path, want, got}, reflect.DeepEqual(want, got)
	}
	for _, name := range sortedKeys(members) {
		if d, ok := within(members[name], has[name], path+"."+name); !ok {
			return d, false
		}
	}
	return difference{}, true
}

// jsonText shows a value to people, as JSON.
func jsonText(v any) string {
	node, err := schemas.From(v)
	if err != nil {
		return strconv.Quote("?")
	}
	return string(node.Bytes())
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
