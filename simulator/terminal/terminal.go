// Package terminal lets a person talk to a flow: what a caller would hear is
// written, and what a caller would say or press is asked for, line by line.
//
// It exists because an author wants to hear a flow before a caller does, and
// without a phone. So it speaks the author's words: steps, rules and gathered
// values, not requests. It works the same with a person at a terminal and with
// a file of lines behind a pipe; the end of the input hangs up.
//
// A Conversation is the Caller of one simulated call. What the application
// decided behind the documents it is told by whoever runs it (Application);
// without that it shows what Telnyx would see.
package terminal

import (
	"context"
	"errors"
	"io"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// Options say where a conversation takes place. In and Out are needed.
type Options struct {
	In        io.Reader       // lines; its end hangs up
	Out       io.Writer       // everything a person is to see
	Width     int             // columns of Out; 0 is 80
	Colours   bool            // Out shows them
	Echo      bool            // In shows nothing of what is typed: a pipe, a file
	Documents bool            // show the XML of every document
	Gone      <-chan struct{} // closed when the person wants to end it all; nil: never

	CanSave     func(file string) error // says why a scenario cannot be written there; nil: never can it
	Application Application             // nil: only what Telnyx sees is known
	Transport   Transport               // sends a request again
	Budget      time.Duration           // that a document may take; 0 is not told
}

// Application is what is known of a call beyond what Telnyx sees of it.
type Application interface {
	// News are the entries of the timeline since the last call of News, as
	// people may see them.
	News(ctx context.Context) []sessions.Entry
	// Session is the call as it stands, as people may see it; nil when there is none.
	Session(ctx context.Context) *sessions.Session
	// Waited is how long a person was waited for in the last request: no time
	// of the application's.
	Waited() time.Duration
}

// Transport sends a request that was sent before once more, the same bytes, and
// gives what came of it.
type Transport func(ctx context.Context, x simulator.Exchange) simulator.Exchange

// Conversation is a person at a terminal who plays the caller of one call, and
// the world behind it. It is a simulator.Caller.
type Conversation struct {
	Options
	screen *screen
	keys   *keyboard
	echo   bool
	told   map[string]bool    // hints that were given
	last   simulator.Exchange // the last one whose answer was executed
	voice  string             // of what was last said
	story  talk.Story
	file   string // to save it as; "" for none
	turns  int
	left   bool // nobody is there any more
}

// New begins a conversation.
func New(o Options) *Conversation {
	return &Conversation{
		Options: o, screen: newScreen(o), echo: o.Echo, told: map[string]bool{},
		keys: &keyboard{in: o.In, gone: o.Gone},
	}
}

// once gives a hint the first time it is of use.
func (c *Conversation) once(name, hint string) {
	if !c.told[name] {
		c.told[name] = true
		c.screen.block(dim, "   ", "   ", hint)
	}
}

// Opens says what call begins: lines of a label and a text.
func (c *Conversation) Opens(title string, details ...[2]string) {
	c.screen.rule(title, "")
	for _, d := range details {
		c.screen.row(d[0], d[1])
	}
	c.screen.block(dim, "   ", "   ", "/help shows what can be done; Ctrl-C hangs up.")
}

// Acts implements simulator.Caller.
func (c *Conversation) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	if m.Kind == simulator.MomentListened {
		c.story.Acted(m, simulator.Act{})
		return simulator.Act{}, nil
	}
	act, err := c.asks(ctx, m)
	if errors.Is(err, errGone) {
		c.left = true
		c.screen.line(dim, "   (you hang up)")
		act, err = simulator.Act{HangUp: true}, nil
	}
	if err == nil {
		c.story.Acted(m, act)
	}
	return act, err
}

func (c *Conversation) asks(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	switch m.Kind {
	case simulator.MomentAI:
		return c.asksAI(ctx, m)
	case simulator.MomentGather:
		return c.asksGather(ctx, m)
	case simulator.MomentRecord:
		return c.asksRecord(ctx, m)
	}
	return c.asksEvent(ctx, m)
}

// who says who is asked, where it is not the caller.
func (c *Conversation) who(m simulator.Moment) string {
	switch m.Leg {
	case "":
		return ""
	case "callee":
		return "person called: "
	}
	return m.Leg + ": "
}

// Ask asks for something that is not the caller's to say, such as what a
// service answers; ok is false when nobody is there to answer.
func (c *Conversation) Ask(ctx context.Context, question, prompt string, read func(line string) error) (ok bool, err error) {
	c.screen.block(plain, "   ", "   ", question)
	for {
		typed, err := c.read(ctx, atLookup, prompt)
		switch {
		case errors.Is(err, errGone):
			return false, nil
		case err != nil:
			return false, err
		case typed.command != "":
			c.wrong("the call waits for this; it cannot be said yet")
			continue
		}
		err = read(typed.text)
		if err == nil {
			return true, nil
		}
		c.wrong(err.Error())
	}
}

// Offer asks, when the call is over, whether it is to be written as a scenario.
func (c *Conversation) Offer(ctx context.Context) error {
	if c.file != "" || c.left {
		return nil
	}
	c.Note("Save the conversation as a scenario? A name such as books-a-table; Enter for no.")
	for c.file == "" {
		typed, err := c.read(ctx, atEnd, "save as")
		switch {
		case errors.Is(err, errGone), err == nil && typed.command == "" && typed.text == "":
			return nil
		case err != nil:
			return err
		case typed.command != "":
			c.wrong("the call is over")
		case c.canSave(typed.text):
			c.file = typed.text
		}
	}
	return nil
}

// Note tells something about the conversation.
func (c *Conversation) Note(text string) { c.screen.block(dim, "   ", "   ", text) }

// Err is the first error of writing.
func (c *Conversation) Err() error { return c.screen.err }

// SaveAs is the file that /save named; "" for none.
func (c *Conversation) SaveAs() string { return c.file }

// Story is the conversation so far.
func (c *Conversation) Story() talk.Story { return c.story.So() }

func (c *Conversation) save(file string) {
	if c.canSave(file) {
		c.file = file
		c.Note("It is written as a scenario when the call is over: " + file)
	}
}

// canSave tells what is wrong with a file that cannot be written.
func (c *Conversation) canSave(file string) bool {
	switch {
	case c.CanSave == nil:
		c.wrong("a call to another server cannot be saved: what it has looked up is not known")
	case file == "":
		c.wrong("/save wants the name of a file, such as books-a-table")
	default:
		err := c.CanSave(file)
		if err == nil {
			return true
		}
		c.wrong(err.Error())
	}
	return false
}

var _ simulator.Caller = (*Conversation)(nil)
