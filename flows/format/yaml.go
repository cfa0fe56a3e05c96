package format

import (
	"path"
	"slices"

	"texmlsrv/flows/strictyaml"
)

// formatYAML formats a YAML file.
//
// The library reads the file, but what it writes has lost comments, quotes and
// the breaks of lines. So the source is read a second time, along the tree that
// the library found: knowing what comes next, a small reader finds where each
// piece of the source stands, and every piece is written again as it was.
func formatYAML(name, src string) (string, error) {
	file := strictyaml.Parse(name, []byte(src))
	if file.Root == nil {
		return "", file.Problems.Err()
	}
	root, comments, ok := readYAML(src, file.Root)
	if !ok {
		return "", unfaithful(name)
	}
	arrange(root.value, shapes[path.Base(name)])
	out := writeYAML(root)
	again := strictyaml.Parse(name, []byte(out))
	if again.Root == nil || !root.value.same(again.Root) {
		return "", unfaithful(name)
	}
	if _, kept, ok := readYAML(out, again.Root); !ok || !sameComments(comments, kept) {
		return "", unfaithful(name)
	}
	return out, nil
}

// sameComments reports whether two files hold the same comments. Their order
// changes with that of the keys they stand at.
func sameComments(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
