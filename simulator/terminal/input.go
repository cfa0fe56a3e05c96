package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// lineLimit is how long a line of input may be, in bytes: a big JSON answer.
const lineLimit = 1 << 20

// errGone says that nobody is there any more to answer: the input is at its
// end, or the person interrupted the program.
var errGone = errors.New("terminal: nobody is there")

// keyboard reads lines in a goroutine of its own, so that waiting for one can
// be given up.
type keyboard struct {
	in    io.Reader
	lines chan string // closed at the end of the input
	gone  <-chan struct{}
}

// open begins to read, once somebody waits for a line.
func (k *keyboard) open() {
	if k.lines != nil {
		return
	}
	k.lines = make(chan string)
	if k.in == nil {
		close(k.lines)
		return
	}
	go func() {
		defer close(k.lines)
		scanner := bufio.NewScanner(k.in)
		scanner.Buffer(nil, lineLimit)
		for scanner.Scan() {
			select {
			case k.lines <- scanner.Text():
			case <-k.gone:
				return
			}
		}
	}()
}

// next is the next line.
func (k *keyboard) next(ctx context.Context) (string, error) {
	k.open()
	select {
	case <-k.gone:
		return "", errGone
	default:
	}
	select {
	case line, ok := <-k.lines:
		if !ok {
			return "", errGone
		}
		return strings.TrimSpace(clean(line)), nil
	case <-k.gone:
		return "", errGone
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// input is what was typed: a command, or what the caller does.
type input struct {
	command string // without the slash; "" for none
	text    string // behind the command, or the whole line
}

// command is one that can be typed in place of an answer.
type command struct {
	name, wants, about string
	only               []string // the places where it makes sense; nil: everywhere
}

// Places where something is typed, beside the kinds of a moment.
const (
	atField  = "field"  // of an AI gather
	atLookup = "lookup" // what a look-up brings
	atEnd    = "end"    // the call is over
)

// commands begin with a slash, which no caller says.
func commands() []command {
	return []command{
		{"hangup", "", "hang up; while being recorded: /hangup WORDS or SECONDS hangs up after them", nil},
		{"silent", "", "say and press nothing", nil},
		{"press", "KEYS", "press keys, also where words would do", []string{"gather"}},
		{"say", "WORDS", "say words, also where they look like keys; to an assistant: say them on the way", []string{"gather", "ai", atField}},
		{"mumble", "WORDS", "say words that are hardly understood (confidence 0.3)", []string{"gather"}},
		{"skip", "", "leave a value out, even a required one", []string{atField}},
		{"back", "", "begin again with the first value", []string{atField}},
		{"again", "", "send the last request once more, as Telnyx does when it is unsure", nil},
		{"values", "", "show all that is gathered, and the variables", nil},
		{"document", "", "show the document that is being played", nil},
		{"save", "FILE", "when the call is over, write it as a scenario", nil},
		{"help", "", "show this", nil},
	}
}

// commandOf finds a command by its name, or by the beginning of it where that
// is clear; the error says what is wrong.
func commandOf(name, place string) (command, error) {
	var near []command
	for _, c := range commands() {
		if c.name == name {
			near = []command{c}
			break
		}
		if name != "" && strings.HasPrefix(c.name, name) {
			near = append(near, c)
		}
	}
	switch {
	case len(near) == 0:
		return command{}, fmt.Errorf("there is no /%s; /help shows what there is", name)
	case len(near) > 1:
		return command{}, fmt.Errorf("/%s can be /%s or /%s", name, near[0].name, near[1].name)
	case near[0].only != nil && !slices.Contains(near[0].only, place):
		return command{}, fmt.Errorf("/%s has no place here; /help shows what has", near[0].name)
	}
	return near[0], nil
}

// read shows a prompt and gives what is typed to it. Commands that can be given
// anywhere are done here, and the prompt is shown again.
func (c *Conversation) read(ctx context.Context, place, prompt string) (input, error) {
	for {
		line, err := c.prompted(ctx, prompt)
		if err != nil {
			return input{}, err
		}
		rest, is := strings.CutPrefix(line, "/")
		if !is {
			return input{text: line}, nil
		}
		name, argument, _ := strings.Cut(rest, " ")
		known, err := commandOf(strings.ToLower(name), place)
		if err != nil {
			c.wrong(err.Error())
			continue
		}
		typed := input{known.name, strings.TrimSpace(argument)}
		done, err := c.anywhere(ctx, place, typed)
		if err != nil {
			return input{}, err
		}
		if !done {
			return typed, nil
		}
	}
}

// prompted is a line typed to a prompt.
func (c *Conversation) prompted(ctx context.Context, prompt string) (string, error) {
	c.screen.write(bold, clean(prompt)+"> ")
	if c.screen.err != nil {
		return "", fmt.Errorf("terminal: %w", c.screen.err)
	}
	line, err := c.keys.next(ctx)
	switch {
	case err != nil:
		c.screen.write(plain, "\n")
	case c.echo:
		c.screen.line(plain, line)
	}
	return line, err
}

// anywhere does a command that can be given anywhere; done is false when it is
// none.
func (c *Conversation) anywhere(ctx context.Context, place string, typed input) (done bool, err error) {
	switch typed.command {
	case "help":
		c.help(place)
	case "again":
		return true, c.again(ctx)
	case "values":
		c.values(ctx)
	case "document":
		c.document(c.last.Answer)
	case "save":
		c.save(typed.text)
	default:
		return false, nil
	}
	return true, nil
}

// help shows the commands that make sense at a place.
func (c *Conversation) help(place string) {
	for _, one := range commands() {
		if one.only != nil && !slices.Contains(one.only, place) {
			continue
		}
		name := strings.TrimSpace("/" + one.name + " " + one.wants)
		c.screen.block(plain, "   "+fmt.Sprintf("%-14s", name), strings.Repeat(" ", 17), one.about)
	}
	if place == atField {
		c.screen.block(dim, "   ", "   ", "A line that begins with { is the whole answer as JSON, and is sent whether it fits or not.")
	}
	c.screen.block(dim, "   ", "   ", "The beginning of a command will do where it is clear: /sil. Ctrl-C hangs up and ends, and so does the end of the input.")
}

// wrong tells what is wrong with what was typed.
func (c *Conversation) wrong(about string) {
	c.screen.block(alarm, "   ! ", "     ", about)
}
