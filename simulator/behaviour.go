package simulator

import (
	"slices"
	"time"
)

// The misbehaviours. Names are those of the scenario format.
const (
	Duplicate             = "duplicate"               // the same bytes Times more, at once
	LateDuplicate         = "late_duplicate"          // the same bytes Times more, after the next one or two requests
	Delay                 = "delay"                   // Delay passes before it is sent
	Reorder               = "reorder"                 // it arrives after what would follow it
	Failover              = "failover"                // the answer is lost, or it never arrived: the same request goes to FallbackURL
	Get                   = "get"                     // a GET, the fields in the query
	UnescapedPlus         = "unescaped_plus"          // + stands raw in the body
	NoContentType         = "no_content_type"         // without a Content-Type
	BareResult            = "bare_result"             // ai: Base64Result is the object itself
	EnvelopedResult       = "enveloped_result"        // ai: Base64Result is {status, result}
	NoResult              = "no_result"               // ai: no Base64Result
	UnknownStatus         = "unknown_status"          // ai: a Status that nobody documented
	OnlyEvent             = "only_event"              // no action request: the JSON event alone, then the next verb
	OnlyConversationEnded = "only_conversation_ended" // no action request: the conversation_ended form alone, then the next verb
	OnlyFallThrough       = "only_fall_through"       // no action request, only the next verb
	BadSignature          = "bad_signature"           // sent with a wrong signature first, which must be refused, then rightly
	StaleSignature        = "stale_signature"         // the same with a signature of an hour ago
	AfterEnd              = "after_end"               // the same bytes again after the last status callback
	API                   = "api"                     // the next request to the API goes wrong, with all its repetitions: Fault
)

// Behaviour is one way in which a request misbehaves. All can be combined.
// What cannot be of a request does nothing to it: bare_result of a Dial, a bad
// signature without a key, a failover without FallbackURL, a fault of an API that
// is not asked.
type Behaviour struct {
	Name  string
	Times int           // duplicate, late_duplicate: how many more, 1 to 5; 0 is 1
	Delay time.Duration // delay: in the simulated world; 0 is 3 s
	Fault string        // api: down, unauthorized …; "" is down
}

// Behaviours names all misbehaviours, in the order of their constants.
func Behaviours() []string {
	return []string{
		Duplicate, LateDuplicate, Delay, Reorder, Failover, Get, UnescapedPlus, NoContentType,
		BareResult, EnvelopedResult, NoResult, UnknownStatus,
		OnlyEvent, OnlyConversationEnded, OnlyFallThrough, BadSignature, StaleSignature, AfterEnd, API,
	}
}

// behaviours are those of one request.
type behaviours []Behaviour

// find gives the misbehaviour of a name.
func (b behaviours) find(name string) (Behaviour, bool) {
	i := slices.IndexFunc(b, func(one Behaviour) bool { return one.Name == name })
	if i < 0 {
		return Behaviour{}, false
	}
	return b[i], true
}

func (b behaviours) has(name string) bool {
	_, has := b.find(name)
	return has
}

// times is how often more a request is sent, 0 without the misbehaviour.
func (b behaviours) times(name string) int {
	one, has := b.find(name)
	if !has {
		return 0
	}
	return min(max(one.Times, 1), 5)
}

// unasked reports whether no action is requested at all.
func (b behaviours) unasked() bool {
	return b.has(OnlyEvent) || b.has(OnlyConversationEnded) || b.has(OnlyFallThrough)
}

// asked are the others once the action was left out.
func (b behaviours) asked() behaviours {
	return slices.DeleteFunc(slices.Clone(b), func(one Behaviour) bool {
		return one.Name == OnlyEvent || one.Name == OnlyConversationEnded || one.Name == OnlyFallThrough
	})
}
