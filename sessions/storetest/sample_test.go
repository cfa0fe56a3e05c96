package storetest

import (
	"reflect"
	"testing"
)

// TestSamples_areWhole fails where a field was added to a session or an entry
// and not to the samples: what is not in them, no store is tested for.
func TestSamples_areWhole(t *testing.T) {
	whole(t, "Session", reflect.ValueOf(*Session(sid)))
	whole(t, "Entry", reflect.ValueOf(Entry()))
}

func whole(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	for field, value := range v.Fields() {
		name := path + "." + field.Name
		value = reflect.Indirect(value)
		switch {
		case name == "Session.Revision", name == "Session.Duplicates": // the store's to fill
		case !value.IsValid() || value.IsZero():
			t.Errorf("%s is empty in the sample", name)
		case value.Kind() == reflect.Struct && value.Type().PkgPath() == v.Type().PkgPath():
			whole(t, name, value)
		case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct:
			whole(t, name+"[0]", value.Index(0))
		}
	}
}
