package texml

// HttpRequest lets Telnyx call a third party in the middle of a document.
type HttpRequest struct {
	Async     *bool      `texml:"async"`  // go on at once; default false by the verb's page, the tutorial says otherwise
	ActionURL string     `texml:"action"` // requested with what came back, unless Async is true
	Request   *HttpCall  `texml:"Request,element"`
	Response  *HttpReply `texml:"Response,element"`
	Extra
}

// HttpCall is the Request element: what is sent.
type HttpCall struct {
	URL     string       `texml:"url"`
	Method  string       `texml:"method"` // GET or POST
	Headers *HttpHeaders `texml:"Headers,element"`
	Body    string       `texml:"Body,leafcdata"` // as it is sent
	Extra
}

// HttpHeaders are the headers of an HttpCall.
type HttpHeaders struct {
	Headers []HttpHeader `texml:"Header,element"`
	Extra
}

// HttpHeader is one header of an HttpCall.
type HttpHeader struct {
	Key   string `texml:"Key,leaf"`
	Value string `texml:"Value,leaf"`
	Extra
}

// HttpReply is the Response element inside of HttpRequest: what to take from what came back.
type HttpReply struct {
	Type       string       `texml:"Type,leaf"`       // JSON
	StatusCode string       `texml:"StatusCode,leaf"` // such as 200
	Content    *HttpContent `texml:"Content,element"`
	Extra
}

// HttpContent lists the values to take.
type HttpContent struct {
	Fields []HttpField `texml:"Field,element"`
	Extra
}

// HttpField takes one value; it travels with later callbacks.
type HttpField struct {
	Name  string `texml:"Name,leaf"`  // path in the reply, such as records[0].name
	Value string `texml:"Value,leaf"` // name of the variable
	Extra
}

func (*HttpRequest) verb() string { return "HttpRequest" }

// Asks reports whether the document waits for the reply: Async is not true.
func (h *HttpRequest) Asks() bool { return h.Async == nil || !*h.Async }

// Action returns the URL that gets what came back.
func (h *HttpRequest) Action() string { return h.ActionURL }

// SetAction sets the URL that gets what came back; an HttpRequest has no method to set.
func (h *HttpRequest) SetAction(url string) { h.ActionURL = url }
