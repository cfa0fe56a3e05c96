package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"texmlsrv/calls"
	"texmlsrv/console/api"
	"texmlsrv/console/helping"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// strict does everything that is asked at a turn that there can be.
type strict struct {
	helping.Calls
	t *testing.T
}

func (s strict) Preview(_ context.Context, _ string, i calls.Intervention) (calls.Preview, error) {
	if i.Turn < 1 {
		s.t.Errorf("asked about turn %d", i.Turn)
	}
	return calls.Preview{}, nil
}

func (s strict) Intervene(_ context.Context, _ string, i calls.Intervention) (calls.Result, error) {
	return calls.Result{Turn: i.Turn}, nil
}

// FuzzIntervene sends anything as a body and as If-Match: it is done, or refused
// as something that whoever sent it can mend.
func FuzzIntervene(f *testing.F) {
	for _, seed := range [][2]string{
		{`"turn-7"`, `{"kind":"repeat","why":"it was noisy"}`}, {"*", "{}"}, {`"turn--7"`, "{}"}, {`"turn-99999999999999999999"`, "{}"},
		{"", "{}"}, {`"turn-1"`, "[]"}, {`"turn-1"`, `{"kind":7}`}, {`"turn-1"`, "{}{}"}, {`"turn-1"`, "null"}, {`"turn-1"`, `{"why":"\ud800"}`}, {`W/"turn-1"`, ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, match, body string) {
		rows := api.Routes(api.Deps{Calls: strict{t: t}, Store: standing{}})
		for _, row := range rows {
			if row.Method != http.MethodPost || !strings.Contains(row.Pattern, "/interventions") {
				continue
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header["If-Match"] = []string{match}
			w := httptest.NewRecorder()
			err := row.Handle(w, r)
			if err == nil {
				if w.Header().Get("Content-Type") != "application/json" {
					t.Errorf("%q %q: %s", match, body, w.Body)
				}
				continue
			}
			if status := web.ProblemOf(err).Status; !slices.Contains([]int{400, 413, 422, 428}, status) {
				t.Errorf("%q %q: %d, %v", match, body, status, err)
			}
		}
	})
}

// standing is a store in which every call is at its third turn.
type standing struct{ sessions.Store }

func (standing) Load(context.Context, string) (*sessions.Session, error) {
	return &sessions.Session{Turn: 3}, nil
}
