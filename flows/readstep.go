package flows

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

func (r *flowReader) readSteps(n *yaml.Node) {
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.Report(n, "", "a flow has steps")
	}
	for _, p := range r.Pairs(n, "steps") {
		name := p.Key.Value
		if !IsSlug(name) {
			r.Report(p.Key, "", "%q cannot be a step's name: use lower-case letters, digits, - and _, at most 64 of them (and not the word again)", name)
			continue
		}
		r.siteOf(stepSite{r.flow.Name, name}, p.Key)
		r.flow.Steps[name] = r.readStep(p.Key, p.Value)
		r.flow.Order = append(r.flow.Order, name)
	}
}

func (r *flowReader) readStep(key, n *yaml.Node) *Step {
	s := &Step{Name: key.Value}
	rules := ruleReader{r, s.Name}
	before := len(r.Problems)
	r.Mapping(n, "a step", strictyaml.Fields{
		"document":  func(v *yaml.Node) { s.Document = r.readDocument(v) },
		"command":   func(v *yaml.Node) { s.Command = r.readCommand(v) },
		"lookup":    func(v *yaml.Node) { s.Lookup = r.readLookup(v) },
		"flow":      func(v *yaml.Node) { s.Flow = r.readCalled(v) },
		"choices":   func(v *yaml.Node) { s.Choices = r.readChoices(v) },
		"into":      func(v *yaml.Node) { s.Into = r.readInto(v) },
		"sensitive": func(v *yaml.Node) { s.Sensitive = r.oneOf(v, "sensitive", "true", "false") == "true" },
		"ask":       func(v *yaml.Node) { s.Missing = r.oneOf(v, "ask", "missing") != "" },
		"outcome":   func(v *yaml.Node) { s.Outcome = r.text(v, r.options()) },
		"next":      func(v *yaml.Node) { s.Next = rules.rules(v, "next") },
		"otherwise": func(v *yaml.Node) { s.Otherwise = rules.rules(v, "otherwise") },
		"on":        func(v *yaml.Node) { s.On = r.readOn(v, rules) },
	})
	r.checkStep(key, n, s)
	if len(r.Problems) == before && !doesSomething(n) {
		r.Report(key, "", "step %q has neither document, lookup, flow, next nor outcome: it can do nothing", s.Name)
	}
	return s
}

// readCalled reads the flow that a step goes through. That it exists is checked
// when every flow is read.
func (r *flowReader) readCalled(n *yaml.Node) string {
	name, _ := r.Text(n, "flow")
	r.refs = append(r.refs, ref{n, name, ""})
	return name
}

func (r *flowReader) readInto(n *yaml.Node) string {
	name, ok := r.Text(n, "into")
	if ok && !isName(name) {
		r.Report(n, "", "%q cannot be a name: use letters, digits and _", name)
	}
	return name
}

// readDocument reads the document of a step, and completes it from
// defaults.xml.
func (r *flowReader) readDocument(n *yaml.Node) *Template {
	t := r.readSource(n)
	if t != nil {
		for _, defaults := range r.defaults {
			defaults.complete(t.root)
		}
	}
	return t
}

// readSource reads an inline document (it begins with <) or a file.
func (r *flowReader) readSource(n *yaml.Node) *Template {
	text, ok := r.Text(n, "document")
	if !ok {
		return nil
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		return r.template(r.Source, n, true)
	}
	name := path.Join(r.flow.Name, text)
	content, err := r.loader.readFile(name)
	if err != nil {
		r.unread(func(hint, reason string) { r.Report(n, hint, "the document %q %s", text, reason) }, text, ".xml", err)
		return nil
	}
	return r.template(problems.NewSource(name, content), n, false)
}

// unread says why a file that a flow names cannot be read.
func (r *flowReader) unread(report func(hint, reason string), name, suffix string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		report(r.fileHint(name, suffix), "does not exist")
		return
	}
	report("", "cannot be read: "+err.Error())
}

// fileHint suggests a file of the flow that was meant.
func (r *flowReader) fileHint(name, suffix string) string {
	entries, err := readDir(r.loader.root, r.flow.Name)
	if err != nil {
		return ""
	}
	files := slices.DeleteFunc(entries, func(f string) bool { return !strings.HasSuffix(f, suffix) })
	if hint := problems.Nearest(name, files); hint != "" {
		return hint
	}
	if len(files) == 0 {
		return ""
	}
	return "there are: " + strings.Join(files, ", ")
}

