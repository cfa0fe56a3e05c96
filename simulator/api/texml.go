package api

import (
	"context"
	"maps"
	"strconv"
	"time"
)

// Update is a change of a running TeXML call that was taken. One of URL, Texml
// and Status is given, or none when only the callback changes.
type Update struct {
	AccountID, CallSID                   string
	URL, Method                          string
	FallbackURL, FallbackMethod          string
	Texml                                string
	Status                               string // completed, or ""
	StatusCallback, StatusCallbackMethod string
}

// Initiate is a new call that was taken.
type Initiate struct {
	AccountID                string
	To, From, ApplicationSID string
	URL, URLMethod           string // "" leaves it to the application
	Texml                    string
	Params                   map[string]any // all parameters, as encoding/json decodes them
}

// update changes a call. The answer has no data around it, as Telnyx's TeXML
// answers have not.
func (a *API) update(ctx context.Context, in *Received) (any, *Failure) {
	if failure := a.account(in); failure != nil {
		return nil, failure
	}
	call, is := a.o.Call(in.CallID)
	switch {
	case !is:
		return nil, NotFound()
	case call.over():
		return nil, CallEnded()
	}
	p := in.Params
	u := Update{
		AccountID: in.AccountID, CallSID: in.CallID,
		URL: text(p, "Url"), Method: text(p, "Method"),
		FallbackURL: text(p, "FallbackUrl"), FallbackMethod: text(p, "FallbackMethod"),
		Texml: text(p, "Texml"), Status: text(p, "Status"),
		StatusCallback: text(p, "StatusCallback"), StatusCallbackMethod: text(p, "StatusCallbackMethod"),
	}
	if a.o.OnUpdateCall != nil {
		if failure := a.o.OnUpdateCall(ctx, u); failure != nil {
			return nil, failure
		}
	}
	if u.Status != "" {
		call.Status, call.Ended = u.Status, a.o.Now()
	}
	return a.resource(u, call), nil
}

// resource is a call as Telnyx tells of it: in snake_case, with dates as in mail
// and seconds as text.
func (a *API) resource(u Update, call Call) map[string]any {
	now := a.o.Now()
	out := map[string]any{
		"account_sid": u.AccountID, "sid": u.CallSID, "status": call.Status, "direction": call.Direction,
		"from": call.From, "to": call.To, "answered_by": call.AnsweredBy,
		"date_updated": now.UTC().Format(time.RFC1123Z), "start_time": mailDate(call.Started), "end_time": mailDate(call.Ended),
		"uri": Prefix + "/texml/Accounts/" + u.AccountID + "/Calls/" + u.CallSID,
	}
	if !call.Started.IsZero() && !call.Ended.IsZero() {
		out["duration"] = strconv.Itoa(int(call.Ended.Sub(call.Started) / time.Second))
	}
	return out
}

func mailDate(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(time.RFC1123Z)
}

// initiate begins a call. Telnyx's answer has no id of it.
func (a *API) initiate(ctx context.Context, in *Received) (any, *Failure) {
	if failure := a.account(in); failure != nil {
		return nil, failure
	}
	if failure := a.dialled(); failure != nil {
		return nil, failure
	}
	p := in.Params
	i := Initiate{
		AccountID: in.AccountID, To: text(p, "To"), From: text(p, "From"), ApplicationSID: text(p, "ApplicationSid"),
		URL: text(p, "Url"), URLMethod: text(p, "UrlMethod"), Texml: text(p, "Texml"), Params: maps.Clone(p),
	}
	if a.o.OnInitiate != nil {
		if failure := a.o.OnInitiate(ctx, i); failure != nil {
			return nil, failure
		}
	}
	return map[string]any{"from": i.From, "to": i.To, "status": "queued"}, nil
}

// account refuses another account's id.
func (a *API) account(in *Received) *Failure {
	if a.o.AccountID != "" && in.AccountID != a.o.AccountID {
		return NotFound()
	}
	return nil
}
