package flowview

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/console/story"
	"texmlsrv/flows"
)

// FileKind is what a file of a flow is for.
type FileKind string

// The kinds of files.
const (
	FlowFile     FileKind = "flow"     // flow.yaml
	DocumentFile FileKind = "document" // a template that steps send
	SchemaFile   FileKind = "schema"   // a JSON Schema
	TextsFile    FileKind = "texts"    // texts.yaml
	DefaultsFile FileKind = "defaults" // defaults.xml
	ApologyFile  FileKind = "apology"  // what is spoken when all else fails
	AppFile      FileKind = "app"      // app.yaml
)

// File is a file that the flow is made of, as it stood when it was read.
type File struct {
	Name   string   `json:"name"`           // from the folder of the flows: bookings/table.xml
	Base   string   `json:"-"`              // table.xml
	ID     string   `json:"-"`              // FileID of its name
	Kind   FileKind `json:"kind"`           // what it is for
	Shared bool     `json:"shared"`         // all flows have it in common
	Steps  []string `json:"steps,omitzero"` // that send it, of a template
	Text   string   `json:"text"`
}

// FileID is what pages name a file by; its lines have a hyphen and their number
// behind it.
func FileID(name string) string {
	return "file-" + strings.NewReplacer("/", "-", " ", "-").Replace(name)
}

// Lines are the lines of the file, cut into pieces for highlighting.
func (f *File) Lines() []story.Line { return highlight(f.Name, f.Text) }

// Document is what a step sends: a file, or what is written at its line of
// flow.yaml.
type Document struct {
	Step string `json:"step"`
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // of the step, where the document is written in flow.yaml
}

// documentsOf are the documents of a flow, in the order of its steps.
func documentsOf(r *flows.Release, flow *flows.Flow) []Document {
	all := []Document{}
	main := flow.Name + "/flow.yaml"
	lines := stepLines(r.File(main))
	for _, name := range flow.Order {
		if template := flow.Steps[name].Document; template != nil {
			d := Document{Step: name, File: template.File()}
			if d.File == main {
				d.Line = lines[name]
			}
			all = append(all, d)
		}
	}
	return all
}

// filesOf are the files of a flow: flow.yaml, the templates in the order of the
// steps, the others by name, and those that all flows share.
func filesOf(r *flows.Release, flow *flows.Flow) []File {
	steps := map[string][]string{}
	var templates []string
	for _, d := range documentsOf(r, flow) {
		if d.Line == 0 && steps[d.File] == nil {
			templates = append(templates, d.File)
		}
		steps[d.File] = append(steps[d.File], d.Step)
	}
	main := flow.Name + "/flow.yaml"
	names := append([]string{main}, templates...)
	var shared []string
	for _, name := range r.Files() {
		switch {
		case slices.Contains(names, name):
		case !strings.Contains(name, "/"):
			shared = append(shared, name)
		case strings.HasPrefix(name, flow.Name+"/"):
			names = append(names, name)
		}
	}
	all := []File{}
	for _, name := range append(names, shared...) {
		f := File{Name: name, Base: strings.TrimPrefix(name, flow.Name+"/"), ID: FileID(name), Shared: !strings.Contains(name, "/"), Text: r.File(name)}
		if f.Kind = kindOf(name); slices.Contains(templates, name) {
			f.Kind, f.Steps = DocumentFile, steps[name]
		}
		all = append(all, f)
	}
	return all
}

func kindOf(name string) FileKind {
	switch base := path.Base(name); {
	case base == "flow.yaml":
		return FlowFile
	case base == "texts.yaml":
		return TextsFile
	case base == "defaults.xml":
		return DefaultsFile
	case base == "apology.xml":
		return ApologyFile
	case name == "app.yaml":
		return AppFile
	case path.Ext(base) == ".xml":
		return DocumentFile
	}
	return SchemaFile
}

// stepLines are the lines of a flow.yaml on which steps begin, from 1.
func stepLines(text string) map[string]int {
	lines := map[string]int{}
	var tree yaml.Node
	if yaml.Unmarshal([]byte(text), &tree) != nil || len(tree.Content) == 0 {
		return lines
	}
	pairs := func(n *yaml.Node, each func(key, value *yaml.Node)) {
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			each(n.Content[i], n.Content[i+1])
		}
	}
	pairs(tree.Content[0], func(key, value *yaml.Node) {
		if key.Value == "steps" {
			pairs(value, func(step, _ *yaml.Node) { lines[step.Value] = step.Line })
		}
	})
	return lines
}
