// Package commands says what texmlsrv can ask of Telnyx, without asking it:
// every command with its parameters, their types and their limits.
//
// One table a command is the whole of it. From the table come the check of a
// flow when it is loaded, the check before a request is sent, the JSON Schema
// that an editor completes with, and the documentation. Package telnyx sends
// what is declared here; package flows, which may not know a network, reads it.
//
// The facts are Telnyx's: its API reference for Call Control commands and TeXML
// REST, as published up to August 2026. Where the reference leaves something
// open the table lets it pass, and says so in a comment.
package commands

import "slices"

// Declaration is one request that Telnyx understands.
type Declaration struct {
	Name   string   // as in the path: gather_using_ai
	Doc    string   // what it does, in a sentence or two
	Params []Param  // in the order in which people read them
	Rules  []Rule   // between parameters
	Events []string // the webhooks that may follow, by their event_type
}

// Names of the commands on a live call.
const (
	AIAssistantAddMessages = "ai_assistant_add_messages"
	AIAssistantStart       = "ai_assistant_start"
	AIAssistantStop        = "ai_assistant_stop"
	Gather                 = "gather"
	GatherStop             = "gather_stop"
	GatherUsingAI          = "gather_using_ai"
	GatherUsingAudio       = "gather_using_audio"
	GatherUsingSpeak       = "gather_using_speak"
)

// Names of the TeXML REST requests, which are no commands: a flow cannot give them.
const (
	InitiateCall = "initiate_call"
	UpdateCall   = "update_call"
)

// All declares the commands on a live call, by name. The caller may change what
// it gets.
func All() []Declaration {
	return []Declaration{
		assistantAddMessages(), assistantStart(), assistantStop(),
		gather(), gatherStop(), gatherUsingAI(), gatherUsingAudio(), gatherUsingSpeak(),
	}
}

// Names are the names of All.
func Names() []string {
	return []string{
		AIAssistantAddMessages, AIAssistantStart, AIAssistantStop,
		Gather, GatherStop, GatherUsingAI, GatherUsingAudio, GatherUsingSpeak,
	}
}

// Lookup gives the declaration of a command or TeXML REST request, and whether
// there is one of that name.
func Lookup(name string) (Declaration, bool) {
	switch name {
	case UpdateCall:
		return updateCall(), true
	case InitiateCall:
		return initiateCall(), true
	}
	all := All()
	i := slices.IndexFunc(all, func(d Declaration) bool { return d.Name == name })
	if i < 0 {
		return Declaration{}, false
	}
	return all[i], true
}

// Without is the declaration less some parameters: those that are not the
// author's to give, such as client_state where the server keeps its own.
func (d Declaration) Without(names ...string) Declaration {
	d.Params = slices.DeleteFunc(slices.Clone(d.Params), func(p Param) bool { return slices.Contains(names, p.Name) })
	return d
}

// shared are the parameters that every command takes.
func shared() []Param {
	return []Param{
		text("client_state", "State that comes back with later webhooks of the call, in base64.").as(Base64).private(),
		text("command_id", "Marks the command: Telnyx ignores another one with the same id for the same call, within 60 seconds."),
	}
}
