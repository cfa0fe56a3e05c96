package schemas_test

import (
	"regexp"
	"strconv"
	"testing"

	"texmlsrv/flows/schemas"
)

func itoa(i int) string { return strconv.Itoa(i) }

var fileLine = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// file is a part of an archive; offset is where its content begins.
type file struct {
	name, content string
	offset        int
}

// parts splits a txtar archive. (The usual package would need a module of its own.)
func parts(archive string) []file {
	var files []file
	marks := fileLine.FindAllStringSubmatchIndex(archive, -1)
	for i, m := range marks {
		end := len(archive)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		files = append(files, file{archive[m[2]:m[3]], archive[m[1]:end], m[1]})
	}
	return files
}

// node is a JSON text read as an author's.
func node(t testing.TB, src string) *schemas.Node {
	t.Helper()
	n, err := schemas.ReadJSON([]byte(src))
	if err != nil {
		t.Fatalf("ReadJSON(%s): %v", src, err)
	}
	return n
}

// compile is the schema of a JSON text that has no mistakes.
func compile(t testing.TB, src string) *schemas.Schema {
	t.Helper()
	s, err := schemas.Compile(node(t, src))
	if err != nil {
		t.Fatalf("Compile(%s): %v", src, err)
	}
	return s
}

// object is a caller's JSON object.
func object(t testing.TB, src string) map[string]any {
	t.Helper()
	v, err := schemas.DecodeJSON([]byte(src))
	if err != nil {
		t.Fatalf("DecodeJSON(%s): %v", src, err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%s is no object", src)
	}
	return m
}
