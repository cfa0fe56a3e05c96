package flows

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

// texts are the sentences of texts.yaml, by key.
type texts map[string]sentence

// sentence is one text in every language it has; one that is the same in every
// language stands under "".
type sentence struct {
	order []string // of the languages, as they stand in the file
	by    map[string]string
}

// readTexts reads a texts.yaml; a missing one has no texts.
func (l *loader) readTexts(dir string) texts {
	name := path.Join(dir, "texts.yaml")
	content, err := l.readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		l.add(problems.Problem{File: name, Message: err.Error()})
		return nil
	}
	f := strictyaml.Parse(name, content)
	mark(f.Problems, 0, codeYAML)
	out := texts{}
	if f.Root != nil {
		for _, p := range f.Pairs(f.Root, "texts.yaml") {
			out[p.Key.Value] = readText(f, p)
			l.siteIn(f, textSite{name, p.Key.Value}, p.Key)
		}
	}
	mark(f.Problems, 0, codeTexts)
	l.problems = append(l.problems, f.Problems...)
	return out
}

func readText(f *strictyaml.File, p strictyaml.Pair) sentence {
	if !isName(p.Key.Value) {
		f.Report(p.Key, "", "%q cannot be the name of a text: use letters, digits and _", p.Key.Value)
	}
	if p.Value.Kind != yaml.MappingNode {
		return sentence{order: []string{""}, by: map[string]string{"": plainText(f, p.Value)}}
	}
	out := sentence{by: map[string]string{}}
	for _, language := range f.Pairs(p.Value, "a text") {
		name := readLanguage(f, language.Key)
		out.order = append(out.order, name)
		out.by[name] = plainText(f, language.Value)
	}
	return out
}

// plainText reads a sentence. Expressions belong into the document that says
// it, where they are checked.
func plainText(f *strictyaml.File, n *yaml.Node) string {
	text, _ := f.Text(n, "a text")
	if at := strings.Index(text, "{{"); at >= 0 {
		f.ReportIn(n, at, "write the expression into the document, around {{ texts.… }}", "a text holds no expressions")
	}
	for _, m := range singles(text) {
		f.ReportIn(n, m.offset, "write "+m.expression+" into the document, around {{ texts.… }}", "a text holds no expressions")
	}
	return tidyText(text)
}

// over gives these texts, and below them those of the root.
func (t texts) over(root texts) texts {
	out := texts{}
	for _, layer := range []texts{root, t} {
		for key, text := range layer {
			out[key] = text
		}
	}
	return out
}

// in is every text in the first of the languages that it has; where it has none
// of them, in the first that stands in the file: a wrong language is better
// than silence.
func (t texts) in(languages ...string) map[string]any {
	out := make(map[string]any, len(t))
	for key, s := range t {
		if text, ok := s.in(languages); ok {
			out[key] = text
		}
	}
	return out
}

func (s sentence) in(languages []string) (string, bool) {
	wanted := []string{""}
	for _, language := range languages {
		base, _, _ := strings.Cut(language, "-")
		wanted = append(wanted, language, base)
	}
	for _, name := range append(wanted, s.order...) {
		if text, ok := s.by[name]; ok {
			return text, true
		}
	}
	return "", false
}

// viewLimit bounds how many languages of texts are kept ready: which language a
// call speaks may be up to what its caller said.
const viewLimit = 64

// textViews keeps what expressions see as `texts`, by the languages asked for:
// it is the same for every call.
type textViews struct {
	texts texts
	mu    sync.Mutex
	views map[string]map[string]any
}

// in is the view for the first of the languages that each text has; "" is no
// language. The view is shared: it is only read.
func (v *textViews) in(languages ...string) map[string]any {
	if v == nil || len(v.texts) == 0 {
		return nil
	}
	key := strings.Join(languages, " ")
	v.mu.Lock()
	defer v.mu.Unlock()
	if view, ok := v.views[key]; ok {
		return view
	}
	view := v.texts.in(languages...)
	if len(v.views) < viewLimit {
		v.views[key] = view
	}
	return view
}
