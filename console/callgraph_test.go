package console

import (
	"flag"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/flows/graph"
	"texmlsrv/templates"
)

var updateSheet = flag.Bool("update-sheet", false, "rewrite the style sheet of graphs")

// TestGraphSheet keeps the style sheet of graphs, which stands in each picture,
// among those of the console: a page takes styles from there alone.
func TestGraphSheet(t *testing.T) {
	release, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := graph.Of(release, "survey")
	if err != nil {
		t.Fatal(err)
	}
	sheet := regexp.MustCompile(`(?s)<style>\n(.*)</style>`).FindSubmatch(g.SVG())
	if sheet == nil {
		t.Fatal("the picture has no style sheet")
	}
	want := "/* Graphs of flows: the style sheet of package graph; go test ./console -run GraphSheet -update-sheet rewrites it. */\n" + string(sheet[1])
	const path = "assets/10-graph.css"
	if *updateSheet {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
