package api_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/simulator/api"
)

// TestRoundTrip asks in process what TestAnswers asks over a socket: nobody waits,
// and a connection that is closed is an error.
func TestRoundTrip(t *testing.T) {
	for name, c := range map[string]struct {
		fault   api.Fault
		status  int
		timeout bool // the error says that the time is over
		acted   bool
	}{
		"well":         {api.Fault{}, http.StatusOK, false, true},
		"refused":      {api.Fault{Failure: api.CallEnded()}, http.StatusUnprocessableEntity, false, false},
		"late":         {api.Fault{Delay: time.Hour}, 0, true, false},
		"late-yet-did": {api.Fault{Delay: time.Hour, Lose: true}, 0, true, true},
		"dropped":      {api.Fault{Drop: true}, 0, false, false},
		"lost":         {api.Fault{Lose: true}, 0, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			acted := false
			a := newAPI(t, api.Options{
				Fault: func(in api.Received) api.Fault {
					if in.Name != "gather_stop" || in.CallID != call || string(in.Body) != "{}" {
						t.Errorf("the fault is asked about %+v", in)
					}
					return c.fault
				},
				OnCommand: func(context.Context, api.Command) *api.Failure { acted = true; return nil },
			})
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.example"+action("gather_stop"), strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+key)
			r.Header.Set("Content-Type", jsonIs)
			began := time.Now()
			answer, err := a.RoundTrip(r)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			if acted != c.acted {
				t.Errorf("the command was carried out: %v", acted)
			}
			if c.status == 0 {
				late, is := errors.AsType[net.Error](err)
				if err == nil || c.timeout != (is && late.Timeout()) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != c.status || !strings.HasPrefix(string(body), "{") {
				t.Errorf("answered %d %s, error %v", answer.StatusCode, body, err)
			}
			if got := a.Received(); len(got) != 1 || got[0].Status != c.status {
				t.Errorf("received %+v", got)
			}
		})
	}
}

// TestFault_scripted has what was scripted go before what Options.Fault says.
func TestFault_scripted(t *testing.T) {
	a := newAPI(t, api.Options{Fault: func(api.Received) api.Fault { return api.Fault{Failure: api.NotFound()} }})
	a.Script(api.Fault{Failure: api.Unauthorized()})
	for _, want := range []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusNotFound} {
		if got := post(a, action("gather_stop"), jsonIs, "{}").Code; got != want {
			t.Errorf("answered %d, want %d", got, want)
		}
	}
}
