package templates_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"texmlsrv/templates"
	"texmlsrv/texml"
)

// said are those of some sentences that were heard in any story.
func (all *told) said(sentences []string) map[string]bool {
	var speech strings.Builder
	for document := range all.documents {
		speech.WriteString(strings.Join(heard(document), "\n") + "\n")
	}
	said := map[string]bool{}
	for _, s := range sentences {
		_, text, _ := strings.Cut(s, ": ")
		said[s] = strings.Contains(speech.String(), text)
	}
	return said
}

// unspoken are texts that are no speech: names of languages and voices, hints
// for whoever listens.
var unspoken = regexp.MustCompile(`(^|_)(tag|voice|tongue|hints)$`)

// texts are the texts of every texts.yaml in a language, each with its place in
// front.
func texts(t *testing.T, language string) []string {
	t.Helper()
	var all []string
	for _, file := range slices.Concat(glob(t, "texts.yaml"), glob(t, "*/texts.yaml")) {
		source, err := fs.ReadFile(templates.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]map[string]string
		if err := yaml.Unmarshal(source, &texts); err != nil {
			t.Fatalf("%s: a text is not in every language: %v", file, err)
		}
		for key, text := range texts {
			spoken, has := text[language]
			if !has {
				t.Errorf("%s: %s has no words in %s", file, key, language)
			}
			if spoken = strings.TrimSpace(spoken); spoken != "" && !unspoken.MatchString(key) {
				all = append(all, file+" "+key+": "+spoken)
			}
		}
	}
	slices.Sort(all)
	return all
}

// written are what stands in documents themselves: of each spoken element the
// longest piece without an expression in it.
func written(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, file := range glob(t, "*/*.xml") {
		source, err := fs.ReadFile(templates.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := texml.ParseTree(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{".//Say", ".//Greeting"} {
			for _, e := range tree.Root.FindElements(path) {
				if piece := strings.Join(strings.Fields(longest(e.Text())), " "); strings.Count(piece, " ") > 1 {
					all = append(all, file+": "+piece)
				}
			}
		}
	}
	return all
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := fs.Glob(templates.FS, pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func longest(text string) string {
	longest := ""
	for piece := range strings.SplitSeq(text, "{{") {
		if _, after, is := strings.Cut(piece, "}}"); is {
			piece = after
		}
		if piece = strings.Join(strings.Fields(piece), " "); len(piece) > len(longest) {
			longest = piece
		}
	}
	return longest
}
