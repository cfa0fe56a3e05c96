package trying_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console/consoletest"
	"texmlsrv/console/trying"
	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// TestWishOf reads the same from a form and from JSON, and again from the form
// that begins the same try once more.
func TestWishOf(t *testing.T) {
	release := consoletest.Shop(t)
	for name, tt := range map[string]struct{ form, json string }{
		"little":    {"flow=shop", `{"flow":"shop"}`},
		"inbound":   {"flow=shop&from=%2B13125550142&to=sip:a@example.com&name=Ada", `{"flow":"shop","from":"+13125550142","to":"sip:a@example.com","name":"Ada"}`},
		"outbound":  {"flow=shop&direction=outbound&from=a@example.com&answered_by=human", `{"flow":"shop","direction":"outbound","to":"a@example.com","answered_by":"human"}`},
		"params":    {"flow=shop&params=b=2%0D%0Aa=1=1%0D%0A", `{"flow":"shop","params":{"a":"1=1","b":"2"}}`},
		"env":       {"flow=shop&env=B=2%0D%0AA_1=", `{"flow":"shop","env":{"A_1":"","B":"2"}}`},
		"variables": {"flow=shop&variables.shop=3&variables.floors=4", `{"flow":"shop","variables":{"shop":"3","floors":4}}`},
		"text":      {`flow=shop&variables.floors="4"`, `{"flow":"shop","variables":{"floors":"4"}}`},
		"json":      {`flow=shop&lookups.shop/find={"state":"here"}`, `{"flow":"shop","lookups":{"find":{"state":"here"}}}`},
		"status":    {"flow=shop&lookups.shop/find=409", `{"flow":"shop","lookups":{"shop/find":409}}`},
		"timeout":   {"flow=shop&lookups.shop/find=timeout", `{"flow":"shop","lookups":{"shop/find":"timeout"}}`},
		"behaves":   {"flow=shop&behaves=duplicate&behaves=delay&behaves=api&times=2&delay=5&fault=gone&now=2026-12-24", `{"flow":"shop","behaves":["duplicate","delay","api"],"times":2,"delay":5,"fault":"gone","now":"2026-12-24"}`},
	} {
		t.Run(name, func(t *testing.T) {
			form, err := url.ParseQuery(tt.form)
			if err != nil {
				t.Fatal(err)
			}
			var wish trying.Wish
			if err := json.Unmarshal([]byte(tt.json), &wish); err != nil {
				t.Fatal(err)
			}
			byJSON, wrong := wish.Setup(release, now)
			byForm, wrongForm := trying.WishOf(form, release).Setup(release, now)
			if diff := cmp.Diff(wrong, wrongForm); diff != "" {
				t.Errorf("wrong (-JSON +form):\n%s", diff)
			}
			again, err := url.ParseQuery(byJSON.Describing)
			if err != nil {
				t.Fatal(err)
			}
			bySame, _ := trying.WishOf(again, release).Setup(release, now)
			for how, other := range map[string]any{"form": byForm, "again": bySame} {
				if diff := cmp.Diff(any(byJSON), other, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Release" }, cmp.Ignore())); diff != "" {
					t.Errorf("(-JSON +%s):\n%s", how, diff)
				}
			}
		})
	}
}

// TestWish_FormWrong says in the form of a call that we make who is wrong.
func TestWish_FormWrong(t *testing.T) {
	wish := trying.WishOf(url.Values{"direction": {"outbound"}, "from": {"nobody"}}, consoletest.Shop(t))
	if got := wish.FormWrong(trying.Wrong{"to": "no", "now": "never"}); !cmp.Equal(got, trying.Wrong{"from": "no", "now": "never"}) {
		t.Errorf("%v", got)
	}
}

// moments are one of each kind that can be waited for.
func moments(tb testing.TB) []simulator.Moment {
	tb.Helper()
	node, err := schemas.ReadJSON([]byte(`{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"object","properties":{"c":{"type":"integer"}}}}}`))
	if err != nil {
		tb.Fatal(err)
	}
	schema, err := schemas.Compile(node)
	if err != nil {
		tb.Fatal(err)
	}
	all := []simulator.Moment{{Kind: simulator.MomentAI, Schema: schema}, {Kind: simulator.MomentAI}}
	for _, kind := range []string{simulator.MomentGather, simulator.MomentRecord, simulator.MomentDial, simulator.MomentRefer, simulator.MomentHTTP} {
		all = append(all, simulator.Moment{Kind: kind}, simulator.Moment{Kind: kind, Leg: "callee"})
	}
	return all
}

// FuzzDeed does anything at any moment, by JSON and by a form: it can be done, or
// it is said why not.
func FuzzDeed(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"do":"press","press":"1#"}`, "do=key1&press=2"}, {`{"do":"say","say":"yes","mumbled":true}`, "do=say&say=+"},
		{`{"do":"gather","values":{"a":"b","b":{"c":1}},"talk":["hm"]}`, "do=gather&values.a=b&values.b.c=x&talk=hm%0Aha"},
		{`{"do":"anyway","values":null}`, "do=anyway&json=[]"}, {`{"do":"gather"}`, "do=gather&json={"}, {`{"do":"record","spoken":"1e99"}`, "do=record&spoken=NaN"},
		{`{"do":"happens","status":"busy","behind":"-1"}`, "do=happens&status=1&behind=a=b"}, {`{"do":"hang_up","behaves":["delay"],"delay":-1,"times":9}`, "do=hang_up&behaves=api&fault=x&times=-3"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, body, query string) {
		var byJSON trying.Deed
		if json.Unmarshal([]byte(body), &byJSON) != nil {
			byJSON = trying.Deed{}
		}
		form, _ := url.ParseQuery(query)
		for _, m := range moments(t) {
			for _, deed := range []trying.Deed{byJSON, trying.DeedOf(form)} {
				act, wrong := deed.Act(m)
				if len(wrong) > 0 {
					continue
				}
				if act.Seconds < 0 || act.Seconds > 86400 || act.Gathers != nil && !json.Valid(act.Gathers) {
					t.Errorf("%s: %+v of %+v", m.Kind, act, deed)
				}
			}
		}
	})
}

// FuzzWish sets up anything: it can be, or it is said why not.
func FuzzWish(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"flow":"shop","variables":{"floors":1e400},"lookups":{"":null,"find":"x"},"params":{"":""}}`, "flow=shop&params==%0Aa%0Ab=c&lookups.=1&variables.shop=+"},
		{`{"flow":"shop","direction":"outbound","from":"a@b","behaves":["no_such"]}`, "flow=shop&direction=outbound&to=anonymous&now=2026-02-30T25:00"},
		{`{"flow":"shop","now":"9999-12-31T23:59:59+14:00"}`, "now=%00&flow=shop"},
	} {
		f.Add(seed[0], seed[1])
	}
	release := consoletest.Shop(f)
	f.Fuzz(func(t *testing.T, body, query string) {
		var byJSON trying.Wish
		if json.Unmarshal([]byte(body), &byJSON) != nil {
			byJSON = trying.Wish{}
		}
		form, _ := url.ParseQuery(query)
		for _, wish := range []trying.Wish{byJSON, trying.WishOf(form, release)} {
			setup, wrong := wish.Setup(release, now)
			if len(wrong) > 0 {
				continue
			}
			again, err := url.ParseQuery(setup.Describing)
			if err != nil {
				t.Fatal(err)
			}
			if _, wrong := trying.WishOf(again, release).Setup(release, now); len(wrong) > 0 {
				t.Errorf("once more, as %s: %v", setup.Describing, wrong)
			}
		}
	})
}
