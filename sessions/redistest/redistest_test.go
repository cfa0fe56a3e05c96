package redistest_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions/redistest"
)

// TestRestart checks what each kind of server knows after it came back, at the
// same URL.
func TestRestart(t *testing.T) {
	tests := []struct {
		name  string
		start func(testing.TB) *redistest.Server
		end   func(*redistest.Server)
		want  string
	}{
		{"in-memory", redistest.Start, func(*redistest.Server) {}, ""},
		{"durable", redistest.StartDurable, func(*redistest.Server) {}, "kept"},
		{"durable-stopped", redistest.StartDurable, (*redistest.Server).Stop, "kept"},
		{"durable-killed", redistest.StartDurable, (*redistest.Server).Kill, "kept"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := tt.start(t)
			client := open(t, server.URL())
			if err := client.Set(t.Context(), "key", "kept", 0).Err(); err != nil {
				t.Fatal(err)
			}
			tt.end(server)
			server.Restart()
			values, err := open(t, server.URL()).MGet(t.Context(), "key").Result()
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := values[0].(string); got != tt.want {
				t.Errorf("after the restart the key holds %q, want %q", got, tt.want)
			}
		})
	}
}

func open(t *testing.T, url string) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(opts)
	t.Cleanup(func() { client.Close() })
	return client
}
