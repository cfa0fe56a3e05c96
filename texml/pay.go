package texml

// Pay takes a payment by DTMF through a connector configured at Telnyx. Without an action it requests
// the current document again, which loops.
type Pay struct {
	ActionURL            string      `texml:"action"`               // requested at the end; default the current document
	Method               string      `texml:"method"`               // of the action, GET or POST; default POST
	StatusCallback       string      `texml:"statusCallback"`       // told of the progress; its reply is not executed
	StatusCallbackMethod string      `texml:"statusCallbackMethod"` // GET or POST; default POST
	PaymentConnector     string      `texml:"paymentConnector"`     // default Default
	TransactionType      string      `texml:"transactionType"`      // charge or tokenize; default by ChargeAmount
	ChargeAmount         string      `texml:"chargeAmount"`         // decimal, as written: money is no float
	Currency             string      `texml:"currency"`             // USD
	PaymentToken         string      `texml:"paymentToken"`         // a token instead of collecting
	PaymentMethod        string      `texml:"paymentMethod"`        // credit-card or ach-debit; default credit-card
	PostalCode           string      `texml:"postalCode"`           // true, false or the code itself; default true
	MinPostalCodeLength  int         `texml:"minPostalCodeLength"`
	ValidCardTypes       string      `texml:"validCardTypes"`    // of: visa mastercard amex maestro discover optima jcb diners-club enroute
	MaxAttempts          int         `texml:"maxAttempts"`       // per step, 1 to 3; default 1
	Timeout              int         `texml:"timeout"`           // seconds per step, 1 to 600; default 5
	InterDigitTimeout    int         `texml:"interDigitTimeout"` // seconds, 1 to 600; default 5
	Voice                string      `texml:"voice"`             // of the prompts; default female
	Language             string      `texml:"language"`          // of the prompts; default en-US
	ServiceLevel         string      `texml:"serviceLevel"`      // premium
	Description          string      `texml:"description"`       // for the connector
	ParametersJSON       string      `texml:"parameters"`        // JSON for the connector
	PromptsJSON          string      `texml:"prompts"`           // JSON that replaces prompts
	MetadataJSON         string      `texml:"metadata"`          // JSON
	Prompts              []PayPrompt `texml:"Prompt,element"`    // replace what is spoken at a step
	Parameters           []Parameter `texml:"Parameter,element"` // beat the same name in ParametersJSON
	Extra
}

// PayPrompt is the Prompt element of Pay: what is spoken at one step.
type PayPrompt struct {
	For       string `texml:"for"`       // payment-card-number, expiration-date, postal-code, security-code, bank-…
	Attempt   string `texml:"attempt"`   // space-separated numbers, the first is 1
	ErrorType string `texml:"errorType"` // only after this error
	CardType  string `texml:"cardType"`  // only for this card
	Verbs     []Verb `texml:",any"`      // one Say
	Extra
}

func (*Pay) verb() string { return "Pay" }

// Asks reports true: a Pay says how it went.
func (*Pay) Asks() bool { return true }

// Action returns the URL requested at the end.
func (p *Pay) Action() string { return p.ActionURL }

// SetAction sets the URL requested at the end, and the method POST where none is set.
func (p *Pay) SetAction(url string) { setAction(&p.ActionURL, &p.Method, url) }
