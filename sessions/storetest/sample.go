package storetest

import (
	"encoding/json"
	"time"

	"texmlsrv/sessions"
)

const (
	sid      = "v3:Ab-1_2=.~x"
	document = "<?xml version=\"1.0\"?>\n<Response><Say>Où & \"quand\" \u2028 \xf0\x9f\x8d\xb7?</Say></Response>\n"
)

var began = time.Date(2026, 3, 29, 0, 59, 59, 123456789, time.UTC)

// Session returns a session of call callSID with every field filled, with what
// stores have been seen to lose: empty lists, nulls, digits, markup.
func Session(callSID string) *sessions.Session {
	return &sessions.Session{
		Call: sessions.Call{
			SID: callSID, Direction: "inbound", From: "+13125550188", To: "sip:desk@example.com",
			CallerName: "Zoë <O'Hara>", Type: "pstn", Flow: "front-desk", AnsweredBy: "human",
			Params: map[string]string{"appointment": "77"},
		},
		Release: "sha256:0a1b", Flow: "booking", Step: "table", Turn: 7, Attempt: 2, Visits: 19,
		Ask: sessions.Ask{
			Verbs:   []string{"Gather", "AIGather"},
			Schema:  json.RawMessage(`{"type":"object","properties":{"b":{},"a":{"enum":[]}},"required":["a"]}`),
			Whole:   json.RawMessage(`{"type":"object","required":["day"]}`),
			Missing: []string{"day"}, Digits: "0123456789#*",
		},
		Answer:   answer(),
		Silences: 1, LastStatus: "no_input", Kept: []string{"guests"}, Cause: "action", Reasked: true, Wrapped: true, WrapTries: 1, Escaped: true, Sensitive: []string{"card"}, Guarded: true, Outcome: "booked", Summary: "Table for 4",
		Callers: []sessions.Caller{{Flow: "front-desk", Step: "operator", Outcome: "asked"}},
		Gathered: sessions.Values{
			"guests": 4.0, "large": 1e15, "largest": 1.7976931348623157e308, "tiny": 5e-324, "tenth": 0.1,
			"exact": 9007199254740991.0, "none": nil, "no": false, "text": "x\ty\n\\\"</Say>",
		},
		Vars: sessions.Values{
			"removed": nil, "list": []any{}, "object": map[string]any{},
			"nested": map[string]any{"a": []any{1.0, nil, []any{}, map[string]any{"b": "ß"}}},
		},
		History:    []sessions.Message{{Role: "assistant", Content: "When?"}, {Role: "user", Content: "Mañana 🍷"}},
		Recordings: []sessions.Recording{{ID: "r-1", Seconds: 12.25, Turn: 3}},
		Recent:     []string{"f1", "f2"},
		Live:       1, HeardAt: began.Add(80 * time.Second),
		Partial: sessions.Values{"day": nil, "guests": 4.0}, PartialAt: began.Add(81 * time.Second),
		Events: []string{"0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"},
		Command: &sessions.Command{
			Name: "gather_using_ai", ID: "c0ffee00-0000-4000-8000-000000000001", Settings: json.RawMessage(`{"greeting":"\u00bfCu\u00e1ntos?","parameters":{"b":{},"a":{}}}`),
			At: began.Add(61 * time.Second), SentAt: began.Add(62 * time.Second), Conversation: "0424805b-adc1-4ff8-9f95-e1de6883ecbe", Tries: 2,
		},
		Waiting: &sessions.Waiting{
			Event: sessions.Event{ID: "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0", Kind: "call.ai_gather.ended", At: began, Turn: 7}, Due: began.Add(time.Second),
			Kind: "ai", Status: "valid", Reason: "normal", Result: map[string]any{"guests": 4.0, "extras": []any{}, "none": nil}, Malformed: true, Digits: "12#",
		},
		Push:  &sessions.Push{SentAt: began.Add(63 * time.Second), Failed: "gone"},
		Helps: []string{"form-1", "form-2"}, Transferring: true, Assisted: true,
		Marks:   map[sessions.Mark]int{sessions.MarkApology: 2},
		BeganAt: began, SentAt: began.Add(time.Minute), EndedAt: began.Add(2 * time.Minute), Ending: "completed",
		Document: []byte(document),
	}
}

func answer() sessions.Answer {
	return sessions.Answer{
		Kind: "ai", Status: "valid", Usable: true, Choice: "en", Digits: "12#", Speech: "quatre", Confidence: 0.9312,
		Result: map[string]any{"guests": 4.0, "extras": []any{}}, Recording: "r-1", Seconds: 3.5, Code: 409,
		Reason: "time-out", Problems: []string{"day: not a date"}, Sensitive: true,
	}
}

// Entry returns a timeline entry with every field filled.
func Entry() sessions.Entry {
	heard := answer()
	return sessions.Entry{
		At: began, Kind: sessions.EntryTurn, Turn: 7,
		Request: &sessions.Request{
			Method: "POST", Path: "/texml/booking/table/6.a.x", Via: "action", Fingerprint: "f2",
			Fields: map[string]string{"CallSid": sid, "Base64Result": "eyJhIjoxfQ==", "Empty": ""}, Malformed: "a[b=1&\ufffd",
		},
		Event: &sessions.Event{ID: "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0", Kind: "call.ai_gather.ended", At: began, Turn: 7},
		Sending: &sessions.Sending{
			Name: "gather", ID: "c0ffee00-0000-4000-8000-000000000001", Settings: json.RawMessage(`{"b":1,"a":{}}`),
			Outcome: "invalid", Status: 422, Codes: []string{"90034"},
		},
		Help: &sessions.Help{
			ID: "form-1", Kind: "value", Who: "otto", Why: "misheard", Flow: "booking", Step: "table", Name: "guests",
			Before: 3.0, After: map[string]any{"a": []any{}}, Text: "<b> & c", To: "+13125550123",
		},
		Flow: "booking", Step: "table", Attempt: 2, Answer: &heard,
		Path: []sessions.Visit{{
			Flow: "booking", Step: "slots", Answer: &heard,
			Tried: []sessions.Tried{{Rule: "next[0]", When: "gathered.guests > 8 && a < b", Held: true, Goto: "operator", Problem: "guests is text", Read: sessions.Values{"gathered.guests": 9.0}}},
		}},
		Gathered: sessions.Values{"day": nil, "guests": 4.0}, Vars: sessions.Values{"slots": []any{}},
		Outcome: "booked", Document: document, Notes: []string{"release lost"}, Ended: "completed", AnsweredBy: "human",
	}
}

// running returns a session with little in it, of a call that goes on.
func running(callSID string) *sessions.Session {
	return &sessions.Session{
		Call: sessions.Call{SID: callSID}, Flow: "booking", Step: "table", Turn: 1, Attempt: 1,
		BeganAt: began, SentAt: began, Document: []byte("<Response/>"),
	}
}

// ended returns the same of a call that is over.
func ended(callSID string) *sessions.Session {
	s := running(callSID)
	s.EndedAt, s.Ending = began.Add(time.Minute), "completed"
	return s
}

func note(text string) sessions.Entry {
	return sessions.Entry{At: began, Kind: sessions.EntryCallback, Notes: []string{text}}
}
