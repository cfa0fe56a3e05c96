package talk

import (
	"slices"

	"texmlsrv/simulator"
)

// Misbehaviours are the ways in which the request after a moment of a kind can
// misbehave, in the words of scenarios, and what each is. Those of signatures are
// not among them: nobody looks at signatures where a person plays. kind "" is the
// first request of a call.
func Misbehaviours(kind string) []Word {
	ai := []string{
		simulator.BareResult, simulator.EnvelopedResult, simulator.NoResult, simulator.UnknownStatus,
		simulator.OnlyEvent, simulator.OnlyConversationEnded,
	}
	var out []Word
	for _, w := range misbehaviours {
		if !slices.Contains(ai, w.Name) && (kind != "" || w.Name != simulator.OnlyFallThrough) || kind == simulator.MomentAI {
			out = append(out, w)
		}
	}
	return out
}

var misbehaviours = []Word{
	{simulator.Duplicate, "it comes again at once"},
	{simulator.LateDuplicate, "it comes again after the next one"},
	{simulator.Delay, "it comes later"},
	{simulator.Reorder, "it comes after the one that follows"},
	{simulator.Failover, "its answer is lost, and it goes to the failover URL"},
	{simulator.Get, "it comes by GET"},
	{simulator.UnescapedPlus, "with a bare + in it"},
	{simulator.NoContentType, "without the header that says what it is"},
	{simulator.BareResult, "its result is the bare object"},
	{simulator.EnvelopedResult, "its result stands in an envelope"},
	{simulator.NoResult, "it has no result"},
	{simulator.UnknownStatus, "its status is one that nobody knows"},
	{simulator.OnlyEvent, "it does not come: only the event does"},
	{simulator.OnlyConversationEnded, "it does not come: only the end of the talk is told"},
	{simulator.OnlyFallThrough, "it does not come: the call just goes on"},
	{simulator.AfterEnd, "it comes again when the call is over"},
	{simulator.API, "Telnyx' API goes wrong the next time it is asked"},
}
