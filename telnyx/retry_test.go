package telnyx_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
)

// asked are the three kinds of request, by how much harm a repetition does.
type asked func(context.Context, *rig) error

func command(ctx context.Context, r *rig) error { _, err := r.Do(ctx, sid, ask()); return err }

func push(ctx context.Context, r *rig) error {
	_, err := r.UpdateCall(ctx, sid, telnyx.UpdateCall{URL: "https://x.example/push"})
	return err
}

func inline(ctx context.Context, r *rig) error {
	_, err := r.UpdateCall(ctx, sid, telnyx.UpdateCall{Texml: "<Response/>"})
	return err
}

func dial(ctx context.Context, r *rig) error {
	_, err := r.InitiateCall(ctx, telnyx.InitiateCall{To: "+14155550123", From: "+13125550188", ApplicationSID: "2087"})
	return err
}

// TestRetries shows what is sent again after what: 0 is a request that was not
// answered. Nothing here takes time: the clock is the test's.
func TestRetries(t *testing.T) {
	bad := api.Fault{Failure: api.ServerError(http.StatusBadGateway)}
	busy := api.Fault{Failure: api.TooMany(time.Second)}
	tests := []struct {
		name   string
		ask    asked
		refuse int // connections that fail
		faults []api.Fault
		want   []int // statuses that the fake gave
		fails  bool
		maybe  bool // may have happened
	}{
		{"command-well", command, 0, nil, []int{200}, false, false},
		{"command-not-connected", command, 2, nil, []int{200}, false, false},
		{"command-never-connected", command, 9, nil, nil, true, false},
		{"command-dropped", command, 0, []api.Fault{{Drop: true}}, []int{0, 200}, false, false},
		{"command-lost", command, 0, []api.Fault{{Lose: true}}, []int{200, 200}, false, false},
		{"command-slow", command, 0, []api.Fault{{Delay: 600 * time.Millisecond}}, []int{0, 200}, false, false},
		{"command-slow-and-slower", command, 0, []api.Fault{{Delay: time.Minute}, {Delay: 900 * time.Millisecond}}, []int{0, 200}, false, false},
		{"command-5xx", command, 0, []api.Fault{bad, bad}, []int{502, 502, 200}, false, false},
		{"command-5xx-for-good", command, 0, []api.Fault{bad, bad, bad, bad, bad}, []int{502, 502, 502, 502}, true, true},
		{"command-429", command, 0, []api.Fault{busy}, []int{429, 200}, false, false},
		{"command-409", command, 0, []api.Fault{{Failure: &api.Failure{Status: 409, Code: "10015"}}}, []int{409, 200}, false, false},
		{"command-refused", command, 0, []api.Fault{{Failure: api.AssistantRunning()}}, []int{422}, true, false},
		{"command-no-json", command, 0, []api.Fault{{Body: []byte("<html>")}}, []int{200}, true, true},

		{"push-lost", push, 0, []api.Fault{{Lose: true}}, []int{200, 200}, false, false},
		{"push-5xx", push, 0, []api.Fault{bad}, []int{502, 200}, false, false},
		{"push-gone", push, 0, []api.Fault{{Failure: api.CallEnded()}}, []int{422}, true, false},

		{"inline-lost", inline, 0, []api.Fault{{Lose: true}}, []int{200}, true, true},
		{"inline-5xx", inline, 0, []api.Fault{bad}, []int{502}, true, true},
		{"inline-429", inline, 0, []api.Fault{busy}, []int{429, 200}, false, false},
		{"inline-not-connected", inline, 1, nil, []int{200}, false, false},

		{"dial-not-connected", dial, 2, nil, []int{200}, false, false},
		{"dial-lost", dial, 0, []api.Fault{{Lose: true}}, []int{200}, true, true},
		{"dial-dropped", dial, 0, []api.Fault{{Drop: true}}, []int{0}, true, true},
		{"dial-slow", dial, 0, []api.Fault{{Delay: 4 * time.Second}}, []int{200}, false, false},
		{"dial-too-slow", dial, 0, []api.Fault{{Delay: 6 * time.Second}}, []int{0}, true, true},
		{"dial-5xx", dial, 0, []api.Fault{bad}, []int{502}, true, true},
		{"dial-429", dial, 0, []api.Fault{{Failure: api.TooManyDials(time.Second)}}, []int{429, 200}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, telnyx.Options{}, api.Options{})
				r.wire.refuse = tt.refuse
				r.fake.Script(tt.faults...)
				err := tt.ask(t.Context(), r)
				synctest.Wait()
				if (err != nil) != tt.fails || telnyx.MayHaveHappened(err) != tt.maybe {
					t.Errorf("error %v, may have happened: %v", err, telnyx.MayHaveHappened(err))
				}
				if diff := cmp.Diff(tt.want, r.statuses()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if ids := r.ids(); len(ids) > 1 {
					t.Errorf("repeated with other ids: %v", ids)
				}
			})
		})
	}
}

// TestOnce: a command whose answer was lost is sent again with its id, and
// carried out once.
func TestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := 0
		r := newRig(t, telnyx.Options{}, api.Options{OnCommand: func(context.Context, api.Command) *api.Failure { done++; return nil }})
		r.fake.Script(api.Fault{Lose: true}, api.Fault{Lose: true})
		got, err := do(t, r, ask())
		if err != nil || got.Result != "ok" || done != 1 {
			t.Errorf("%+v, %v, carried out %d times", got, err, done)
		}
		if diff := cmp.Diff([]string{"id-1"}, r.ids()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		c := ask()
		c.CommandID = "given"
		if _, err := do(t, r, c); err != nil || done != 2 {
			t.Errorf("%v, carried out %d times", err, done)
		}
		if ids := r.ids(); ids[len(ids)-1] != "given" {
			t.Errorf("an id that was given became %v", ids)
		}
	})
}

