package calls_test

import (
	"strconv"
	"strings"
	"testing"

	"texmlsrv/calls"
	"texmlsrv/flows"
)

func TestTickets(t *testing.T) {
	tickets := calls.NewTickets([]byte("one"))
	given := tickets.Make("v3:a", "desk", "menu", calls.Ticket{Turn: 12, Via: flows.ViaAction})
	token := strings.TrimPrefix(given, "12.action.")
	if len(token) != 22 {
		t.Fatalf("the ticket is %s, want 12.action. and 22 characters", given)
	}
	tests := []struct {
		name                    string
		call, flow, step, given string
		holds                   bool
	}{
		{"as-given", "v3:a", "desk", "menu", given, true},
		{"another-call", "v3:b", "desk", "menu", given, false},
		{"another-flow", "v3:a", "desk2", "menu", given, false},
		{"another-step", "v3:a", "desk", "bye", given, false},
		{"another-turn", "v3:a", "desk", "menu", "13.action." + token, false},
		{"another-way", "v3:a", "desk", "menu", "12.next." + token, false},
		{"an-unknown-way", "v3:a", "desk", "menu", "12.shortcut." + token, false},
		{"a-turn-of-another-spelling", "v3:a", "desk", "menu", "012.action." + token, false},
		{"a-signed-turn", "v3:a", "desk", "menu", "+12.action." + token, false},
		{"turn-0", "v3:a", "desk", "menu", tickets.Make("v3:a", "desk", "menu", calls.Ticket{Via: flows.ViaAction}), false},
		{"letters-moved-between-fields", "v3:ad", "esk", "menu", given, false},
		{"padded", "v3:a", "desk", "menu", given + "=", false},
		{"cut-off", "v3:a", "desk", "menu", given[:len(given)-1], false},
		{"one-part-more", "v3:a", "desk", "menu", given + ".x", false},
		{"no-token", "v3:a", "desk", "menu", "12.action.", false},
		{"nothing", "v3:a", "desk", "menu", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ticket, ok := tickets.Open(tt.call, tt.flow, tt.step, tt.given)
			want := calls.Ticket{}
			if tt.holds {
				want = calls.Ticket{Turn: 12, Via: flows.ViaAction}
			}
			if ok != tt.holds || ticket != want {
				t.Errorf("Open gives %+v, %v", ticket, ok)
			}
		})
	}
}

// TestTickets_rotation changes the secret while a call runs.
func TestTickets_rotation(t *testing.T) {
	before, during, after := calls.NewTickets([]byte("old")), calls.NewTickets([]byte("new"), []byte("old")), calls.NewTickets([]byte("new"))
	ticket := calls.Ticket{Turn: 1, Via: flows.ViaNext}
	given := before.Make("v3:a", "desk", "menu", ticket)
	if _, ok := during.Open("v3:a", "desk", "menu", given); !ok {
		t.Error("a ticket of the old secret is refused while both are accepted")
	}
	if _, ok := after.Open("v3:a", "desk", "menu", given); ok {
		t.Error("a ticket of the old secret is accepted after it went")
	}
	if _, ok := after.Open("v3:a", "desk", "menu", during.Make("v3:a", "desk", "menu", ticket)); !ok {
		t.Error("the first secret does not sign")
	}
}

// TestTickets_aside opens the ticket of an aside from another leg.
func TestTickets_aside(t *testing.T) {
	tickets := calls.NewTickets([]byte("one"))
	given := tickets.Make("v3:owner", "desk", "music", calls.Ticket{Turn: 3, Via: flows.ViaAside})
	for _, leg := range []string{"v3:owner", "v3:leg"} {
		ticket, ok := tickets.Open(leg, "desk", "music", given)
		if want := (calls.Ticket{Turn: 3, Via: flows.ViaAside, Owner: "v3:owner"}); !ok || ticket != want {
			t.Errorf("from %s: %+v, %v", leg, ticket, ok)
		}
	}
	if _, ok := tickets.Open("v3:owner", "desk", "menu", given); ok {
		t.Error("it opens another step")
	}
}

func TestFetchKey(t *testing.T) {
	key := calls.NewTickets([]byte("one"), []byte("two")).FetchKey()
	if len(key) != 32 || key == calls.NewTickets([]byte("two")).FetchKey() || key != calls.NewTickets([]byte("one")).FetchKey() {
		t.Errorf("the fetch key is %q; it comes from the first secret alone", key)
	}
}

// FuzzOpen lets a stranger try tickets. What opens is exactly what was given.
func FuzzOpen(f *testing.F) {
	tickets := calls.NewTickets([]byte("a secret nobody guesses"))
	given := func(via string) string {
		return tickets.Make("v3:a", "desk", "menu", calls.Ticket{Turn: 7, Via: via})
	}
	for _, via := range []string{flows.ViaAction, flows.ViaInvalid, flows.ViaNext, flows.ViaStep, flows.ViaAside} {
		f.Add("v3:a", "desk", "menu", given(via))
		f.Add("v3:b", "desk", "menu", given(via))
		f.Add("v3:a", "desk", "menu", given(via)+"=")
		f.Add("v3:a", "desk", "menu", strings.Replace(given(via), "7.", "07.", 1))
	}
	f.Add("v3:a", "desk", "menu", strings.Replace(given(flows.ViaAside), "YQ~", "YR~", 1)) // decodes alike
	f.Add("v3:a", "desk", "menu", strings.Replace(given(flows.ViaAside), "~", "\n~", 1))
	f.Add("", "", "", "1.aside.~")
	f.Add("v3:a", "desk", "menu", "7.action.7.action.")
	f.Fuzz(func(t *testing.T, call, flow, step, raw string) {
		ticket, ok := tickets.Open(call, flow, step, raw)
		if !ok {
			if ticket != (calls.Ticket{}) {
				t.Errorf("a ticket that does not hold says %+v", ticket)
			}
			return
		}
		if ticket.Owner != "" {
			call, ticket.Owner = ticket.Owner, ""
		}
		if made := tickets.Make(call, flow, step, ticket); made != raw {
			t.Errorf("Open takes %s, Make gives %s", strconv.Quote(raw), made)
		}
		if call != "v3:a" || flow != "desk" || step != "menu" || ticket.Turn != 7 {
			t.Errorf("a ticket that was never given opens for %q %q %q: %q", call, flow, step, raw)
		}
	})
}

func BenchmarkTickets(b *testing.B) {
	tickets := calls.NewTickets([]byte("one"), []byte("two"))
	const sid = "v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ"
	ticket := calls.Ticket{Turn: 12, Via: flows.ViaAction}
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tickets.Make(sid, "desk", "menu", ticket)
		}
	})
	b.Run("open", func(b *testing.B) {
		given := tickets.Make(sid, "desk", "menu", ticket)
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := tickets.Open(sid, "desk", "menu", given); !ok {
				b.Fatal("it does not open")
			}
		}
	})
}
