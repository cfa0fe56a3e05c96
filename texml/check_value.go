package texml

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// computed reports that a value is not known yet: a template's, or one that Telnyx fills in.
func computed(value string) bool { return strings.Contains(value, "{{") }

// resolveValue checks what an attribute says by itself, and returns it as it was meant.
func (c *checker) resolveValue(n *node, decl *AttrDecl, value string, at span) attr {
	a := attr{decl: decl, value: value, at: at, computed: computed(value)}
	if a.computed {
		if !c.options.Template && n.decl.Key != "Request" {
			c.mustache(at.start + max(0, strings.Index(c.tree.src.text[at.start:at.end], "{{")))
		}
		return a
	}
	if right := c.respellValue(&a); right != "" {
		a.value = right
		return a
	}
	if hint := twimlValues[n.decl.Key+"."+decl.Name+"="+value]; hint != "" {
		c.report("TX704", at.start, "%s=%q is TwiML", decl.Name, value).Suggestion = hint
		return a
	}
	c.valueOf(n, &a)
	return a
}

func (c *checker) mustache(at int) {
	c.report("TX006", at, `"{{" is live template syntax at Telnyx`)
}

// respellValue mends words that are written differently; "" when none is.
func (c *checker) respellValue(a *attr) string {
	if slices.Contains(a.decl.Disputed, a.value) {
		right := foldIn(a.value, a.decl.Values)
		c.report("TX219", a.at.start, "Telnyx's pages disagree on the spelling of %q", a.value).Suggestion = right
		return right
	}
	right := ""
	switch a.decl.Type {
	case TypeBool:
		right = foldIn(a.value, []string{"true", "false"})
	case TypeEnum:
		right = foldIn(a.value, a.decl.Values)
	case TypeList:
		right = foldList(a.value, a.decl.Values)
	}
	if right == "" || right == a.value {
		return ""
	}
	p := c.report("TX210", a.at.start, "%s is written %q, not %q", a.decl.Name, right, a.value)
	p.Suggestion = right
	c.fix(p, a.at, right)
	return right
}

// foldIn returns the one of values that differs from s in letter case or the order of words at most;
// "" when there is none. A value that is there as it is written wins.
func foldIn(s string, values []string) string {
	if slices.Contains(values, s) {
		return s
	}
	words := sortedWords(s)
	for _, v := range values {
		if slices.Equal(words, sortedWords(v)) {
			return v
		}
	}
	return ""
}

func sortedWords(s string) []string {
	words := strings.Fields(strings.ToLower(s))
	slices.Sort(words)
	return words
}

// foldList is foldIn for every word of a list; "" when a word is none of the values.
func foldList(s string, values []string) string {
	words := strings.Fields(s)
	for i, word := range words {
		if words[i] = foldIn(word, values); words[i] == "" {
			return ""
		}
	}
	if slices.Equal(words, strings.Fields(s)) {
		return ""
	}
	return strings.Join(words, " ")
}

// valueOf checks a literal value against its declaration.
func (c *checker) valueOf(n *node, a *attr) {
	switch a.decl.Type {
	case TypeBool:
		if a.value != "true" && a.value != "false" {
			c.report("TX205", a.at.start, "%s=%q is neither true nor false", a.decl.Name, a.value)
		}
	case TypeInt, TypeDecimal, TypeMoney:
		c.number(a)
	case TypeEnum:
		c.word(a, a.value)
	case TypeList:
		c.list(a)
	case TypeURL:
		c.url(a.at.start, a.decl.Name, a.value, a.decl.URL, n.is("mediaStorage", "true"))
	case TypeJSON:
		if !json.Valid([]byte(a.value)) {
			c.report("TX216", a.at.start, "%s is not JSON", a.decl.Name)
		}
	case TypeVoice:
		c.voice(n, a)
	default:
		c.characters(a)
	}
}

var (
	wholePattern    = regexp.MustCompile(`^[+-]?[0-9]{1,18}$`)
	decimalPattern  = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$`)
	phonePattern    = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$`)
	sipPattern      = regexp.MustCompile(`^sips?:[^\s@]+(@[^\s@]+)?$`)
	languagePattern = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
	uuidPattern     = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

func (c *checker) number(a *attr) {
	decimals := a.decl.Type != TypeInt
	switch {
	case decimals && !decimalPattern.MatchString(a.value):
		p := c.report("TX207", a.at.start, "%s=%q is not a decimal number", a.decl.Name, a.value)
		if point := strings.Replace(a.value, ",", ".", 1); decimalPattern.MatchString(point) {
			p.Suggestion = point
		}
		return
	case !decimals && !wholePattern.MatchString(a.value):
		p := c.report("TX206", a.at.start, "%s=%q is not a whole number", a.decl.Name, a.value)
		if digits := strings.TrimRight(strings.TrimSpace(a.value), " secondm"); wholePattern.MatchString(digits) {
			p.Suggestion = digits
		}
		return
	}
	if len(a.decl.Values) > 0 {
		c.word(a, a.value)
		return
	}
	x, err := decimal(a.value)
	if err != nil || math.IsInf(x, 0) || !a.decl.Range.holds(x) {
		c.outOfRange(a, x)
	}
}

