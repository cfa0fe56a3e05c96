package web

import (
	"encoding/json"
	"maps"
	"net/http"
)

// WriteProblem answers a program with what went wrong, as RFC 9457 has it.
func WriteProblem(w http.ResponseWriter, _ *http.Request, p *Problem) {
	told := map[string]any{}
	maps.Copy(told, p.Members)
	told["type"], told["title"], told["status"] = "about:blank", p.Words(), p.Status
	if p.Detail != "" {
		told["detail"] = p.Detail
	}
	body, err := json.Marshal(told)
	if err != nil {
		http.Error(w, p.Words(), p.Status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // the reader is gone: nobody to tell
}
