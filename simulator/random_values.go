package simulator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"texmlsrv/flows/schemas"
)

// fillTries is how often an object is made before one is taken that does not
// fit: rules about several properties can only be met by chance.
const fillTries = 8

// filler makes values that fit a JSON Schema.
type filler struct {
	*rand.Rand
	now   time.Time
	wrong float64 // how likely a property is left out, or is anything
}

// object fills the schema of a moment.
func (f *filler) object(m Moment) *schemas.Node {
	var made *schemas.Node
	for range fillTries {
		made = f.value(m.Parameters, 0)
		if f.wrong > 0 || fits(m.Schema, made.Bytes()) {
			break
		}
	}
	if made.Kind != schemas.Object {
		return &schemas.Node{Kind: schemas.Object}
	}
	return made
}

// value is one that fits a schema.
func (f *filler) value(s *schemas.Node, depth int) *schemas.Node {
	s = f.chosen(s)
	if fixed := s.Get("const"); fixed != nil {
		return fixed
	}
	if listed := s.Get("enum"); listed != nil && len(listed.Items) > 0 {
		return pick(f.Rand, listed.Items...)
	}
	switch f.kind(s) {
	case "object":
		return f.members(s, depth)
	case "array":
		return f.items(s, depth)
	case "integer":
		return number(math.Round(f.between(s, 1)))
	case "number":
		return number(f.between(s, 0.01))
	case "boolean":
		return &schemas.Node{Kind: schemas.Bool, Value: f.IntN(2) == 0}
	case "null":
		return &schemas.Node{Kind: schemas.Null}
	}
	return text(f.text(s))
}

// chosen is a schema with one branch of each combinator merged into it.
func (f *filler) chosen(s *schemas.Node) *schemas.Node {
	for range 8 {
		var branches []*schemas.Node
		for _, name := range []string{"anyOf", "oneOf"} {
			if all := s.Get(name); all != nil && len(all.Items) > 0 {
				branches = append(branches, pick(f.Rand, all.Items...))
			}
		}
		if all := s.Get("allOf"); all != nil {
			branches = append(branches, all.Items...)
		}
		if len(branches) == 0 {
			return s
		}
		s = merged(s, branches)
	}
	return s
}

// merged is a schema with what its branches say instead of its combinators.
func merged(s *schemas.Node, branches []*schemas.Node) *schemas.Node {
	out := &schemas.Node{Kind: schemas.Object}
	for _, m := range s.Members {
		if m.Name != "anyOf" && m.Name != "oneOf" && m.Name != "allOf" {
			out.Members = append(out.Members, m)
		}
	}
	for _, branch := range branches {
		for _, m := range branch.Members {
			out.Members = joined(out.Members, m)
		}
	}
	return out
}

// joined adds one keyword of a branch: properties and required add up, of others
// the branch's counts.
func joined(members []schemas.Member, m schemas.Member) []schemas.Member {
	for i, old := range members {
		if old.Name != m.Name {
			continue
		}
		switch {
		case m.Name == "properties":
			both := append(append([]schemas.Member(nil), old.Value.Members...), m.Value.Members...)
			members[i].Value = &schemas.Node{Kind: schemas.Object, Members: both}
		case m.Name == "required":
			both := append(append([]*schemas.Node(nil), old.Value.Items...), m.Value.Items...)
			members[i].Value = &schemas.Node{Kind: schemas.Array, Items: both}
		default:
			members[i].Value = m.Value
		}
		return members
	}
	return append(members, m)
}

// kind is the type of a value that fits: of several one, null seldom.
func (f *filler) kind(s *schemas.Node) string {
	kinds := texts(s.Get("type"))
	if len(kinds) > 1 && f.IntN(5) > 0 {
		for i, kind := range kinds {
			if kind == "null" {
				kinds = append(kinds[:i], kinds[i+1:]...)
				break
			}
		}
	}
	switch {
	case len(kinds) > 0:
		return pick(f.Rand, kinds...)
	case s.Get("properties") != nil:
		return "object"
	case s.Get("items") != nil:
		return "array"
	case s.Get("minimum") != nil || s.Get("maximum") != nil:
		return "number"
	}
	return "string"
}

// texts are the texts of a node that is a text or a list of them.
func texts(n *schemas.Node) []string {
	if n == nil {
		return nil
	}
	if one, is := n.Value.(string); is {
		return []string{one}
	}
	var all []string
	for _, item := range n.Items {
		if one, is := item.Value.(string); is {
			all = append(all, one)
		}
	}
	return all
}

// members fills an object: what is required, and what is not as often as not.
func (f *filler) members(s *schemas.Node, depth int) *schemas.Node {
	out := &schemas.Node{Kind: schemas.Object}
	properties := s.Get("properties")
	if properties == nil || depth > 8 {
		return out
	}
	required := texts(s.Get("required"))
	for _, p := range properties.Members {
		needed := false
		for _, name := range required {
			needed = needed || name == p.Name
		}
		switch {
		case f.Float64() < f.wrong:
			if f.IntN(2) == 0 {
				out.Members = append(out.Members, schemas.Member{Name: p.Name, Value: f.anything()})
			}
		case needed || f.IntN(5) < 3:
			out.Members = append(out.Members, schemas.Member{Name: p.Name, Value: f.value(p.Value, depth+1)})
		}
	}
	return out
}

