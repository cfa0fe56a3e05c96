package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"texmlsrv/console/web"
)

// bodyMost is how many bytes a request may bring; one about a try brings more.
const bodyMost = 64 << 10

// page is a part of a list.
type page struct {
	Items any    `json:"items"`
	Next  string `json:"next,omitempty"` // the parameter after of what comes then; "" at the end
}

func keys(of url.Values) iter.Seq[string] { return maps.Keys(of) }

// encoded is a value as JSON.
func encoded(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return out.Bytes(), nil
}

// answer answers with JSON, or says that it is what the asker has.
func answer(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := encoded(v)
	if err != nil {
		return err
	}
	return send(w, r, "application/json", body, tagOf(body))
}

// send answers with a body, or says that it is what the asker has.
func send(w http.ResponseWriter, r *http.Request, kind string, body []byte, tag string) error {
	w.Header().Set("ETag", tag)
	if has(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body) // the reader is gone: nobody to tell
	return nil
}

// give answers with JSON that is about this moment alone.
func give(w http.ResponseWriter, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // the reader is gone: nobody to tell
	return nil
}

// tagOf is an entity tag that says what a body says.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// has reports whether If-None-Match names a tag; how strong they are is no
// matter there.
func has(headers []string, tag string) bool {
	for _, named := range strings.Split(strings.Join(headers, ","), ",") {
		named = strings.TrimSpace(named)
		if named == "*" || strings.TrimPrefix(named, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// goesOn says where a list goes on.
func goesOn(w http.ResponseWriter, r *http.Request, next string) {
	if next == "" {
		return
	}
	query := r.URL.Query()
	query.Set("after", next)
	w.Header().Set("Link", "<"+r.URL.EscapedPath()+"?"+query.Encode()+`>; rel="next"`)
}

// receive reads the JSON object that a request brings.
func receive(w http.ResponseWriter, r *http.Request, into any) error {
	return receiveMost(w, r, into, bodyMost)
}

// receiveMost reads one of so many bytes at most.
func receiveMost(w http.ResponseWriter, r *http.Request, into any, most int64) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return web.Refuse(http.StatusUnsupportedMediaType, "The body must be JSON", "Send Content-Type: application/json.")
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err == nil {
			err = errors.New("something stands after the object")
		}
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return &web.Problem{
		Status: http.StatusBadRequest, Title: "The body cannot be read", Err: err,
		Detail: web.Shortened(strings.TrimPrefix(err.Error(), "json: "), 200) + ".",
	}
}
