package sessions

import "time"

// Waiting is an answer to the current turn that came by event. It is kept for a
// moment, because the request that should bring it may still come.
type Waiting struct {
	Event Event     `json:"event"` // what brought it
	Due   time.Time `json:"due"`   // when it is taken, if no request came until then

	Kind      string `json:"kind"`                // of the answer: ai, digits, connect
	Status    string `json:"status,omitempty"`    // the platform's word, in snake_case
	Reason    string `json:"reason,omitempty"`    // of a connect: the platform's own word
	Result    any    `json:"result,omitempty"`    // of an ai: decoded JSON, not held against any schema; nil for none
	Malformed bool   `json:"malformed,omitempty"` // there was a result, but it was not readable
	Digits    string `json:"digits,omitempty"`
}

// Push is a current document that no request asked for, because an event led to
// it: the platform is told to fetch it. A session has one until the document is
// fetched, by whatever request.
type Push struct {
	SentAt time.Time `json:"sent_at,omitzero"` // when the platform was told; zero while it is still to be told
	Failed string    `json:"failed,omitempty"` // why it will not be told, in a word; "" while it will, or was
}

// masked is the answer with what the caller said or pressed taken out.
func (w *Waiting) masked() *Waiting {
	if w == nil {
		return nil
	}
	out := *w
	out.Result = shape(w.Result)
	if out.Digits != "" {
		out.Digits = Mask
	}
	return &out
}
