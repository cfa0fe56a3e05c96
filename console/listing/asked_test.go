package listing_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"texmlsrv/console/listing"
	"texmlsrv/console/web"
)

// TestRead_kinds tells apart what is typed into the search.
func TestRead_kinds(t *testing.T) {
	for typed, kind := range map[string]string{
		"v3:aBc": listing.ByID, "9X2vxPDFY2RHSJ1EdMS0": listing.ByID, "+1 (312) 555-0188": listing.ByNumber, "0188": listing.ByNumber,
		"sip:desk@example.com": listing.ByNumber, "terrace": listing.ByText, "v3": listing.ByText, "table 4": listing.ByText, "": "",
	} {
		a, err := listing.Read(url.Values{"q": {typed}})
		if err != nil || a.Kind != kind {
			t.Errorf("%q is taken for %q, %v", typed, a.Kind, err)
		}
		words, err := listing.Read(url.Values{"q": {typed}, "as": {"text"}})
		if err != nil || words.Text != typed {
			t.Errorf("%q as text is %+v, %v", typed, words.Query, err)
		}
	}
}

// FuzzRead reads any query: it is read, or refused with what is wrong; and what
// was searched for is never told to the audit trail.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"q=%2B353+1+960&live=yes", "q=terr&as=text", "from=2026-11-23T09:01&to=2026-11-24", "waiting=5m&problems=yes",
		"live=perhaps", "waiting=-1s", "from=%ff", "q=%00", "top=99999999999999999999", "after=x&part=rows", "q&q=2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		given, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := listing.Read(given)
		if problem, is := errors.AsType[*web.Problem](err); err != nil && (!is || problem.Status != http.StatusBadRequest || problem.Detail == "") {
			t.Errorf("%q: %v", query, err)
		}
		if err != nil {
			return
		}
		only, err := listing.Read(url.Values{"q": {given.Get("q")}, "as": {given.Get("as")}})
		if searched := strings.TrimSpace(given.Get("q")); err == nil && len(searched) > 12 && strings.Contains(only.Conditions(), searched) {
			t.Errorf("%q tells %q", query, only.Conditions())
		}
		if (a.SID != "" || a.Number != "" || a.Text != "") != (a.Kind != "") {
			t.Errorf("%q: %+v", query, a)
		}
	})
}
