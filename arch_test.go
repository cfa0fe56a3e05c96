package texmlsrv_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Deps       []string
	Imports    []string
}

// packages lists the packages of this module with all they depend on.
func packages(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Standard,Deps,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string]pkg{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

// arrows say what a package, and those below it, must not depend on, directly
// or through others. Names ending in /... mean everything below.
var arrows = map[string][]string{
	"texmlsrv/texml": {"texmlsrv/...", "net/http"},
	"texmlsrv/flows": {
		"texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/telnyx", "texmlsrv/simulator/...",
		"texmlsrv/cmd/...", "texmlsrv/templates", "net/http", "github.com/prometheus/...",
		"github.com/redis/...", "github.com/gin-gonic/...", "github.com/alicebob/...",
	},
	"texmlsrv/sessions": {
		"texmlsrv/flows/...", "texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/texml/...",
		"github.com/gin-gonic/...",
	},
	"texmlsrv/calls": {
		"texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/simulator/...", "texmlsrv/cmd/...", "github.com/gin-gonic/...",
		"texmlsrv/metrics", "github.com/prometheus/...",
	},
	"texmlsrv/callbacks": {"texmlsrv/console/...", "texmlsrv/simulator/...", "texmlsrv/cmd/...", "texmlsrv/metrics", "github.com/prometheus/..."},
	// It stands between a service and what the service is given.
	"texmlsrv/metrics": {
		"texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/simulator/...", "texmlsrv/cmd/...", "github.com/gin-gonic/...",
	},
	"texmlsrv/telnyx": {
		"texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/flows/...", "texmlsrv/sessions/...",
		"texmlsrv/simulator/...", "texmlsrv/cmd/...",
	},
	// What can be asked is declared without asking: flows read it. The fake API
	// has limits of its own, so that each holds the other to the reference.
	"texmlsrv/telnyx/commands": {"texmlsrv/...", "net", "net/http", "math/rand/...", "crypto/rand", "github.com/..."},
	"texmlsrv/simulator/api":   {"texmlsrv/..."},
	"texmlsrv/simulator/wire":  {"texmlsrv/..."},
	// Telnyx knows an application by HTTP alone.
	"texmlsrv/simulator": {
		"texmlsrv/flows", "texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/sessions/...", "texmlsrv/console/...",
		"texmlsrv/cmd/...", "texmlsrv/templates", "github.com/redis/...", "github.com/gin-gonic/...",
	},
	"texmlsrv/console": {
		"texmlsrv/callbacks/...", "texmlsrv/cmd/...", "texmlsrv/metrics", "github.com/redis/...", "github.com/gin-gonic/...", "github.com/prometheus/...",
	},
	"texmlsrv/console/access": {"texmlsrv/..."},
	"texmlsrv/templates":      {"texmlsrv/..."},
	"texmlsrv/servertest":     {"texmlsrv/console/...", "texmlsrv/cmd/..."},
}

// exempt are packages below that have an arrow of their own: what is said of
// the package above does not hold for them.
var exempt = map[string][]string{
	"texmlsrv/console/consoletest":       nil, // whole programs for tests
	"texmlsrv/console/access/issuertest": nil,
	"texmlsrv/sessions/redisstore":       nil, // the store in Redis
	"texmlsrv/sessions/redistest":        nil, // Redis servers for tests
	"texmlsrv/simulator/local":           nil, // the application in this process
	"texmlsrv/simulator/rehearsal":       nil, // the same, for one call that a person plays
	"texmlsrv/simulator/scenarios":       nil, // plays against it

	"texmlsrv/simulator/scenarios/fromcall": nil, // plays a call again
	"texmlsrv/simulator/terminal": {
		"texmlsrv/flows", "texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/cmd/...",
		"texmlsrv/simulator/local", "texmlsrv/simulator/scenarios", "github.com/redis/...", "github.com/gin-gonic/...",
	},
	"texmlsrv/simulator/talk": {
		"texmlsrv/flows", "texmlsrv/calls/...", "texmlsrv/callbacks/...", "texmlsrv/console/...", "texmlsrv/cmd/...",
		"texmlsrv/simulator/local", "texmlsrv/simulator/scenarios", "github.com/redis/...", "github.com/gin-gonic/...",
	},
}

// sealed is a whole application in a box: who uses it, as the console does for
// tries, does not depend on what is inside.
const sealed = "texmlsrv/simulator/local"

// reached is all that a package depends on, but for what is inside of sealed.
func reached(all map[string]pkg, from pkg) []string {
	seen := map[string]bool{from.ImportPath: true}
	var out []string
	for open := slices.Clone(from.Imports); len(open) > 0; open = open[1:] {
		name := open[0]
		if seen[name] {
			continue
		}
		seen[name] = true
		out = append(out, name)
		if name != sealed {
			open = append(open, all[name].Imports...)
		}
	}
	return out
}

// TestArrows keeps the order of the packages: cmd, console, callbacks and
// simulator use calls, calls uses flows, sessions and telnyx, these use texml.
func TestArrows(t *testing.T) {
	all := packages(t)
	for above, forbidden := range arrows {
		for name, p := range all {
			if name != above && !strings.HasPrefix(name, above+"/") {
				continue
			}
			banned := forbidden
			if own, is := exempt[name]; is {
				banned = own
			}
			for _, dep := range reached(all, p) {
				if dep != name && !strings.HasPrefix(dep, above+"/") && dep != above && matches(dep, banned) {
					t.Errorf("%s depends on %s", name, dep)
				}
			}
		}
	}
}

// TestSessionsFree keeps any database out of the contract of the store.
func TestSessionsFree(t *testing.T) {
	for _, dep := range packages(t)["texmlsrv/sessions"].Deps {
		if matches(dep, []string{"net/http", "github.com/...", "net"}) {
			t.Errorf("texmlsrv/sessions depends on %s", dep)
		}
	}
}

// TestPure keeps clocks and chance out of flows: the same inputs give the same
// bytes.
func TestPure(t *testing.T) {
	for name, p := range packages(t) {
		if name != "texmlsrv/flows" && !strings.HasPrefix(name, "texmlsrv/flows/") {
			continue
		}
		for _, imported := range p.Imports {
			if matches(imported, []string{"math/rand/...", "crypto/rand", "net", "os/..."}) {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
	set, folders := sources(t)
	for folder, files := range folders {
		for _, f := range files {
			name := set.Position(f.Pos()).Filename
			if strings.HasSuffix(name, "_test.go") || folder != "flows" && !strings.HasPrefix(folder, "flows"+string(filepath.Separator)) {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if sel, is := n.(*ast.SelectorExpr); is && isClock(sel) {
					t.Errorf("%v: time.%s", set.Position(n.Pos()), sel.Sel.Name)
				}
				return true
			})
		}
	}
}

// isClock reports whether a selector reads the clock.
func isClock(sel *ast.SelectorExpr) bool {
	from, is := sel.X.(*ast.Ident)
	return is && from.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep"}, sel.Sel.Name)
}

// TestVocabulary keeps texml to the standard library and etree.
func TestVocabulary(t *testing.T) {
	all := packages(t)
	for _, dep := range all["texmlsrv/texml"].Deps {
		if !all[dep].Standard && dep != "github.com/beevik/etree" {
			t.Errorf("texmlsrv/texml depends on %s", dep)
		}
	}
}

func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, below := strings.CutSuffix(pattern, "/...")
		return name == prefix || below && strings.HasPrefix(name, prefix+"/")
	})
}

