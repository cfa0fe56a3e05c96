package scenarios

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
	"texmlsrv/flows/strictyaml"
	"texmlsrv/simulator"
)

// What a caller can do. The words are the keys of an exchange.
const (
	says    = "says"
	presses = "presses"
	gathers = "gathers"
	silent  = "silent"
	records = "record"
	hangsUp = "hangs_up"
)

const wordAdvice = "a word in small letters with _: no_answer"

// deeds are all that can be done in an exchange.
func deeds() []string {
	return []string{says, presses, gathers, silent, records, "dial", "queue", "connect", "refer", "pay", "http", hangsUp}
}

func (r *reader) exchanges(n *yaml.Node) {
	for _, item := range r.Items(n, "exchanges") {
		r.out.Exchanges = append(r.out.Exchanges, r.exchange(item))
	}
}

func (r *reader) exchange(n *yaml.Node) Exchange {
	e := Exchange{Place: place(n)}
	e.At = e.Place
	act := &e.Act
	fields := strictyaml.Fields{
		"hears":        func(v *yaml.Node) { e.Hears = r.hears(v) },
		says:           func(v *yaml.Node) { r.says(v, act) },
		presses:        func(v *yaml.Node) { r.presses(v, act) },
		gathers:        func(v *yaml.Node) { act.Gathers, e.named = r.gathers(v) },
		"conversation": func(v *yaml.Node) { act.Conversation = r.conversation(v) },
		silent:         func(v *yaml.Node) { r.yes(v, silent) },
		records:        func(v *yaml.Node) { r.recording(v, act) },
		"dial":         func(v *yaml.Node) { e.untaken = r.dial(v, act) },
		hangsUp:        func(v *yaml.Node) { r.yes(v, hangsUp); act.HangUp = true },
		"behaves":      func(v *yaml.Node) { act.Behaves = r.behaves(v) },
	}
	for _, verb := range []string{"queue", "connect", "refer", "pay", "http"} {
		fields[verb] = func(v *yaml.Node) { r.end(v, verb, act) }
	}
	r.Mapping(n, "an exchange", fields)
	r.deed(n, &e)
	return e
}

// deed finds what is done in an exchange: one thing at most.
func (r *reader) deed(n *yaml.Node, e *Exchange) {
	for i, key := range deeds() {
		v := member(n, key)
		if v == nil {
			continue
		}
		r.exclude(n, "an exchange", key, deeds()[i+1:]...)
		if e.Does == "" {
			e.Does, e.At = key, keyPlace(n, key)
		}
	}
	if v := strictyaml.Deref(n); v.Kind == yaml.MappingNode && len(v.Content) == 0 {
		r.Report(n, "for example: hears: Hello", "an exchange is empty")
	}
	if e.Does != gathers && e.Does != hangsUp && member(n, "conversation") != nil {
		r.Report(n, "", "a conversation belongs to gathers or hangs_up")
	}
}

func keyPlace(n *yaml.Node, key string) Place {
	n = strictyaml.Deref(n)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return place(n.Content[i])
		}
	}
	return place(n)
}

// hears reads a piece of what is heard, or a list of such.
func (r *reader) hears(n *yaml.Node) []Heard {
	n = strictyaml.Deref(n)
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = r.Items(n, "hears")
		if len(items) == 0 {
			r.Report(n, "", "hears is empty")
		}
	}
	var out []Heard
	for _, item := range items {
		text := r.line(item, "hears")
		h, err := newHeard(text)
		if err != nil {
			r.Report(item, "", "hears: %v", err)
		}
		h.Place = place(item)
		out = append(out, h)
	}
	return out
}

func (r *reader) says(n *yaml.Node, act *simulator.Act) {
	text := n
	if n.Kind == yaml.MappingNode {
		r.wanted(n, says, "text")
		r.Mapping(n, says, strictyaml.Fields{
			"text": func(v *yaml.Node) { text = v },
			"confidence": func(v *yaml.Node) {
				sure, is := r.Value(v, "confidence", nil).(float64)
				if !is || sure <= 0 || sure > 1 {
					r.Report(v, "for example: 0.4", "confidence is above 0, up to 1")
				}
				act.Confidence = sure
			},
		})
	}
	if text.Kind == yaml.ScalarNode {
		said, _ := r.Text(text, says)
		act.Speech = &said
	} else if text != n {
		r.Text(text, "text")
	} else if n.Kind != yaml.MappingNode {
		r.Text(n, says)
	}
}

