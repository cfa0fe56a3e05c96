package flows

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"texmlsrv/flows/problems"
)

// choices holds what can be chosen against what a Gather listens to.
func (c *checker) choices() {
	for _, s := range c.spots {
		if len(s.step.Choices) == 0 || s.asks.mixed {
			continue
		}
		spoken := slices.ContainsFunc(s.step.Choices, func(choice Choice) bool {
			return slices.ContainsFunc(choice.Words, func(w string) bool { return !isKeys(w) })
		})
		switch {
		case !s.asks.speech && onlySaid(s.step):
			c.tell(s, codeWords, `write input="dtmf speech" on the Gather`, "choices of the step %q can only be said, but its Gather listens to keys", s.step.Name)
		case !s.asks.speech && spoken:
			c.tell(s, codeWords, `write input="dtmf speech" on the Gather`, "the step %q has words to say, but its Gather listens to keys only", s.step.Name)
		case s.asks.speech && !spoken:
			c.tell(s, codeNoWords, "for example: sales: [1, sales]", "the Gather of the step %q listens to speech, but no choice has a word to say", s.step.Name)
		}
	}
}

// onlySaid reports whether a choice has no key.
func onlySaid(step *Step) bool {
	return slices.ContainsFunc(step.Choices, func(choice Choice) bool { return len(choice.Keys) == 0 })
}

// unused looks for variables, texts and files that nothing uses.
func (c *checker) unused() {
	read := c.reads()
	for _, r := range c.loader.readers {
		file := path.Join(r.flow.Name, "flow.yaml")
		for name := range r.flow.Variables {
			c.unusedVariable(read, nameSite{file, name}, name)
		}
		c.unusedFiles(r.flow.Name)
	}
	for _, number := range c.release.App.Numbers {
		for name := range number.Variables {
			c.unusedVariable(read, nameSite{"app.yaml", name}, name)
		}
	}
	for key := range c.loader.sites {
		if text, is := key.(textSite); is && !read["texts."+text.key] && !read["texts"] {
			c.site(key).found(codeUnused, 0, "", "nothing says the text "+text.key)
		}
	}
	for _, s := range c.spots {
		c.unusedSets(read, s)
	}
}

func (c *checker) unusedVariable(read map[string]bool, at nameSite, name string) {
	if !read["vars."+name] && !read["vars"] {
		c.site(at).found(codeUnused, 0, "", "nothing reads the variable "+name)
	}
}

func (c *checker) unusedSets(read map[string]bool, s *spot) {
	for _, l := range s.lists() {
		for _, rule := range l.rules {
			for _, a := range rule.Set {
				if read["vars."+a.Name] || read["vars"] {
					continue
				}
				step := s.step.Name
				if l.by == "always" || l.by == "defaults" {
					step = ""
				}
				c.site(ruleSite{s.flow.Name, step, rule.Name}).found(codeUnused, 0, "", "nothing reads the variable "+a.Name)
			}
		}
	}
}

// reads are all the names that expressions of the release read, and what the
// program reads itself.
func (c *checker) reads() map[string]bool {
	read := map[string]bool{"vars.language": true}
	for x := range c.inferred {
		for _, name := range x.Reads() {
			parts := strings.SplitN(name, ".", 3)
			read[strings.Join(parts[:min(2, len(parts))], ".")] = true
		}
	}
	return read
}

// unusedFiles looks for files of a flow that were not read.
func (c *checker) unusedFiles(flow string) {
	_ = fs.WalkDir(c.loader.root, flow, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir // it was told, if it matters
		case name != flow && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir():
			if entry.Name() == "scenarios" {
				return fs.SkipDir
			}
		case slices.Contains([]string{".xml", ".json", ".yaml", ".yml"}, path.Ext(name)):
			if _, used := c.loader.files[name]; !used {
				rule, _ := Explain(codeUnusedFile)
				c.loader.problems = append(c.loader.problems, problems.Problem{
					File: name, Message: "nothing uses this file", Code: rule.Code, Severity: rule.Severity,
				})
			}
		}
		return nil
	})
}
