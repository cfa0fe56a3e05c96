package sessions

import "slices"

// helpsLimit is how many forms are remembered: a form that is sent twice is
// sent twice within moments.
const helpsLimit = 8

// Help is what a person did about a running call, or wrote down about one.
type Help struct {
	ID   string `json:"id"`   // of the form, or request, that asked for it: what comes again with it is not done again
	Kind string `json:"kind"` // repeat, goto, value, say …; see package calls
	Who  string `json:"who"`
	Why  string `json:"why,omitempty"`

	Flow   string `json:"flow,omitempty"` // of a goto: where to
	Step   string `json:"step,omitempty"`
	Name   string `json:"name,omitempty"` // of a value; of an assistant, its id
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
	Text   string `json:"text,omitempty"` // what was to be said, or noted
	To     string `json:"to,omitempty"`   // whom a transfer rings: number or SIP address
}

// Help notes that what a form asked for is being done.
func (s *Session) Help(id string) { s.Helps = remembered(s.Helps, id, helpsLimit) }

// Helped reports whether what a form asks for was done lately.
func (s *Session) Helped(id string) bool { return slices.Contains(s.Helps, id) }

// Scrub is a text of a person with what is sensitive about the call masked in it.
func (s *Session) Scrub(text string) string { return scrubbed(text, s.secrets()) }

// maskHelp is what a person did as others may see it.
func (s *Session) maskHelp(h *Help, secrets []string) *Help {
	if h == nil {
		return nil
	}
	out := *h
	out.Why, out.Text = scrubbed(h.Why, secrets), scrubbed(h.Text, secrets)
	hidden := slices.Contains(s.Sensitive, h.Name)
	for _, v := range []*any{&out.Before, &out.After} {
		if *v != nil && (hidden || holds(*v, secrets)) {
			*v = Mask
		}
	}
	return &out
}
