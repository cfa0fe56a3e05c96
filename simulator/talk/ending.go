package talk

import "texmlsrv/simulator"

// Ended says how a call ended, as a sentence without its full stop.
func Ended(end simulator.End) string { return endings[end] }

var endings = map[simulator.End]string{
	simulator.HungUp:          "the flow hung up",
	simulator.CallerHungUp:    "the caller hung up",
	simulator.RanOut:          "the last document was over",
	simulator.Rejected:        "the call was rejected",
	simulator.Transferred:     "the call was handed over",
	simulator.InvalidDocument: "a document was wrong: Telnyx ends the call",
	simulator.NoDocument:      "there was no document",
	simulator.TooLong:         "there was no end of documents",
	simulator.Completed:       "Telnyx was told to end it",
	simulator.Aborted:         "it was given up",
}
