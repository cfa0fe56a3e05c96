package wire

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Fetch is the request for a document, with every parameter of Telnyx's fetch
// guide. It is the same for the voice URL, a Redirect, and the fallback URL.
func (c Call) Fetch() url.Values {
	v := with(c.party(), "CallStatus", "in-progress", "CallerId", c.CallerID, "CallingPartyType", c.Type,
		"FromSipUri", c.fromSIP(), "ToSipUri", c.toSIP(), "AnsweredBy", c.AnsweredBy)
	if c.Direction == "outbound" {
		v.Set("Direction", c.Direction)
	}
	return v
}

// SparseFetch is the same with as little as the guide's own sample of a GET.
func (c Call) SparseFetch() url.Values {
	return with(c.party(), "CallStatus", "in-progress")
}

// fromSIP has no scheme. The host is the machine that the call came from.
func (c Call) fromSIP() string {
	if user, _, is := strings.Cut(c.From, "@"); is {
		return user + "@198.51.100.7"
	}
	return c.From + "@192.0.2.44:5060"
}

func (c Call) toSIP() string {
	if strings.Contains(c.To, "@") {
		return c.To
	}
	return c.To + "@sip.telnyx.com"
}

// Encoding says how a form becomes text. Telnyx publishes nothing of it, so
// servers must take every one. The zero value is what url.Values.Encode does.
type Encoding struct {
	Listed        bool // fields in the order of Telnyx's tables: ids first, what was gathered last; else sorted
	RawPlus       bool // a plus is not escaped, and so arrives as a space
	PercentSpaces bool // a space is %20, else +
}

// listed are the fields that Telnyx's tables begin with.
var listed = []string{
	"AccountSid", "CallSid", "CallSidLegacy", "ConnectionId", "From", "To", "Status", "Base64Result", "Base64MessageHistory",
}

// Encode is the text of a form, for a body or a query.
func (e Encoding) Encode(form url.Values) string {
	escape := e.escape()
	var pairs []string
	for _, name := range e.names(form) {
		for _, value := range form[name] {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

func (e Encoding) names(form url.Values) []string {
	sorted := slices.Sorted(maps.Keys(form))
	if !e.Listed {
		return sorted
	}
	var names []string
	for _, name := range listed {
		if form.Has(name) {
			names = append(names, name)
		}
	}
	for _, name := range sorted {
		if !slices.Contains(listed, name) {
			names = append(names, name)
		}
	}
	return names
}

func (e Encoding) escape() func(string) string {
	var changes []string
	if e.PercentSpaces {
		changes = append(changes, "+", "%20")
	}
	if e.RawPlus {
		changes = append(changes, "%2B", "+")
	}
	changed := strings.NewReplacer(changes...)
	return func(s string) string { return changed.Replace(url.QueryEscape(s)) }
}

// Encode is the text of a form, sorted and escaped as browsers do.
func Encode(form url.Values) string { return Encoding{}.Encode(form) }

// WithQuery is a URL with a form added to its query, as a GET carries it; the
// query that the URL has is kept as it is.
func WithQuery(address, encoded string) string {
	address, fragment, has := strings.Cut(address, "#")
	switch {
	case encoded == "":
	case !strings.Contains(address, "?"):
		address += "?" + encoded
	case strings.HasSuffix(address, "?") || strings.HasSuffix(address, "&"):
		address += encoded
	default:
		address += "&" + encoded
	}
	if has {
		address += "#" + fragment
	}
	return address
}
