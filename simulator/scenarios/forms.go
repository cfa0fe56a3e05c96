package scenarios

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// The forms of texts, as flows/editor/scenario.json has them.
var (
	number    = regexp.MustCompile(`^(\+[1-9][0-9]{4,14}|(sips?:)?[^\s@]+@[^\s@]+)$`)
	ours      = regexp.MustCompile(`^\+[1-9][0-9]{4,14}$`)
	instant   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
	word      = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	answerer  = regexp.MustCompile(`^[a-z][a-z_]*$`)
	name      = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	stepName  = regexp.MustCompile(`^([a-z0-9_-]{1,64}/)?[a-z0-9_-]{1,64}$`)
	keys      = regexp.MustCompile(`^[0-9*#]+$`)
	wholeURL  = regexp.MustCompile(`^https?://\S+$`)
	shortTime = regexp.MustCompile(`^(([0-9]+(\.[0-9]+)?)(ms|s))+$`)
	longTime  = regexp.MustCompile(`^(([0-9]+(\.[0-9]+)?)(ms|s|m|h))+$`)
)

const (
	addressAdvice = `a number has its country code, and quotes: "+35319605860"`
	oursAdvice    = `a number has its country code, and quotes: "+13125550188"`
	stepAdvice    = "a step, or flow/step"
)

// matching is text of a form.
func (r *reader) matching(n *yaml.Node, what string, form *regexp.Regexp, advice string) string {
	text, ok := r.Text(n, what)
	if ok && !form.MatchString(text) {
		r.Report(n, advice, "%s cannot be %q", what, text)
	}
	return text
}

// duration is a time with its unit.
func (r *reader) duration(n *yaml.Node, what string, form *regexp.Regexp, example string) time.Duration {
	text := r.matching(n, what, form, "a time with its unit: "+example)
	d, err := time.ParseDuration(text)
	if err != nil && form.MatchString(text) {
		r.Report(n, "", "%s is too long", what)
	}
	return d
}

// seconds is a number of seconds, not negative.
func (r *reader) seconds(n *yaml.Node) float64 {
	v, is := r.Value(n, "seconds", nil).(float64)
	if !is || v < 0 {
		r.Report(n, "", "seconds must be a number, 0 or more")
		return 0
	}
	return v
}

// now reads a day and time; zoned says that it names its zone.
func (r *reader) now(n *yaml.Node) (at time.Time, zoned bool) {
	text := r.matching(n, "now", instant, "day and time: 2026-12-24T18:00")
	if !instant.MatchString(text) {
		return time.Time{}, false
	}
	text = strings.Replace(text, " ", "T", 1)
	zoned = strings.HasSuffix(text, "Z") || strings.LastIndexAny(text, "+-") > 10
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, zoned
		}
	}
	r.Report(n, "", "now: there is no %s", strconv.Quote(text))
	return time.Time{}, false
}
