package flows

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"texmlsrv/texml"
)

// documentLimit is the largest document that is sent, in bytes. Telnyx
// publishes no limit; this is ours.
const documentLimit = 64 << 10

// errTooLarge says that a document passed documentLimit.
var errTooLarge = fmt.Errorf("the document is larger than %d bytes", documentLimit)

// Link is a URL of ours in a document, before it has its ticket.
type Link struct {
	Via  string // how the request will say it was reached
	Flow string
	Step string
}

// Document is a rendered document with its links still open. The zero value is
// no document.
type Document struct {
	marked []byte
}

// IsZero reports whether there is no document.
func (d Document) IsZero() bool { return d.marked == nil }

// Fill writes the URL of every link, and gives the document as it is sent.
func (d Document) Fill(url func(Link) string) []byte {
	var out bytes.Buffer
	mark := []byte(string(linkMark))
	rest := bytes.ReplaceAll(d.marked, []byte(string(mustacheMark)), []byte("{{"))
	for {
		before, after, found := bytes.Cut(rest, mark)
		out.Write(before)
		if !found {
			return out.Bytes()
		}
		name, after, _ := bytes.Cut(after, mark)
		parts := strings.SplitN(string(name), "/", 3)
		if len(parts) == 3 {
			escape(&out, url(Link{Via: parts[0], Flow: parts[1], Step: parts[2]}))
		}
		rest = after
	}
}

// escape writes a URL so that it may stand in text and in attributes. Writing
// to a buffer cannot fail.
func escape(out *bytes.Buffer, url string) { _ = xml.EscapeText(out, []byte(url)) }

// mark is what stands for a link until the document is filled.
func (l Link) mark() string {
	return string(linkMark) + l.Via + "/" + l.Flow + "/" + l.Step + string(linkMark)
}

// finish writes a document, holding it against the size limit.
func finish(r *texml.Response) (Document, error) {
	marked := r.Bytes()
	if len(marked) > documentLimit {
		return Document{}, errTooLarge
	}
	return Document{marked}, nil
}

// Hangup is the document that ends a call.
func Hangup() Document {
	return Document{(&texml.Response{Verbs: []texml.Verb{&texml.Hangup{}}}).Bytes()}
}

// apologies are spoken when all else fails and the flow has no apology of its
// own, by language.
var apologies = map[string]string{
	"de": "Es tut uns leid, da ist etwas schiefgegangen. Bitte rufen Sie später noch einmal an.",
	"en": "We are sorry, something went wrong. Please call again later.",
	"es": "Lo sentimos, algo ha salido mal. Por favor, vuelva a llamar más tarde.",
	"fr": "Nous sommes désolés, un problème est survenu. Merci de rappeler plus tard.",
	"it": "Siamo spiacenti, qualcosa è andato storto. La preghiamo di richiamare più tardi.",
	"nl": "Het spijt ons, er is iets misgegaan. Belt u later nog eens terug.",
	"pt": "Lamentamos, algo correu mal. Por favor, ligue novamente mais tarde.",
}

// Apology is what a caller hears when nothing else can be said: the flow's own
// apology.xml, else a sentence in the flow's language. flow may be nil.
func Apology(flow *Flow) Document {
	if flow != nil && flow.apology != nil {
		return Document{flow.apology}
	}
	language := "en-US"
	if flow != nil && flow.Defaults.Language != "" {
		language = flow.Defaults.Language
	}
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	text, ok := apologies[base]
	if !ok {
		language, text = "en-US", apologies["en"]
	}
	say := &texml.Say{Voice: "alice", Language: language, Content: texml.Plain(text)} // alice is the voice that heeds language
	return Document{(&texml.Response{Verbs: []texml.Verb{say, &texml.Hangup{}}}).Bytes()}
}

// breakMustache breaks up every {{ so that Telnyx's Mustache pass cannot see
// one: with a space in text, percent-encoded in URLs.
func breakMustache(s string, url bool) string {
	if url {
		return strings.ReplaceAll(s, "{", "%7B")
	}
	for strings.Contains(s, "{{") {
		s = strings.ReplaceAll(s, "{{", "{ {")
	}
	return strings.ReplaceAll(s, "{"+string(mustacheMark), "{ "+string(mustacheMark))
}

// breakJSON does the same in JSON, where a brace of a string can be written as
// an escape. Outside of strings no two braces stand together. It cleans the
// JSON first: what was left out later could join two braces.
func breakJSON(b []byte) []byte {
	mark := string(mustacheMark)
	s := strings.ReplaceAll(texml.Clean(string(b)), "{{", `\u007b\u007b`)
	return []byte(strings.ReplaceAll(s, "{"+mark, `\u007b`+mark))
}

// errEmpty says that an element that needs text has none.
var errEmpty = errors.New("is empty")
