package telnyx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"texmlsrv/telnyx/commands"
)

// Command is something to do on a live call: one of AIAssistantAddMessages,
// AIAssistantStart, AIAssistantStop, Gather, GatherStop, GatherUsingAI,
// GatherUsingAudio and GatherUsingSpeak. In each the zero value of a field is
// not sent, and Telnyx's own default holds.
type Command interface {
	// Name is the command's name in the path: gather_using_ai.
	Name() string

	identified(newID func() string) Command // itself, with a CommandID
	id() string
}

// Common are the parameters that every command takes.
type Common struct {
	// ClientState comes back with later webhooks of the call. It has to be
	// base64.
	ClientState string `json:"client_state,omitempty"`
	// CommandID marks the command: Telnyx ignores another one with the same id
	// for the same call within 60 seconds. See the function CommandID; when it
	// is empty, Do makes one.
	CommandID string `json:"command_id,omitempty"`
}

func (c Common) id() string { return c.CommandID }

func (c Common) orNew(newID func() string) Common {
	if c.CommandID == "" {
		c.CommandID = newID()
	}
	return c
}

// String and LogValue of a command say which one it is, and nothing that was
// said or is to be said.
func (c Common) String() string { return "command " + c.CommandID }

// GoString is String.
func (c Common) GoString() string { return c.String() }

// LogValue shows the id of a command alone.
func (c Common) LogValue() slog.Value {
	return slog.GroupValue(slog.String("command_id", c.CommandID))
}

// InvalidError is a request that was not sent because Telnyx would refuse it.
type InvalidError = commands.InvalidError

// Commands declares every command: its parameters, limits and documentation. It
// is commands.All.
func Commands() []commands.Declaration { return commands.All() }

// Schema is the JSON Schema of a command's parameters, nil when there is no
// command of that name.
func Schema(name string) []byte {
	d, is := commands.Lookup(name)
	if !is {
		return nil
	}
	return d.Schema(commands.SchemaOptions{})
}

// UnknownCommandError is the name of a command that there is not.
type UnknownCommandError struct {
	Name string
}

func (e *UnknownCommandError) Error() string {
	return fmt.Sprintf("telnyx: there is no command %q", e.Name)
}

// Decode makes a command of its name and parameters, as they stand in a
// flow.yaml when its expressions have been computed. What is wrong is an
// *InvalidError; a name that is none is an *UnknownCommandError.
func Decode(name string, params map[string]any) (Command, error) {
	parse, is := parsers()[name]
	d, declared := commands.Lookup(name)
	if !is || !declared {
		return nil, &UnknownCommandError{Name: name}
	}
	clean, problems := d.Normalize(params)
	if err := commands.Err(name, problems); err != nil {
		return nil, err
	}
	body, err := encode(clean)
	if err != nil {
		return nil, fmt.Errorf("telnyx: %s: %w", name, err)
	}
	return parse(body)
}

// parsers read the parameters of a command that have been checked.
func parsers() map[string]func([]byte) (Command, error) {
	return map[string]func([]byte) (Command, error){
		commands.AIAssistantAddMessages: parse[AIAssistantAddMessages],
		commands.AIAssistantStart:       parse[AIAssistantStart],
		commands.AIAssistantStop:        parse[AIAssistantStop],
		commands.Gather:                 parse[Gather],
		commands.GatherStop:             parse[GatherStop],
		commands.GatherUsingAI:          parse[GatherUsingAI],
		commands.GatherUsingAudio:       parse[GatherUsingAudio],
		commands.GatherUsingSpeak:       parse[GatherUsingSpeak],
	}
}

func parse[C Command](body []byte) (Command, error) {
	var c C
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields() // a field that is declared and not typed would be lost
	if err := dec.Decode(&c); err != nil {
		return nil, fmt.Errorf("telnyx: %s: %w", c.Name(), err)
	}
	return c, nil
}

// Accepted is Telnyx's answer to a command.
type Accepted struct {
	Result         string // ok
	ConversationID string // of an AI gather or assistant; "" for other commands
}

// errNoCommand is a nil Command.
var errNoCommand = errors.New("telnyx: there is no command to give")

// Do gives a command to a live call. A command that may have been lost is sent
// again with the same command_id, so it is carried out once.
func (a *API) Do(ctx context.Context, callControlID string, c Command) (Accepted, error) {
	if c == nil {
		return Accepted{}, errNoCommand
	}
	c = c.identified(a.o.NewID)
	body, err := checked(c.Name(), c)
	if err != nil {
		return Accepted{}, err
	}
	answer, err := a.send(ctx, request{
		name: c.Name(), call: callControlID, commandID: c.id(), body: body, kind: jsonType,
		path:   []segment{{text: "calls"}, {"call_control_id", callControlID}, {text: "actions"}, {text: c.Name()}},
		repeat: true,
	})
	if err != nil {
		return Accepted{}, err
	}
	return readAccepted(c.Name(), answer)
}

// checked encodes a request, and holds it against its declaration.
func checked(name string, v any) ([]byte, error) {
	body, err := encode(v)
	if err != nil {
		return nil, fmt.Errorf("telnyx: %s: %w", name, err)
	}
	params := map[string]any{}
	if err := json.Unmarshal(body, &params); err != nil {
		return nil, fmt.Errorf("telnyx: %s: %w", name, err)
	}
	problems := []commands.Problem{{Message: "has no declaration"}}
	if d, is := commands.Lookup(name); is {
		problems = d.Check(params)
	}
	if len(body) > requestLimit {
		problems = append(problems, commands.Problem{Message: fmt.Sprintf("has %d bytes; %d are allowed", len(body), requestLimit)})
	}
	if err := commands.Err(name, problems); err != nil {
		return nil, err
	}
	return body, nil
}

// encode is json.Marshal without escapes for HTML: a document stays readable.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
