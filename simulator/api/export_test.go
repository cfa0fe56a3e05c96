package api

import "sync"

var checker = sync.OnceValues(func() (*API, error) { return New(Options{}) })

// Check holds parameters against the schema of a request, for tests. It says
// what is wrong, nil when nothing is.
func Check(name string, params map[string]any) []string {
	a, err := checker()
	if err != nil {
		return []string{err.Error()}
	}
	failure := a.check(name, params)
	if failure == nil {
		return nil
	}
	var out []string
	for _, d := range failure.describe() {
		at := ""
		if d.Source != nil {
			at = d.Source.Pointer
		}
		out = append(out, at+" "+d.Code+" "+d.Title)
	}
	return out
}