// sources parses every Go file of the module, by folder.
func sources(t *testing.T) (*token.FileSet, map[string][]*ast.File) {
	t.Helper()
	set, folders := token.NewFileSet(), map[string][]*ast.File{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "tools"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, folders
}

// TestComments holds every package to its reason, and every exported name to a
// comment.
func TestComments(t *testing.T) {
	set, folders := sources(t)
	for folder, files := range folders {
		explained, tests := false, true
		for _, f := range files {
			name := set.Position(f.Pos()).Filename
			explained = explained || f.Doc != nil
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			tests = false
			for _, missing := range undocumented(f) {
				t.Errorf("%v: %s has no comment", set.Position(missing.Pos()), missing.Name)
			}
		}
		if !explained && !tests {
			t.Errorf("no file of %s says what the package is for", folder)
		}
	}
}

// wellKnown are methods that everybody knows from the standard library.
var wellKnown = []string{"Error", "Unwrap", "String"}

// undocumented are the exported names of a file that no comment explains.
func undocumented(f *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Doc == nil && decl.Name.IsExported() && (decl.Recv == nil || receives(decl) && !slices.Contains(wellKnown, decl.Name.Name)) {
				names = append(names, decl.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				names = append(names, unexplained(decl, spec)...)
			}
		}
	}
	return names
}

// receives reports whether a method belongs to an exported type.
func receives(decl *ast.FuncDecl) bool {
	of := decl.Recv.List[0].Type
	if star, is := of.(*ast.StarExpr); is {
		of = star.X
	}
	if generic, is := of.(*ast.IndexExpr); is {
		of = generic.X
	}
	name, is := of.(*ast.Ident)
	return is && name.IsExported()
}

func unexplained(decl *ast.GenDecl, spec ast.Spec) []*ast.Ident {
	var names []*ast.Ident
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && decl.Doc == nil && spec.Doc == nil {
			names = append(names, spec.Name)
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && decl.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				names = append(names, name)
			}
		}
	}
	return names
}

// TestNothingLeftForLater finds notes of work that somebody put off.
func TestNothingLeftForLater(t *testing.T) {
	set, folders := sources(t)
	marks := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}
	for _, files := range folders {
		for _, f := range files {
			for _, group := range f.Comments {
				for _, mark := range marks {
					if strings.Contains(group.Text(), mark) {
						t.Errorf("%v: %s", set.Position(group.Pos()), mark)
					}
				}
			}
		}
	}
}
