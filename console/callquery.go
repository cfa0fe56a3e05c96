package console

import (
	"net/url"

	"texmlsrv/console/listing"
	"texmlsrv/console/story"
)

// filter is a condition of the list that is set, as a chip shows it.
type filter struct {
	Name, Value string
	Off         string // address of the list without it
}

// callQuery is what the list of calls is asked for by its address.
type callQuery struct{ *listing.Asked }

// readCallQuery reads the address of the list.
func readCallQuery(given url.Values) (callQuery, error) {
	asked, err := listing.Read(given)
	return callQuery{asked}, err
}

// path is the address of the list with what is asked for, and more.
func (q callQuery) path(path string, more ...string) string {
	asked := url.Values{}
	for name, values := range q.Values {
		asked[name] = values
	}
	for i := 0; i+1 < len(more); i += 2 {
		if asked.Set(more[i], more[i+1]); more[i+1] == "" {
			asked.Del(more[i])
		}
	}
	return withQuery(path, asked)
}

// filters are the chips of what is asked for.
func (q callQuery) filters() []filter {
	var all []filter
	chip := func(set bool, param, name, value string) {
		if set {
			all = append(all, filter{Name: name, Value: value, Off: q.path("/calls", param, "")})
		}
	}
	if q.Kind != "" {
		names := map[string]string{"id": "CallSid", "number": "Number", "text": "Said or gathered"}
		all = append(all, filter{Name: names[q.Kind], Value: q.SID + q.Number + q.Text, Off: q.path("/calls", listing.ParamSearch, "", listing.ParamAs, "")})
	}
	if q.Live != nil {
		chip(true, listing.ParamLive, "", map[bool]string{true: "running", false: "ended"}[*q.Live])
	}
	chip(q.Flow != "", "flow", "Flow", q.Flow)
	chip(q.Step != "", "step", "Step", q.Step)
	chip(q.Outcome != "", "outcome", "Outcome", q.Outcome)
	chip(q.Ending != "", "ending", "Ending", q.Ending)
	chip(q.Release != "", "release", "Release", q.Release)
	chip(!q.From.IsZero(), listing.ParamFrom, "Began from", q.From.Format("2006-01-02 15:04 UTC"))
	chip(!q.To.IsZero(), listing.ParamTo, "Began before", q.To.Format("2006-01-02 15:04 UTC"))
	chip(q.WaitingLonger > 0, listing.ParamWait, "Waiting longer than", story.Span(q.WaitingLonger))
	chip(q.Problems, "problems", "", "problems")
	chip(q.Degraded, "degraded", "", "degraded")
	chip(q.Duplicates, "duplicates", "", "duplicates")
	return all
}
