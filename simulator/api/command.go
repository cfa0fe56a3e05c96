package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"time"
)

// Command is a command that was taken.
type Command struct {
	CallID         string
	Name           string // gather_using_ai
	ID             string // command_id; "" when there was none
	ClientState    string
	ConversationID string         // that was answered; "" for commands that begin no conversation
	Params         map[string]any // all parameters, as encoding/json decodes them
}

// commands are the ones that the API knows.
func commands() []string {
	return []string{
		"ai_assistant_add_messages", "ai_assistant_start", "ai_assistant_stop",
		"gather", "gather_stop", "gather_using_ai", "gather_using_audio", "gather_using_speak",
	}
}

// remembered is how long a command_id is known, as the guide to webhooks says.
const remembered = 60 * time.Second

// command carries a command out, unless it was already.
func (a *API) command(ctx context.Context, in *Received) (any, *Failure) {
	c := Command{
		CallID: in.CallID, Name: in.Name, Params: maps.Clone(in.Params),
		ID: text(in.Params, "command_id"), ClientState: text(in.Params, "client_state"),
	}
	if c.Name == "gather_using_ai" || c.Name == "ai_assistant_start" {
		c.ConversationID = conversationID(c)
	}
	if a.known(c) {
		in.Duplicate = true
		return accepted(c), nil
	}
	failure := a.state(c)
	if failure == nil && a.o.OnCommand != nil {
		failure = a.o.OnCommand(ctx, c)
	}
	if failure != nil {
		a.forget(c)
		return nil, failure
	}
	return accepted(c), nil
}

// state refuses what the call cannot take.
func (a *API) state(c Command) *Failure {
	call, is := a.o.Call(c.CallID)
	switch {
	case !is:
		return NotFound()
	case call.over():
		return CallEnded()
	case call.Status == "ringing" && (c.Name == "gather" || c.Name == "gather_using_audio" || c.Name == "gather_using_speak"):
		return NotAnswered()
	}
	return nil
}

const inProgress = "in-progress"

func (c Call) over() bool { return c.Status != "" && c.Status != "ringing" && c.Status != inProgress }

// known notes the id of a command, and reports whether it was noted before. A
// command is noted while it is still carried out: a repetition may come then.
func (a *API) known(c Command) bool {
	if c.ID == "" {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.o.Now()
	maps.DeleteFunc(a.seen, func(_ string, at time.Time) bool { return now.Sub(at) >= remembered })
	if _, is := a.seen[c.key()]; is {
		return true
	}
	a.seen[c.key()] = now
	return false
}

// forget lets a command that was refused be sent again with its id.
func (a *API) forget(c Command) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.seen, c.key())
}

func (c Command) key() string { return c.CallID + "\x00" + c.ID }

// accepted is the answer to a command.
func accepted(c Command) any {
	data := map[string]any{"result": "ok"}
	if c.ConversationID != "" {
		data["conversation_id"] = c.ConversationID
	}
	return map[string]any{"data": data}
}

// conversationID is the same for the same command, so a repetition is answered
// alike.
func conversationID(c Command) string {
	sum := sha256.Sum256([]byte(c.key()))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	s := hex.EncodeToString(sum[:16])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// text is a parameter that is text; "" when it is absent.
func text(params map[string]any, name string) string {
	s, _ := params[name].(string)
	return s
}