// anything is a value that no schema hopes for.
func (f *filler) anything() *schemas.Node {
	return pick(f.Rand,
		&schemas.Node{Kind: schemas.Null}, text(""), text(pick(f.Rand, sayings...)), number(-1), number(1e12),
		&schemas.Node{Kind: schemas.Bool, Value: true}, &schemas.Node{Kind: schemas.Array}, &schemas.Node{Kind: schemas.Object})
}

// items fills a list.
func (f *filler) items(s *schemas.Node, depth int) *schemas.Node {
	out := &schemas.Node{Kind: schemas.Array}
	least := limit(s, "minItems", 0)
	most := limit(s, "maxItems", math.Max(least, 3))
	n := int(least)
	if most > least {
		n += f.IntN(int(most-least) + 1)
	}
	seen := map[string]bool{}
	unique := s.Get("uniqueItems") != nil && s.Get("uniqueItems").Value == true
	for tries := 0; len(out.Items) < min(n, 20) && tries < 100; tries++ {
		item := f.value(s.Get("items"), depth+1)
		if key := string(item.Bytes()); !unique || !seen[key] {
			seen[key] = true
			out.Items = append(out.Items, item)
		}
	}
	return out
}

// between is a number in the range of a schema, a multiple of what it says or
// else of step.
func (f *filler) between(s *schemas.Node, step float64) float64 {
	step = limit(s, "multipleOf", step)
	least := math.Max(limit(s, "minimum", math.Inf(-1)), limit(s, "exclusiveMinimum", math.Inf(-1))+step)
	most := math.Min(limit(s, "maximum", math.Inf(1)), limit(s, "exclusiveMaximum", math.Inf(1))-step)
	switch {
	case math.IsInf(least, -1) && math.IsInf(most, 1):
		least, most = 0, 20
	case math.IsInf(least, -1):
		least = most - 20
	case math.IsInf(most, 1):
		most = least + 20
	}
	lowest, highest := math.Ceil(least/step), math.Floor(most/step)
	if highest <= lowest {
		return lowest * step
	}
	return (lowest + float64(f.IntN(int(math.Min(highest-lowest, 1e9))+1))) * step
}

// limit is a number that a schema says, or what counts without.
func limit(s *schemas.Node, keyword string, without float64) float64 {
	if n, is := s.Get(keyword), false; n != nil {
		var value float64
		if value, is = n.Plain().(float64); is {
			return value
		}
	}
	return without
}

func number(n float64) *schemas.Node {
	return &schemas.Node{Kind: schemas.Number, Value: n}
}

func text(s string) *schemas.Node { return &schemas.Node{Kind: schemas.String, Value: s} }

// text is one that fits: of a format, of a pattern, or anything that somebody
// may say in the length that is wanted.
func (f *filler) text(s *schemas.Node) string {
	if format := s.Get("format"); format != nil {
		if made := f.formatted(fmt.Sprint(format.Value)); made != "" {
			return made
		}
	}
	if pattern := s.Get("pattern"); pattern != nil {
		if made, ok := f.matching(fmt.Sprint(pattern.Value)); ok {
			return made
		}
	}
	said := pick(f.Rand, sayings...)
	least, most := int(limit(s, "minLength", 0)), int(limit(s, "maxLength", 1000))
	for len([]rune(said)) < least {
		said += " " + pick(f.Rand, sayings...)
	}
	if runes := []rune(said); len(runes) > most {
		said = strings.TrimSpace(string(runes[:most]))
		for len([]rune(said)) < least {
			said += "x"
		}
	}
	return said
}

// formatted is a text of a format; "" for one that is not known here.
func (f *filler) formatted(format string) string {
	at := f.now.UTC().AddDate(0, 0, f.IntN(40)-2).Truncate(time.Hour).Add(time.Duration(15*f.IntN(4)) * time.Minute)
	switch format {
	case "date":
		return at.Format(time.DateOnly)
	case "time":
		return at.Format("15:04:05Z")
	case "date-time":
		return at.Format(time.RFC3339)
	case "duration":
		return fmt.Sprintf("PT%dM", 1+f.IntN(90))
	case "email", "idn-email":
		return pick(f.Rand, "ada@example.com", "j.o'brien+tag@mail.example.org")
	case "uri", "iri", "uri-reference":
		return "https://example.com/a?b=c&d"
	case "hostname":
		return "www.example.com"
	case "ipv4":
		return fmt.Sprintf("192.0.2.%d", f.IntN(256))
	case "ipv6":
		return "2001:db8::1"
	case "uuid":
		return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", f.Uint32(), f.IntN(1<<16), f.IntN(1<<12), f.IntN(1<<12), f.Int64N(1<<48))
	}
	return ""
}
