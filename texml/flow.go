package texml

// Redirect goes on with the document of another URL; nothing after it runs.
type Redirect struct {
	Method string `texml:"method"` // GET or POST; default POST
	URL    string `texml:",text"`
	Extra
}

// Reject refuses an incoming call. As the first verb it costs nothing; later it hangs up.
type Reject struct {
	Reason string `texml:"reason"` // rejected or busy; default rejected
	Extra
}

// Hangup ends the call.
type Hangup struct {
	Extra
}

// Enqueue puts the call into a queue and waits until it leaves.
type Enqueue struct {
	ActionURL       string `texml:"action"`          // requested after Leave, the longest wait, or a talk that followed
	Method          string `texml:"method"`          // of the action, GET or POST; default POST
	WaitURL         string `texml:"waitUrl"`         // document played meanwhile, requested again each time it runs out
	WaitURLMethod   string `texml:"waitUrlMethod"`   // GET or POST; default POST
	MaxWaitTimeSecs int    `texml:"maxWaitTimeSecs"` // seconds, at least 1; default 14400
	Queue           string `texml:",text"`           // name of the queue; Telnyx's page does not explain it, its notes use it so
	Extra
}

// Leave takes the call out of its queue, in a document fetched from a waitUrl, and goes on after the
// Enqueue.
type Leave struct {
	Extra
}

func (*Redirect) verb() string { return "Redirect" }
func (*Reject) verb() string   { return "Reject" }
func (*Hangup) verb() string   { return "Hangup" }
func (*Enqueue) verb() string  { return "Enqueue" }
func (*Leave) verb() string    { return "Leave" }

// Asks reports true: an Enqueue says how the wait ended.
func (*Enqueue) Asks() bool { return true }

// Action returns the URL requested when the call leaves the queue.
func (e *Enqueue) Action() string { return e.ActionURL }

// SetAction sets the URL requested when the call leaves the queue, and the method POST where none is
// set.
func (e *Enqueue) SetAction(url string) { setAction(&e.ActionURL, &e.Method, url) }