func (r *reader) presses(n *yaml.Node, act *simulator.Act) {
	pressed := r.matching(n, presses, keys, "keys are 0 to 9, * and #")
	act.Digits = &pressed
}

// gathers reads what an AI gather brings, in the order written.
func (r *reader) gathers(n *yaml.Node) ([]byte, map[string]Place) {
	n = strictyaml.Deref(n)
	if n.Kind != yaml.MappingNode {
		r.Pairs(n, gathers) // says what is wrong
		return []byte("{}"), nil
	}
	named := map[string]Place{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		named[n.Content[i].Value] = place(n.Content[i])
	}
	return r.ordered(n, gathers), named
}

// ordered is the JSON of a node, with the members of mappings in their order.
func (r *reader) ordered(n *yaml.Node, what string) []byte {
	n = strictyaml.Deref(n)
	var b []byte
	switch n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		for i, p := range r.Pairs(n, what) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(b, r.json(p.Key.Value)...), ':')
			b = append(b, r.ordered(p.Value, p.Key.Value)...)
		}
		return append(b, '}')
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, item := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, r.ordered(item, what)...)
		}
		return append(b, ']')
	}
	return r.json(r.Value(n, what, nil))
}

func (r *reader) json(v any) []byte {
	node, err := schemas.From(v)
	if err != nil {
		return []byte("null")
	}
	return node.Bytes()
}

func (r *reader) conversation(n *yaml.Node) []simulator.Message {
	out := []simulator.Message{}
	for _, item := range r.Items(n, "a conversation") {
		pairs := r.Pairs(item, "what is said")
		if len(pairs) != 1 && item.Kind == yaml.MappingNode {
			r.Report(item, "for example: {user: Ada}", "what is said has one key: user or assistant")
			continue
		}
		for _, p := range pairs {
			if role := p.Key.Value; role == "user" || role == "assistant" {
				out = append(out, simulator.Message{Role: role, Content: r.line(p.Value, role)})
			} else {
				r.Report(p.Key, "user is the caller", "said by user or assistant, not %q", role)
			}
		}
	}
	return out
}

func (r *reader) recording(n *yaml.Node, act *simulator.Act) {
	r.wanted(n, records, "seconds")
	r.Mapping(n, records, strictyaml.Fields{
		"seconds": func(v *yaml.Node) { act.Seconds = r.seconds(v) },
		hangsUp:   func(v *yaml.Node) { act.HangUp = r.truth(v, hangsUp) },
	})
}

// dial reads how a Dial ends. untaken says that nobody took the call, although
// it was answered: the talk had no length.
func (r *reader) dial(n *yaml.Node, act *simulator.Act) (untaken bool) {
	status := func(v *yaml.Node) {
		act.Status = r.word(v, "dial", "completed", "busy", "no_answer", "canceled", "failed")
	}
	if n.Kind != yaml.MappingNode {
		status(n)
		return false
	}
	r.wanted(n, "dial", "status")
	r.Mapping(n, "dial", strictyaml.Fields{
		"status": status,
		"seconds": func(v *yaml.Node) {
			act.Seconds = r.seconds(v)
			untaken = act.Seconds == 0
		},
	})
	return untaken
}

// end reads how a queue, a connection … ends.
func (r *reader) end(n *yaml.Node, verb string, act *simulator.Act) {
	status := func(v *yaml.Node) { act.Status = r.matching(v, verb, word, wordAdvice) }
	if n.Kind != yaml.MappingNode {
		status(n)
		return
	}
	r.wanted(n, verb, "status")
	r.Mapping(n, verb, strictyaml.Fields{
		"status": status,
		"reason": func(v *yaml.Node) { act.Reason = r.matching(v, "reason", word, wordAdvice) },
		"values": func(v *yaml.Node) {
			act.Values = map[string]string{}
			for _, value := range r.values(v, "values") {
				act.Values[value.Name] = strings.TrimSpace(expressions.Format(value.Value))
			}
		},
	})
}
