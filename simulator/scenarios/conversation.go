package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"texmlsrv/sessions"
	"texmlsrv/simulator"
)

// Conversation is what was said and done in a call, turn by turn.
type Conversation struct{ Turns []Turn }

// Turn is one document of a call, and what happened while it was played.
type Turn struct {
	Number  int      `json:"turn,omitempty"`    // 0 when there was none
	Step    string   `json:"step,omitempty"`    // flow/step that the document is of
	Attempt int      `json:"attempt,omitempty"` // how often the step has asked in a row
	Rules   []string `json:"rules,omitempty"`   // that led here: menu next[1] when … → person
	Notes   []string `json:"notes,omitempty"`   // of the flow: what went wrong on the way
	Lines   []Said   `json:"lines,omitempty"`
}

// Said is one thing that was said or done.
type Said struct {
	Who  string `json:"who"` // hears, or somebody else who hears; the caller; the world
	What string `json:"what"`
}

// last is the turn that is played.
func (c *Conversation) last() *Turn {
	if len(c.Turns) == 0 {
		c.Turns = append(c.Turns, Turn{})
	}
	return &c.Turns[len(c.Turns)-1]
}

func (c *Conversation) add(who, what string) {
	t := c.last()
	t.Lines = append(t.Lines, Said{who, what})
}

func (c *Conversation) heard(l simulator.Line) {
	who := "hears"
	if l.Leg != "" {
		who = l.Leg + " hears"
	}
	c.add(who, spaced(l.Text))
}

// happens notes what a document does that is not heard.
func (c *Conversation) happens(l simulator.Line) {
	c.add("("+l.Kind+")", link.ReplaceAllString(spaced(l.Text), "$3:$1/$2"))
}

func (c *Conversation) did(what string) { c.add("caller", what) }

// does notes what happens in an exchange.
func (c *Conversation) does(e *Exchange) {
	switch a := e.Act; e.Does {
	case says:
		c.did("says " + *a.Speech)
	case presses:
		c.did("presses " + *a.Digits)
	case gathers:
		c.did("gives " + string(a.Gathers))
	case silent:
		c.did("is silent")
	case hangsUp:
		c.did("hangs up")
	case records:
		c.did(strings.TrimSpace(fmt.Sprintf("speaks for %g s %s", a.Seconds, map[bool]string{true: "and hangs up"}[a.HangUp])))
	default:
		c.add("("+e.Does+")", strings.TrimSpace(a.Status+" "+a.Reason))
	}
	for _, b := range e.Act.Behaves {
		c.add("(behaves)", behaviourText(b))
	}
}

func behaviourText(b simulator.Behaviour) string {
	switch {
	case b.Delay != 0:
		return b.Name + " " + b.Delay.String()
	case b.Times != 0:
		return fmt.Sprintf("%s %d", b.Name, b.Times)
	case b.Fault != "":
		return b.Name + " " + b.Fault
	}
	return b.Name
}

// begins notes that a document has come, and for which step.
func (c *Conversation) begins(s *sessions.Session) {
	t := Turn{}
	if s != nil {
		t.Number, t.Step, t.Attempt = s.Turn, s.Flow+"/"+s.Step, s.Attempt
	}
	c.Turns = append(c.Turns, t)
}

// explain adds the rules that led to each turn.
func (c *Conversation) explain(timeline []sessions.Entry) {
	for i := range c.Turns {
		for _, e := range timeline {
			if e.Turn == c.Turns[i].Number && e.Turn != 0 && (e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost) {
				c.Turns[i].Rules, c.Turns[i].Notes = taken(e), e.Notes
			}
		}
	}
}

// taken are the rules of an entry that led somewhere.
func taken(e sessions.Entry) []string {
	var out []string
	for _, v := range e.Path {
		for _, t := range v.Tried {
			if t.Goto == "" {
				continue
			}
			text := v.Step + " " + t.Rule
			if t.When != "" {
				text += " when " + t.When
			}
			out = append(out, text+" → "+t.Goto)
		}
	}
	return out
}

// String is the conversation for people, each line indented by two spaces.
func (c *Conversation) String() string {
	var b strings.Builder
	for _, t := range c.Turns {
		if t.Step != "" {
			fmt.Fprintf(&b, "  %s", t.Step)
			if t.Attempt > 1 {
				fmt.Fprintf(&b, " (asked %d times)", t.Attempt)
			}
			b.WriteString("\n")
		}
		for _, l := range slices.Concat(saidBy("rule", t.Rules), saidBy("note", t.Notes), t.Lines) {
			b.WriteString(strings.TrimRight(fmt.Sprintf("    %-8s %s", l.Who, l.What), " ") + "\n")
		}
	}
	return b.String()
}

func saidBy(who string, what []string) []Said {
	out := make([]Said, len(what))
	for i, w := range what {
		out[i] = Said{who, w}
	}
	return out
}

// openingWords is how many words of a greeting are enough to know it by.
const openingWords = 5

// Opening is what a caller hears first, its first words; "" for nothing.
func (r *Result) Opening() string {
	for _, t := range r.Conversation.Turns {
		for _, l := range t.Lines {
			if l.Who == "hears" {
				words := strings.Fields(l.What)
				return strings.Join(words[:min(openingWords, len(words))], " ")
			}
		}
	}
	return ""
}
