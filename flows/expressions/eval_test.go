package expressions_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"texmlsrv/flows/expressions"
)

// scope is a call in the middle: a Tuesday evening, two for dinner.
func scope(t testing.TB) *expressions.Scope {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 19, 30, 0, 0, paris)
	return &expressions.Scope{
		Now:      now,
		Language: "en-US",
		Link:     func(kind, name string) string { return "/" + kind + "/" + name },
		Values: map[string]any{
			"now":     expressions.NowValue(now),
			"attempt": 2,
			"missing": []string{"day", "time"},
			"call":    map[string]any{"from": "+13125550188", "direction": "inbound", "params": map[string]any{"lang": "fr"}},
			"answer":  map[string]any{"kind": "digits", "status": "valid", "digits": "01", "choice": "en", "code": 409.0},
			"gathered": map[string]any{
				"day": "2026-11-26", "guests": 4.0, "name": "Zoë", "vegan": false, "notes": "", "wishes": []any{},
				"party": map[string]any{"name": "Smith", "ages": []any{40.0, 38, 7.0}},
			},
			"vars": map[string]any{
				"hours":  map[string]any{"tue-sat": "12:00-14:00 19:00-22:30", "2026-12-25": "closed"},
				"slots":  []any{map[string]any{"time": "19:00", "price": 30.5}, map[string]any{"time": "20:30", "price": 28}, nil},
				"big":    100000000.0,
				"thirds": 0.1 + 0.2,
			},
			"texts":   map[string]any{"welcome": "Hello!"},
			"history": []any{map[string]any{"role": "user", "content": "hi"}},
			"env":     map[string]string{"FLOW_URL": "https://example.com"},
			"secrets": map[string]string{"KEY": "s3cret"},
			"item":    map[string]any{"name": "one"},
		},
	}
}

// options allow everything, so that tables can be about values.
var options = expressions.Options{Secrets: true, Locals: []string{"item"}}

func compile(t testing.TB, source string) *expressions.Expression {
	t.Helper()
	e, err := expressions.Compile(source, options)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}
	return e
}