func (r *flowReader) readChoices(n *yaml.Node) []Choice {
	var choices []Choice
	owner := map[string]string{} // what is pressed or said → the choice it belongs to
	for _, p := range r.Pairs(n, "choices") {
		c := Choice{Name: p.Key.Value}
		items := []*yaml.Node{p.Value}
		if p.Value.Kind == yaml.SequenceNode {
			items = r.Items(p.Value, "a choice")
		}
		for _, item := range items {
			r.readChoice(item, &c, owner)
		}
		if len(items) == 0 {
			r.Report(p.Key, "for example: [1, yes]", "the choice %q has no key to press and no word to say", c.Name)
		}
		choices = append(choices, c)
	}
	return choices
}

func (r *flowReader) readChoice(n *yaml.Node, c *Choice, owner map[string]string) {
	text, ok := r.Text(n, "a choice")
	if !ok {
		return
	}
	word := fold(text)
	if word == "" {
		r.Report(n, "", "a choice is a key to press or a word to say")
		return
	}
	if other, taken := owner[word]; taken {
		if other == c.Name {
			return // "Yes" and "yes" are heard alike
		}
		r.Report(n, "", "%q stands for %s and for %s", text, other, c.Name)
		return
	}
	owner[word] = c.Name
	c.Words = append(c.Words, word)
	if isKeys(text) {
		c.Keys = append(c.Keys, text)
	}
}

func isKeys(s string) bool {
	return s != "" && strings.Trim(s, "0123456789*#") == ""
}

// statuses are the words that `on` may react to.
var statuses = []string{
	"valid", "invalid", "no_input", "malformed", "error",
	"completed", "busy", "no_answer", "canceled", "failed", "ok", "done",
}

func (r *flowReader) readOn(n *yaml.Node, rules ruleReader) map[string]On {
	on := map[string]On{}
	for _, p := range r.Pairs(n, "on") {
		status := p.Key.Value
		if hint := problems.Nearest(status, statuses); hint != "" && !slices.Contains(statuses, status) {
			r.Report(p.Key, hint, "there is no status %q", status)
		}
		on[status] = r.readOnStatus(p.Value, rules, "on."+status)
	}
	return on
}

// readOnStatus reads rules; a single rule may also say `after`.
func (r *flowReader) readOnStatus(n *yaml.Node, rules ruleReader, name string) On {
	on := On{After: 1}
	if n.Kind != yaml.MappingNode {
		on.Rules = rules.rules(n, name)
		return on
	}
	rule := Rule{Name: name + "[0]"}
	r.siteOf(ruleSite{r.flow.Name, rules.step, rule.Name}, n)
	fields := rules.ruleFields(&rule)
	fields["after"] = func(v *yaml.Node) {
		if i, ok := r.Int(v, "after", 1, 20); ok {
			on.After = i
		}
	}
	r.Mapping(n, "a rule", fields)
	rule.leads = hasKey(n, "goto")
	on.Rules = Rules{rule}
	rules.checkLeads(n, on.Rules)
	return on
}

// The methods that are spoken of by name. (net/http has them too, but flows
// keep away from it.)
const (
	methodGet  = "GET"
	methodPost = "POST"
)

// lookupBudget is what the look-ups of one turn share; a single one cannot
// have more.
const lookupBudget = 1500 * time.Millisecond

func (r *flowReader) readLookup(n *yaml.Node) *Lookup {
	l := &Lookup{Method: methodPost, Timeout: lookupBudget}
	o := r.options()
	r.Mapping(n, "a look-up", strictyaml.Fields{
		"url":     func(v *yaml.Node) { l.URL = r.readURL(v) },
		"method":  func(v *yaml.Node) { l.Method = r.oneOf(v, "method", methodGet, methodPost, "PUT", "PATCH", "DELETE") },
		"headers": func(v *yaml.Node) { l.Headers = r.readHeaders(v) },
		"body":    func(v *yaml.Node) { l.Body = r.value(v, "body", o) },
		"timeout": func(v *yaml.Node) { l.Timeout = r.readTimeout(v) },
		"into":    func(v *yaml.Node) { l.Into = r.readInto(v) },
	})
	if n.Kind == yaml.MappingNode && !hasKey(n, "url") {
		r.Report(n, `for example: url: "{{ env.BOOKING_URL }}/slots"`, "a look-up needs a url")
	}
	if l.Method == methodGet && l.Body != nil {
		r.Report(n, "use POST, or put it into the url", "a look-up with the method GET sends no body")
	}
	return l
}

