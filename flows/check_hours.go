package flows

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
)

// hoursOf finds the variables that are given to open().
var hoursOf = regexp.MustCompile(`\bopen\(\s*vars\.([A-Za-z_][A-Za-z0-9_]*)`)

// hours reads the opening hours that authors wrote down: what cannot be read
// would make a rule fail in the middle of a call.
func (c *checker) hours() {
	names := map[string]bool{}
	for x := range c.inferred {
		for _, m := range hoursOf.FindAllStringSubmatch(x.Source(), -1) {
			names[m[1]] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		for _, r := range c.loader.readers {
			c.readable(r.flow.Variables, nameSite{path.Join(r.flow.Name, "flow.yaml"), name})
		}
		for _, number := range c.release.App.Numbers {
			c.readable(number.Variables, nameSite{"app.yaml", name})
		}
	}
}

func (c *checker) readable(variables sessions.Values, at nameSite) {
	hours, written := variables[at.name]
	if !written {
		return
	}
	if _, err := expressions.ParseHours(hours); err != nil {
		c.site(at).found(codeHours, 0, "for example: {mon-fri: 9:00-18:00, sat: 9:00-13:00}", strings.TrimPrefix(err.Error(), "hours: "))
	}
}