// TestWaits: how long the repetitions take. The first one comes after at most
// 500 ms without an answer, and a wait that would outlast the deadline is not
// begun.
func TestWaits(t *testing.T) {
	busy := func(after time.Duration) []api.Fault {
		return []api.Fault{{Failure: api.TooMany(after)}}
	}
	tests := []struct {
		name        string
		faults      []api.Fault
		o           telnyx.Options
		least, most time.Duration
		fails       bool
	}{
		{"one-slow-answer", []api.Fault{{Delay: time.Minute}}, telnyx.Options{}, 600 * time.Millisecond, 700 * time.Millisecond, false},
		{"retry-after", busy(3 * time.Second), telnyx.Options{}, 3 * time.Second, 3 * time.Second, false},
		{"retry-after-the-deadline", busy(30 * time.Second), telnyx.Options{}, 0, 0, true},
		{"retry-after-a-longer-deadline", busy(30 * time.Second), telnyx.Options{Timeout: time.Hour}, 30 * time.Second, 30 * time.Second, false},
		{"deadline-of-a-minute-is-50s", busy(55 * time.Second), telnyx.Options{Timeout: time.Minute}, 0, 0, true},
		{"never-answered", []api.Fault{{Delay: time.Hour}, {Delay: time.Hour}, {Delay: time.Hour}, {Delay: time.Hour}}, telnyx.Options{}, 3500 * time.Millisecond, 5 * time.Second, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.o, api.Options{})
				r.fake.Script(tt.faults...)
				began := time.Now()
				_, err := do(t, r, ask())
				if took := time.Since(began); took < tt.least || took > tt.most || (err != nil) != tt.fails {
					t.Errorf("took %v, want %v to %v; error %v", took, tt.least, tt.most, err)
				}
			})
		})
	}
}

// TestCancelled: whoever asked can stop waiting.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, telnyx.Options{}, api.Options{})
		r.fake.Script(api.Fault{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := command(ctx, r)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 100*time.Millisecond || !telnyx.MayHaveHappened(err) {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// TestRedirect has an answer lead elsewhere, with a command and with a new call:
// nothing follows it, because the key would go along.
func TestRedirect(t *testing.T) {
	elsewhere := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			elsewhere = true
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	client, err := telnyx.New(telnyx.Options{APIKey: key, AccountID: account, BaseURL: server.URL + api.Prefix})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, commanded := client.Do(t.Context(), sid, ask())
	_, dialed := client.InitiateCall(t.Context(), telnyx.InitiateCall{To: "+14155550123", From: "+13125550188", ApplicationSID: "1"})
	for _, err := range []error{commanded, dialed} {
		if refused, is := errors.AsType[*telnyx.APIError](err); !is || refused.Status != http.StatusTemporaryRedirect || telnyx.MayHaveHappened(err) {
			t.Errorf("%v, may have happened: %v", err, telnyx.MayHaveHappened(err))
		}
	}
	if elsewhere {
		t.Error("the redirect was followed")
	}
}

// TestLostThenNotConnected loses the answer to the first attempt, and then finds
// nobody: the command may have been carried out all the same.
func TestLostThenNotConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, telnyx.Options{}, api.Options{})
		r.wire.handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			r.wire.mu.Lock()
			defer r.wire.mu.Unlock()
			r.wire.refuse = 9 // from now on
			panic(http.ErrAbortHandler)
		})
		_, err := r.Do(t.Context(), sid, ask())
		if !errors.Is(err, errRefused) || !telnyx.MayHaveHappened(err) {
			t.Errorf("%v, may have happened: %v", err, telnyx.MayHaveHappened(err))
		}
	})
}

// TestNetwork goes over a real connection: what Go's transport tells of
// connections is what the retries rely on.
func TestNetwork(t *testing.T) {
	fake, err := api.New(api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	defer server.Close()
	client, err := telnyx.New(telnyx.Options{APIKey: key, AccountID: "a/b", BaseURL: server.URL + api.Prefix + "/", Attempts: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	fake.Script(api.Fault{Lose: true})
	if _, err := client.Do(t.Context(), "v3:a/../b?c#d", ask()); err != nil {
		t.Error(err)
	}
	fake.Script(api.Fault{Lose: true})
	if _, err := client.InitiateCall(t.Context(), telnyx.InitiateCall{To: "+14155550123", From: "+13125550188", ApplicationSID: "1"}); !telnyx.MayHaveHappened(err) {
		t.Errorf("a call whose answer was lost: %v", err)
	}
	got := fake.Received()
	if len(got) != 3 || got[0].CallID != "v3:a/../b?c#d" || got[2].AccountID != "a/b" {
		t.Errorf("%+v", got)
	}
	server.Close()
	_, err = client.InitiateCall(t.Context(), telnyx.InitiateCall{To: "+14155550123", From: "+13125550188", ApplicationSID: "1"})
	if op, is := errors.AsType[*net.OpError](err); !is || op.Op != "dial" || telnyx.MayHaveHappened(err) || strings.Contains(err.Error(), "http") {
		t.Errorf("nobody listens: %v, may have happened: %v", err, telnyx.MayHaveHappened(err))
	}
}
