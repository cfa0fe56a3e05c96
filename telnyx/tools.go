package telnyx

import (
	"bytes"
	"encoding/json"
)

// Tool is what an agent can do besides talking. Type names the one member that
// is given: hangup, transfer, webhook, retrieval, book_appointment or
// check_availability.
type Tool struct {
	Type              string                 `json:"type"`
	Hangup            *HangupTool            `json:"hangup,omitempty"`
	Transfer          *TransferTool          `json:"transfer,omitempty"`
	Webhook           *WebhookTool           `json:"webhook,omitempty"`
	Retrieval         *RetrievalTool         `json:"retrieval,omitempty"`
	BookAppointment   *BookAppointmentTool   `json:"book_appointment,omitempty"`
	CheckAvailability *CheckAvailabilityTool `json:"check_availability,omitempty"`
}

// HangupTool hangs up.
type HangupTool struct {
	Description string `json:"description,omitempty"` // when to use it
}

// TransferTool connects the caller with somebody.
type TransferTool struct {
	From    string          `json:"from"`
	Targets TransferTargets `json:"targets"`
}

// TransferTargets are whom the caller may be connected with: a list, or the name
// of a variable of Telnyx's that holds one.
type TransferTargets struct {
	List     []TransferTarget
	Variable string // used when List is nil
}

// TransferTarget is somebody to connect with.
type TransferTarget struct {
	To   string `json:"to"` // number or SIP address
	Name string `json:"name,omitempty"`
}

// MarshalJSON writes a list or a text.
func (t TransferTargets) MarshalJSON() ([]byte, error) {
	if t.List != nil {
		return json.Marshal(t.List)
	}
	return json.Marshal(t.Variable)
}

// UnmarshalJSON reads a list or a text.
func (t *TransferTargets) UnmarshalJSON(data []byte) error {
	*t = TransferTargets{}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return json.Unmarshal(data, &t.List)
	}
	return json.Unmarshal(data, &t.Variable)
}

// WebhookTool asks a server.
type WebhookTool struct {
	Name            string          `json:"name"`
	Description     string          `json:"description"`
	URL             string          `json:"url"`              // {name} is filled from PathParameters
	Method          string          `json:"method,omitempty"` // Telnyx: POST
	Headers         []Header        `json:"headers,omitempty"`
	BodyParameters  json.RawMessage `json:"body_parameters,omitempty"`  // JSON Schema of type object
	PathParameters  json.RawMessage `json:"path_parameters,omitempty"`  // JSON Schema of type object
	QueryParameters json.RawMessage `json:"query_parameters,omitempty"` // JSON Schema of type object
}

// Header is a header of HTTP or SIP.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RetrievalTool looks things up in documents.
type RetrievalTool struct {
	BucketIDs     []string `json:"bucket_ids"`
	MaxNumResults int      `json:"max_num_results,omitempty"`
}

// BookAppointmentTool books with Cal.com.
type BookAppointmentTool struct {
	APIKeyRef        string `json:"api_key_ref"` // name of an integration secret
	EventTypeID      int    `json:"event_type_id"`
	AttendeeName     string `json:"attendee_name,omitempty"`
	AttendeeTimezone string `json:"attendee_timezone,omitempty"`
}

// CheckAvailabilityTool looks for free times with Cal.com.
type CheckAvailabilityTool struct {
	APIKeyRef   string `json:"api_key_ref"` // name of an integration secret
	EventTypeID int    `json:"event_type_id"`
}
