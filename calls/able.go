package calls

import (
	"slices"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Ability says whether something can be done about a call.
type Ability struct {
	Kind string `json:"kind"`
	Why  string `json:"why,omitempty"` // not: a sentence for people; "" where it can
}

// Able says what a person can do about a call as it stands, in the order of
// Helps.
func (s *Service) Able(session *sessions.Session) []Ability {
	p := s.helping(session.Call.SID)
	p.goOnWith(session)
	all := make([]Ability, 0, len(Helps()))
	for _, kind := range Helps() {
		all = append(all, Ability{kind, p.unable(session, kind)})
	}
	return all
}

// Steps are those that a call can be taken to, those of its own flow first.
func (s *Service) Steps(session *sessions.Session) []sessions.Place {
	p := s.helping(session.Call.SID)
	p.goOnWith(session)
	return p.release.Enterable(session)
}

// Fields are the values of a call that a person can put right.
func (s *Service) Fields(session *sessions.Session) []flows.Field {
	p := s.helping(session.Call.SID)
	p.goOnWith(session)
	return p.release.Fields(session, s.Now())
}

// unable says why something cannot be done; "" when it can.
func (p *placing) unable(s *sessions.Session, kind string) string {
	if kind == HelpNote {
		return ""
	}
	if s.Ended() {
		return "The call is over."
	}
	switch kind {
	case HelpRepeat:
		return either(p.pushless(), p.unrepeatable(s))
	case HelpSay:
		if s.Ask.Has("AIGather") {
			return p.keyless()
		}
		return either(p.pushless(), unspoken(s), p.undocumented(s))
	case HelpValue:
		if len(p.release.Fields(s, p.Now())) == 0 {
			if why := p.unserved(s); why != "" {
				return why
			}
			return "The flow gathers nothing."
		}
		if flows.Interrupts(s) { // else it is kept, and nobody is told
			return p.pushless()
		}
	case HelpGoto, HelpTransfer:
		return either(p.pushless(), p.unserved(s))
	case HelpHangUp:
		return either(p.keyless(), p.accountless())
	case HelpStopGather:
		if !s.Ask.Has("AIGather") && !s.Ask.Has("Gather") {
			return either(p.keyless(), "No gather is running.")
		}
		return p.keyless()
	case HelpStartAssistant:
		if talks(s) {
			return either(p.keyless(), "An AI agent is talking with the caller already; Telnyx allows one.")
		}
		return p.keyless()
	case HelpStopAssistant:
		if !talks(s) {
			return either(p.keyless(), "No AI agent is talking with the caller.")
		}
		return p.keyless()
	}
	return ""
}

// either is the first reason there is.
func either(reasons ...string) string {
	i := slices.IndexFunc(reasons, func(why string) bool { return why != "" })
	if i < 0 {
		return ""
	}
	return reasons[i]
}

func (p *placing) keyless() string {
	if p.Commander == nil {
		return "There is no API key (--api-key), so Telnyx cannot be asked for anything."
	}
	return ""
}

func (p *placing) accountless() string {
	if p.Commander != nil && !p.Account && !p.Push {
		return "There is no account id (--account-id), so Telnyx cannot be asked to change a call."
	}
	return ""
}

// pushless says why a document cannot be brought to a call before it asks for
// one.
func (p *placing) pushless() string {
	why := either(p.keyless(), p.accountless())
	if why == "" && !p.Push {
		return "There is no public address (--public-url), so Telnyx could not fetch the document."
	}
	return why
}

func (p *placing) unserved(s *sessions.Session) string {
	if p.release.Flows[s.Flow] == nil {
		return "The flow of the call is not served any more."
	}
	return ""
}

// undocumented says why there is no document of the step to be played again.
func (p *placing) undocumented(s *sessions.Session) string {
	if why := p.unserved(s); why != "" {
		return why
	}
	if step := p.release.Flows[s.Flow].Steps[s.Step]; step == nil || step.Document == nil {
		return "The step has no document that could be played again."
	}
	return ""
}

// unrepeatable says why there is no question to be asked again.
func (p *placing) unrepeatable(s *sessions.Session) string {
	if s.Transferring || !s.Ask.Has("AIGather") && !s.Ask.Has("Gather") && !s.Ask.Has("Record") {
		return "Nothing is being asked."
	}
	return p.undocumented(s)
}

// busy says what the caller does where nothing else should be played in its
// place; "" where something can.
func busy(s *sessions.Session) string {
	does := map[string]string{
		"Dial": "is being connected, or talks to somebody", "Record": "is being recorded", "Enqueue": "waits in a queue",
		"Connect": "talks to an assistant", "Refer": "is being handed over", "Pay": "pays",
	}
	for _, verb := range s.Ask.Verbs {
		if does[verb] != "" {
			return does[verb]
		}
	}
	return ""
}

// unspoken says why nothing can be said in between.
func unspoken(s *sessions.Session) string {
	if does := busy(s); does != "" {
		return "The caller " + does + ", and speaking would break that off."
	}
	return ""
}

// talks reports whether an AI agent talks with the caller, so far as is known.
func talks(s *sessions.Session) bool {
	return s.Assisted || s.Ask.Has("AIGather") || s.Ask.Has("Connect")
}

// placeName is a step as people write it: that of the call's own flow by its name.
func placeName(at sessions.Place, own string) string {
	return strings.TrimPrefix(at.Flow+"/"+at.Step, own+"/")
}