func (r *flowReader) readTimeout(n *yaml.Node) time.Duration {
	text, ok := r.Text(n, "timeout")
	d, err := time.ParseDuration(text)
	if !ok {
		return lookupBudget
	}
	if err != nil || d <= 0 || d > lookupBudget {
		r.Report(n, "for example: 800ms", "timeout must be a time up to %v, not %q", lookupBudget, text)
		return lookupBudget
	}
	return d
}

// secretOptions lets secrets be read: look-up URLs and headers only.
func (r *flowReader) secretOptions() expressions.Options {
	o := r.options()
	o.Secrets = true
	return o
}

func (r *flowReader) readHeaders(n *yaml.Node) []Header {
	var headers []Header
	for _, p := range r.Pairs(n, "headers") {
		if strings.ContainsAny(p.Key.Value, " :\r\n\t") || p.Key.Value == "" {
			r.Report(p.Key, "", "%q is not the name of a header", p.Key.Value)
			continue
		}
		if text := r.text(p.Value, r.secretOptions()); text != nil {
			headers = append(headers, Header{p.Key.Value, text})
		}
	}
	return headers
}

// readURL reads the address of a look-up. Scheme and host come from text or
// env, so that no caller can send the server somewhere else.
func (r *flowReader) readURL(n *yaml.Node) *expressions.Text {
	text := r.text(n, r.secretOptions())
	if text == nil {
		return nil
	}
	host := ""
	for _, part := range text.Parts() {
		if part.Expression == nil {
			host += part.Literal
		} else if fromEnv(part.Expression) {
			host += "env"
			if host == "env" {
				host = "https://env" // the whole beginning comes from the environment
			}
		} else {
			break
		}
	}
	scheme, rest, ok := strings.Cut(host, "://")
	if !ok || (scheme != "http" && scheme != "https") || len(text.Parts()) > 1 && !strings.ContainsAny(rest, "/?#") && !onlyEnv(text) {
		r.Report(n, `for example: "{{ env.BOOKING_URL }}/slots"`,
			"scheme and host of a look-up come from text or env, never from the call: begin with https://host/ or {{ env.NAME }}/")
	}
	return text
}

func fromEnv(e *expressions.Expression) bool {
	reads := e.Reads()
	return len(reads) > 0 && !slices.ContainsFunc(reads, func(path string) bool { return !strings.HasPrefix(path, "env.") })
}

// onlyEnv reports whether every expression of a text reads env alone.
func onlyEnv(text *expressions.Text) bool {
	for _, part := range text.Parts() {
		if part.Expression != nil && !fromEnv(part.Expression) {
			return false
		}
	}
	return true
}

// checkStep finds what does not go together in a step.
func (r *flowReader) checkStep(key, n *yaml.Node, s *Step) {
	has := func(k string) bool { return hasKey(n, k) }
	complain := func(bad bool, message string) {
		if bad {
			r.Report(key, s.Document.miswritten("Gather", "AIGather", "Record"), "step %q %s", s.Name, message)
		}
	}
	complain(has("document") && has("lookup"), "has a document and a look-up: make them two steps")
	complain(has("flow") && (has("document") || has("lookup")), "goes through a flow and does something else: make them two steps")
	if s.Document == nil && has("document") {
		return // what is wrong with it was told; what it holds is not known
	}
	if s.Document == nil {
		complain(has("command"), "has a command, but no document that holds the call meanwhile: <Pause length=\"60\"/>")
		complain(has("choices"), "has choices, but no document with a Gather")
		complain(has("ask"), "has ask, but no document with an AIGather")
		complain(has("into"), "has into, but no document that brings something (a look-up has its own into)")
		return
	}
	complain(has("choices") && !s.asks("Gather"), "has choices, but its document has no Gather")
	complain(has("ask") && !s.asks("AIGather"), "has ask, but its document has no AIGather")
	complain(has("into") && !s.asks("Gather", "Record"), "has into, but its document has neither Gather nor Record")
	if verb := s.Command.verb(); verb != "" {
		complain(s.Document.asksAnything(), "asks by its document and by its command: make them two steps")
	}
}

func doesSomething(step *yaml.Node) bool {
	return slices.ContainsFunc([]string{"document", "lookup", "flow", "next", "outcome"}, func(key string) bool { return hasKey(step, key) })
}

// merges reports whether a pair is a merge (<<) of a mapping that has the key.
func merges(name, value *yaml.Node, key string) bool {
	merged := strictyaml.Deref(value)
	return name.Value == "<<" && merged.Kind == yaml.MappingNode && hasKey(merged, key)
}

func hasKey(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key || merges(n.Content[i], n.Content[i+1], key) {
			return true
		}
	}
	return false
}
