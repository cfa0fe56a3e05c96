package browsertest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// barrier is what axe found to be in somebody's way.
type barrier struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe fails the test for what is a serious or critical barrier to somebody who
// does not see, hear or move as others do. Without axe-core the test ends here.
func (p *Page) Axe() {
	p.t.Helper()
	Eval[any](p, axe(p)+";null")
	found := Eval[string](p, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`)
	var barriers []barrier
	if err := json.Unmarshal([]byte(found), &barriers); err != nil {
		p.t.Fatalf("axe: %v", err)
	}
	for _, b := range barriers {
		if b.Impact != "serious" && b.Impact != "critical" {
			continue
		}
		for _, n := range b.Nodes {
			p.t.Errorf("%s: %s (%s, %s)\n%s\n%s", p.Path(), b.Help, b.ID, b.Impact, n.HTML, n.Summary)
		}
	}
}

// axe is the program that looks for barriers; .ci/packages installs it.
func axe(p *Page) string {
	p.t.Helper()
	_, here, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(here), "testdata", "axe", "node_modules", "axe-core", "axe.min.js")
	source, err := os.ReadFile(path)
	switch {
	case err == nil:
		return strings.TrimSpace(string(source))
	case os.Getenv("CI") != "":
		p.t.Fatalf("axe-core is not installed: make packages brings it (%v)", err)
	default:
		p.t.Skip("axe-core is not installed: make packages brings it")
	}
	return ""
}
