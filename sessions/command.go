package sessions

import (
	"encoding/json"
	"time"
)

// Command is a request to the platform that goes with a turn: it is sent once
// the document of the turn is out.
type Command struct {
	Name     string          `json:"name"`               // gather_using_ai, ai_assistant_start …
	ID       string          `json:"id"`                 // the same when it is sent again, and no other's
	Settings json.RawMessage `json:"settings,omitempty"` // its parameters, an object

	At           time.Time `json:"at,omitzero"`            // from then on any instance may send it; zero while its document is out with nobody
	SentAt       time.Time `json:"sent_at,omitzero"`       // when the platform took it; zero while it is still to be sent
	Conversation string    `json:"conversation,omitempty"` // the platform's id of the talk that it began
	Tries        int       `json:"tries,omitzero"`
}
