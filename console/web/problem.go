package web

import (
	"encoding/json"
	"net/http"
)

// problemJSON is a Problem as RFC 9457 writes it.
type problemJSON struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// WriteProblem answers a program with what went wrong.
func WriteProblem(w http.ResponseWriter, _ *http.Request, p *Problem) {
	body, err := json.Marshal(problemJSON{Type: "about:blank", Title: p.Words(), Status: p.Status, Detail: p.Detail})
	if err == nil && len(p.Members) > 0 {
		var more []byte
		if more, err = json.Marshal(p.Members); err == nil {
			body = append(append(body[:len(body)-1], ','), more[1:]...) // two objects, as one
		}
	}
	if err != nil {
		http.Error(w, p.Words(), p.Status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // the reader is gone: nobody to tell
}