// shown is a value as JSON, so that 4 and 4.0 are the same and nil is null.
func shown(t testing.TB, v any) string {
	t.Helper()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

type evaluation struct{ source, want string }

// values are tables by point of the language; want is JSON, or an error
// message behind "error: ".
var values = map[string][]evaluation{
	"names": {
		{`call.from`, `"+13125550188"`},
		{`call.params.lang`, `"fr"`},
		{`answer.digits`, `"01"`},
		{`attempt`, `2`},
		{`missing`, `["day","time"]`},
		{`now.date`, `"2026-11-24"`},
		{`now.time`, `"19:30"`},
		{`now.weekday`, `"tue"`},
		{`now.hour`, `19`},
		{`now.iso`, `"2026-11-24T19:30:00+01:00"`},
		{`texts.welcome`, `"Hello!"`},
		{`history[0].content`, `"hi"`},
		{`env.FLOW_URL`, `"https://example.com"`},
		{`secrets.KEY`, `"s3cret"`},
		{`item.name`, `"one"`},
	},
	"absent": {
		{`gathered.nothing`, `null`},
		{`gathered.nothing.at.all`, `null`},
		{`gathered["nothing"].at["all"]`, `null`},
		{`gathered.nothing[3].x`, `null`},
		{`gathered?.nothing?.x`, `null`},
		{`gathered[vars.nothing]`, `null`},
		{`vars.slots[2].time`, `null`},
		{`vars.slots[99]`, `null`},
		{`vars.slots[1:][0].time`, `"20:30"`},
		{`vars.nothing[1:2]`, `[]`},
		{`history[-1].role`, `"user"`},
		{`env.NOT_SET`, `null`},
		{`call.outcome`, `null`},
		{`gathered.nothing ?? "x"`, `"x"`},
		{`default(gathered.nothing, "x")`, `"x"`},
		{`default(gathered.notes, "x")`, `"x"`},
		{`default(gathered.vegan, true)`, `false`},
	},
	"comparing-with-absent": {
		{`gathered.nothing == "x"`, `false`},
		{`"x" == gathered.nothing`, `false`},
		{`gathered.nothing != "x"`, `true`},
		{`gathered.nothing == vars.nothing`, `false`},
		{`gathered.nothing != vars.nothing`, `true`},
		{`gathered.nothing == nil`, `true`},
		{`nil == gathered.nothing`, `true`},
		{`gathered.nothing != nil`, `false`},
		{`gathered.day == nil`, `false`},
		{`gathered.day != nil`, `true`},
		{`gathered.nothing > 8`, `false`},
		{`gathered.nothing <= 8`, `false`},
		{`8 >= gathered.nothing`, `false`},
		{`gathered.nothing < now.date`, `false`},
		{`gathered.nothing in ["a", "b"]`, `false`},
		{`"a" in gathered.nothing`, `false`},
		{`"a" not in gathered.nothing`, `true`},
		{`gathered.nothing contains "a"`, `false`},
		{`gathered.nothing startsWith "a"`, `false`},
		{`"a" endsWith gathered.nothing`, `false`},
		{`gathered.nothing matches "^a"`, `false`},
		{`"a" matches vars.nothing`, `false`},
		{`not (gathered.nothing == "x")`, `true`},
	},
	"conditions": {
		{`!gathered.nothing`, `true`},
		{`not gathered.notes`, `true`},
		{`not gathered.wishes`, `true`},
		{`not {}`, `true`},
		{`not gathered.vegan`, `true`},
		{`not vars.zero`, `true`},
		{`not vars.big`, `false`},
		{`not int("0")`, `false`},
		{`!gathered.guests`, `false`},
		{`!trim(gathered.name)`, `false`},
		{`gathered.day and gathered.name`, `true`},
		{`gathered.day and gathered.nothing`, `false`},
		{`gathered.nothing or gathered.notes or "x"`, `true`},
		{`gathered.nothing || gathered.notes`, `false`},
		{`gathered.nothing ? 1 : 2`, `2`},
		{`gathered.party ? 1 : 2`, `1`},
		{`gathered.notes ?: "none"`, `"none"`},
		{`gathered.day ?: "none"`, `"2026-11-26"`},
	},
	"arithmetic": {
		{`gathered.guests + 1`, `5`},
		{`gathered.guests * 2.5`, `10`},
		{`gathered.guests / 8`, `0.5`},
		{`gathered.guests % 3`, `1`},
		{`2 ** 10`, `1024`},
		{`-gathered.guests`, `-4`},
		{`+gathered.guests`, `4`},
		{`gathered.nothing + 1`, `null`},
		{`1 - gathered.nothing`, `null`},
		{`-gathered.nothing`, `null`},
		{`gathered.nothing * vars.nothing`, `null`},
		{`"a" + gathered.nothing`, `"a"`},
		{`gathered.nothing + "a"`, `"a"`},
		{`gathered.nothing + vars.nothing`, `null`},
		{`"a" + gathered.name`, `"aZoë"`},
		{`"a" + gathered.guests`, "error: text and a number cannot be calculated with"},
		{`1 / 0`, "error: the result is not a number"},
		{`gathered.guests % 0`, "error: the result is not a number"},
		{`vars.thirds % 2`, "error: the result is not a number"},
	},
	"ordering": {
		{`gathered.guests > 3`, `true`},
		{`gathered.guests >= 4.0`, `true`},
		{`gathered.guests < 4`, `false`},
		{`1 < gathered.guests < 9`, `true`},
		{`4 < gathered.guests < 9`, `false`},
		{`gathered.day > now.date`, `true`},
		{`"19:00" <= now.time`, `true`},
		{`gathered.day > 4`, "error: text cannot be compared with a number"},
		{`gathered.vegan > 4`, "error: true or false cannot be compared with a number"},
		{`9007199254740993 > 9007199254740992`, `true`},
	},
	"equality": {
		{`gathered.guests == 4`, `true`},
		{`4 == 4.0`, `true`},
		{`gathered.guests != 4`, `false`},
		{`answer.code == 409`, `true`},
		{`gathered.guests == "4"`, `false`},
		{`gathered.guests in [2, 4]`, `true`},
		{`gathered.party.ages == [40, 38, 7]`, `true`},
		{`gathered.party == {name: "Smith", ages: [40.0, 38.0, 7]}`, `true`},
		{`gathered.party == {name: "Smith"}`, `false`},
		{`gathered.vegan == false`, `true`},
		{`env == {FLOW_URL: "https://example.com"}`, `true`},
		{`missing == ["day", "time"]`, `true`},
	},
	"texts": {
		{`"day" in missing`, `true`},
		{`"party" in gathered`, `true`},
		{`"nobody" not in gathered`, `true`},
		{`call.from startsWith "+1"`, `true`},
		{`call.from matches "^[+]1\\d+$"`, `true`},
		{`call.from not matches "^[+]44"`, `true`},
		{`gathered.name contains "oë"`, `true`},
		{`gathered.name matches gathered.name`, `true`},
		{`gathered.guests contains "4"`, "error: a number and text cannot be compared as texts"},
		{`gathered.name[2]`, `"ë"`},
		{`gathered.name[:2]`, `"Zo"`},
		{`gathered.name[-1:]`, `"ë"`},
		{`gathered.day.year`, "error: text has no members with names"},
	},
	"lists": {
		{`len(gathered.nothing)`, `0`},
		{`len(gathered.name)`, `3`},
		{`len(missing)`, `2`},
		{`len(gathered.party)`, `2`},
		{`len(gathered.guests)`, "error: a number has no length"},
		{`any(gathered.nothing, # > 1)`, `false`},
		{`all(gathered.nothing, # > 1)`, `true`},
		{`none(gathered.nothing, # > 1)`, `true`},
		{`one(gathered.nothing, # > 1)`, `false`},
		{`filter(gathered.nothing, # > 1)`, `[]`},
		{`map(gathered.nothing, #)`, `[]`},
		{`count(gathered.nothing)`, `0`},
		{`sum(gathered.nothing)`, `0`},
		{`find(gathered.nothing, #)`, `null`},
		{`any(vars.slots, .price < 29)`, `true`},
		{`all(vars.slots, .price)`, `false`},
		{`one(vars.slots, .time == "19:00")`, `true`},
		{`filter(vars.slots, .time)[1].time`, `"20:30"`},
		{`map(vars.slots, .time)`, `["19:00","20:30",null]`},
		{`map(vars.slots, #index)`, `[0,1,2]`},
		{`vars.slots | filter(.price > 29) | map(.time)`, `["19:00"]`},
		{`count(vars.slots, .price > 1)`, `2`},
		{`count(vars.slots)`, `2`},
		{`find(vars.slots, .price < 29).time`, `"20:30"`},
		{`find(vars.slots, .price < 1).time`, `null`},
		{`[all(missing, #), any(missing, #), none(missing, #), one(missing, #), 1]`, `[true,true,false,false,1]`},
		{`[filter(missing, #), map(missing, 1), find(missing, false), count(missing, #), 1]`, `[["day","time"],[1,1],null,2,1]`},
		{`sum(vars.slots, .price)`, `58.5`},
		{`sum(gathered.party.ages)`, `85`},
		{`filter(missing, len(#) > 3)`, `["time"]`},
		{`filter(vars.slots, sum([.price]) > 29)[0].time`, `"19:00"`},
		{`any(gathered.name, #)`, "error: a list is wanted here, not text"},
		{`first(missing)`, `"day"`},
		{`last(missing)`, `"time"`},
		{`first(gathered.nothing)`, `null`},
		{`last([])`, `null`},
		{`take(missing, 1)`, `["day"]`},
		{`take(missing, 9)`, `["day","time"]`},
		{`take(gathered.nothing, 1)`, `[]`},
		{`reverse(missing)`, `["time","day"]`},
		{`reverse(gathered.nothing)`, `[]`},
		{`uniq([1, 1.0, "1", 1])`, `[1,"1"]`},
		{`uniq(gathered.nothing)`, `[]`},
		{`concat(missing, gathered.nothing, [1])`, `["day","time",1]`},
		{`sort(map(vars.slots, .price))`, `[28,30.5]`},
		{`sort(missing, "desc")`, `["time","day"]`},
		{`sort(gathered.nothing)`, `[]`},
		{`sort([1, "a"])`, "error: text cannot be compared with a number"},
		{`min(3, gathered.guests)`, `3`},
		{`max(gathered.party.ages)`, `40`},
		{`max(map(vars.slots, .time))`, `"20:30"`},
		{`min(gathered.nothing)`, `null`},
		{`max(gathered.nothing, 2)`, `2`},
		{`min([])`, `null`},
	},
	"functions": {
		{`abs(-4)`, `4`},
		{`ceil(4.2)`, `5`},
		{`floor(-4.2)`, `-5`},
		{`round(4.5)`, `5`},
		{`round(gathered.nothing)`, `null`},
		{`int("4")`, `4`},
		{`int(" 4.9 ")`, `4`},
		{`int("four")`, "error: the text is not a number"},
		{`int(gathered.nothing)`, `null`},
		{`float("4.5")`, `4.5`},
		{`string(vars.big)`, `"100000000"`},
		{`string(gathered.nothing)`, `""`},
		{`trim("  a ")`, `"a"`},
		{`upper(gathered.name)`, `"ZOË"`},
		{`lower(gathered.nothing)`, `null`},
		{`upper(gathered.guests)`, "error: text is wanted here, not a number"},
		{`split("a,b", ",")`, `["a","b"]`},
		{`split(gathered.nothing, ",")`, `[]`},
		{`join(missing, " and ")`, `"day and time"`},
		{`join([1, 2.5, nil])`, `"12.5"`},
		{`join(gathered.nothing, ",")`, `""`},
		{`replace("a-b-c", "-", "")`, `"abc"`},
		{`replace(gathered.nothing, "-", "")`, `null`},
		{`indexOf("Zoë!", "!")`, `3`},
		{`indexOf("abc", "x")`, `-1`},
		{`indexOf(gathered.nothing, "x")`, `-1`},
		{`hasPrefix(call.from, "+1")`, `true`},
		{`hasSuffix(gathered.nothing, "8")`, `false`},
		{`urlquery("a b&c")`, `"a+b%26c"`},
		{`urlquery(gathered.nothing)`, `""`},
		{`json({b: 1, a: "<&>"})`, `"{\"a\":\"<&>\",\"b\":1}"`},
		{`json(gathered.nothing)`, `"null"`},
		{`json(vars.big)`, `"100000000"`},
		{`step("table")`, `"/step/table"`},
		{`open(vars.hours)`, `true`},
		{`open(vars.hours, gathered.day, "15:00")`, `false`},
		{`open(vars.hours, gathered.day, "13:59:59")`, `true`},
		{`open(vars.hours, "2026-12-25", "13:00")`, `false`},
		{`open(vars.nothing)`, `false`},
		{`open(vars.hours, gathered.nothing, "13:00")`, `false`},
		{`open(vars.hours, "tomorrow", "13:00")`, "error: open wants a date"},
		{`open({mon: 9})`, "error: hours: mon: "},
		{`telnyx_secret("crm")`, `"{{#secret}}crm{{/secret}}"`},
		{`gathered.day ? telnyx_variable("From") : ""`, `"{{From}}"`},
	},
}

func TestEval(t *testing.T) {
	for point, table := range values {
		t.Run(point, func(t *testing.T) {
			for i, tt := range table {
				t.Run(strconv.Itoa(i), func(t *testing.T) { checkEval(t, tt) })
			}
		})
	}
}

func checkEval(t *testing.T, tt evaluation) {
	v, err := compile(t, tt.source).Eval(scope(t))
	if want, ok := strings.CutPrefix(tt.want, "error: "); ok {
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s gives %v and error %v, want error %s", tt.source, v, err, want)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s: %v", tt.source, err)
	}
	if got := shown(t, v); got != tt.want {
		t.Errorf("%s\n got %s\nwant %s", tt.source, got, tt.want)
	}
}
