package simulator_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"texmlsrv/simulator"
)

// script is a Caller who does one thing after the other, and then is silent.
type script struct {
	acts  []simulator.Act
	asked []string
}

func (s *script) Hears(simulator.Line) bool { return false }

func (s *script) Acts(_ context.Context, m simulator.Moment) (simulator.Act, error) {
	s.asked = append(s.asked, m.Kind)
	if len(s.acts) == 0 {
		return simulator.Act{}, nil
	}
	act := s.acts[0]
	s.acts = s.acts[1:]
	return act, nil
}

func TestThread(t *testing.T) {
	pages := map[string]string{
		"/start": `<Response><Say>Hello.</Say><AIGather action="next"><Parameters>{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}</Parameters></AIGather></Response>`,
		"/next":  `<Response><Gather action="/digits" numDigits="1"><Say>Press 1.</Say></Gather><Redirect>/again</Redirect></Response>`,
		"/again": `<Response><Say>Nothing.</Say><Hangup/></Response>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, pages[r.URL.Path])
	}))
	defer server.Close()
	telnyx := simulator.Telnyx{URL: server.URL + "/start", StatusURL: server.URL + "/status"}
	record, err := telnyx.Place(t.Context(), simulator.Call{Caller: &script{acts: []simulator.Act{{Gathers: []byte(`{"name":"Ada"}`)}}}})
	if err != nil || record.End != simulator.HungUp || record.Documents != 3 {
		t.Fatalf("%v %+v", err, record)
	}
	for _, x := range record.Exchanges {
		t.Log(x.Kind, x.Method, x.URL, x.Fields, x.Status)
	}
}