func (c *checker) outOfRange(a *attr, x float64) {
	r := a.decl.Range
	if milliseconds := strings.HasPrefix(a.decl.Name, "machineDetection"); milliseconds && x >= 1 && 1000*x >= r.Min && x < r.Min {
		p := c.report("TX704", a.at.start, "%s counts milliseconds, not seconds", a.decl.Name)
		p.Suggestion = a.value + "000"
		return
	}
	c.report("TX208", a.at.start, "%s=%q is not %v", a.decl.Name, a.value, r)
}

// word checks one word against the values that there are.
func (c *checker) word(a *attr, word string) {
	if a.decl.Open || slices.Contains(a.decl.Values, word) {
		return
	}
	p := c.report("TX209", a.at.start, "%s=%q is none of %s", a.decl.Name, word, strings.Join(a.decl.Values, ", "))
	if guess := nearest(word, a.decl.Values); guess != "" {
		p.Suggestion = "did you mean " + guess + "?"
	}
}

func (c *checker) list(a *attr) {
	words := strings.Fields(a.value)
	if len(words) == 0 {
		c.report("TX209", a.at.start, "%s lists nothing", a.decl.Name)
	}
	for i, word := range words {
		switch {
		case strings.Contains(word, ","):
			c.report("TX209", a.at.start, "%s is separated by spaces, not by commas", a.decl.Name)
			return
		case slices.Contains(words[:i], word):
			c.report("TX211", a.at.start, "%s has %s twice", a.decl.Name, word)
		default:
			c.word(a, word)
		}
	}
}

// characters checks values that are free but for what they consist of.
func (c *checker) characters(a *attr) {
	value, at := a.value, a.at.start
	outside := a.decl.Chars != "" && strings.Trim(value, a.decl.Chars) != ""
	switch {
	case a.decl.Type == TypeDigits && outside:
		c.report("TX212", at, "%s=%q has other characters than %s", a.decl.Name, value, a.decl.Chars)
	case a.decl.Type == TypePhone:
		c.phone(at, value)
	case a.decl.Type == TypeLanguage && !languagePattern.MatchString(value):
		p := c.report("TX217", at, "%s=%q is not a language tag", a.decl.Name, value)
		if dashed := strings.ReplaceAll(value, "_", "-"); languagePattern.MatchString(dashed) {
			p.Suggestion = dashed
		}
	case a.decl.Type == TypeUUID && !uuidPattern.MatchString(value):
		c.report("TX215", at, "%s=%q is not a UUID", a.decl.Name, value)
	case a.decl.Type == TypeString && outside:
		c.report("TX218", at, "%s=%q has other characters than letters, digits, space and -_~!.+", a.decl.Name, value)
	case a.decl.MaxLen > 0 && utf8.RuneCountInString(value) > a.decl.MaxLen:
		c.report("TX218", at, "%s has more than %d characters", a.decl.Name, a.decl.MaxLen)
	}
}

// phone checks what is dialed or shown.
func (c *checker) phone(at int, value string) {
	switch {
	case strings.HasPrefix(value, "client:"):
		c.report("TX704", at, "client: is TwiML").Suggestion = "dial the SIP address of the credential: sip:user@sip.telnyx.com"
	case strings.HasPrefix(value, "sip:"), strings.HasPrefix(value, "sips:"):
		c.sip(at, value)
	case !phonePattern.MatchString(value):
		c.report("TX213", at, "%q is not a number such as +13125550123", value)
	}
}

func (c *checker) sip(at int, value string) {
	if !sipPattern.MatchString(value) {
		c.report("TX214", at, "%q is not a SIP address such as sip:desk@pbx.example.com", value)
	}
}

// holds reports whether a number is in the range; nil holds every one.
func (r *Range) holds(x float64) bool {
	return r == nil || x >= r.Min && (r.Max == unbounded || x <= r.Max) || r.OrZero && x == 0
}

// CheckValue returns what is wrong with a literal value of an attribute, or with the text of the element
// when attribute is "". Places are within the value. It is for values that are known only once a
// template is rendered; JSON is not looked at, and there is nothing to say about an attribute that the
// element does not have.
func (e *ElementDecl) CheckValue(attribute, value string) []Problem {
	c := &checker{tree: &Tree{src: newSource(value)}, options: CheckOptions{Template: true}}
	n := &node{Element: etree.NewElement(e.Name()), decl: e}
	n.SetText(value)
	switch decl := e.Attr(attribute); {
	case decl != nil:
		c.resolveValue(n, decl, value, span{0, len(value)})
	case attribute == "" && e.Text.Type != TypeSchema && e.Text.Type != TypeTool && !computed(value):
		c.textValue(n, strings.TrimSpace(value), 0)
	}
	return c.problems
}
