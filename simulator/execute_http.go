package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"texmlsrv/texml"
)

// httpRequest calls a third party, over the Outside or as the Caller says, and
// brings what the document takes from the reply.
func (l *leg) httpRequest(ctx context.Context, v *texml.HttpRequest) (onward, error) {
	call := v.Request
	if call == nil {
		call = &texml.HttpCall{}
	}
	line := strings.TrimSpace(cmp.Or(strings.ToUpper(call.Method), http.MethodGet) + " " + strings.TrimSpace(call.URL))
	if l.hears(Line{Kind: "http", Text: line}, 0) {
		return hungUp, nil
	}
	if !v.Asks() {
		if l.Outside != nil {
			l.outside(ctx, v, call)
		}
		return onward{}, ctx.Err()
	}
	act, err := l.asks(ctx, Moment{Kind: MomentHTTP, Verb: v})
	if err != nil {
		return onward{}, err
	}
	if act.HangUp {
		l.does("hangs_up", "")
		return hungUp, nil
	}
	l.pass(cmp.Or(act.Seconds, 1))
	values := act.Values
	if l.Outside != nil && values == nil {
		values = l.outside(ctx, v, call)
	}
	return l.answers(ctx, l.request(MomentHTTP, l.method(), v.ActionURL, l.ids.HTTP(values)), v.ActionURL, around{})
}

// outside makes the request and takes from the reply what the document names;
// nothing from one that failed.
func (l *leg) outside(ctx context.Context, v *texml.HttpRequest, call *texml.HttpCall) map[string]string {
	patience := 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, cmp.Or(strings.ToUpper(call.Method), http.MethodGet), strings.TrimSpace(call.URL), strings.NewReader(call.Body))
	if err != nil {
		return nil
	}
	if call.Headers != nil {
		for _, h := range call.Headers.Headers {
			r.Header.Add(strings.TrimSpace(h.Key), strings.TrimSpace(h.Value))
		}
	}
	reply, err := l.Outside.RoundTrip(r)
	if err != nil {
		return nil
	}
	defer reply.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(reply.Body, answerLimit))
	wanted := v.Response
	if err != nil || wanted == nil || wanted.Content == nil || wanted.StatusCode != "" && wanted.StatusCode != strconv.Itoa(reply.StatusCode) {
		return nil
	}
	var body any
	if json.Unmarshal(raw, &body) != nil {
		return nil
	}
	values := map[string]string{}
	for _, field := range wanted.Content.Fields {
		if found, ok := dig(body, field.Name); ok {
			values[field.Value] = found
		}
	}
	return values
}

// dig takes a value out of JSON by a path such as records[0].Name, as text.
func dig(value any, path string) (text string, ok bool) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch v := value.(type) {
		case map[string]any:
			value, ok = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if ok = err == nil && i >= 0 && i < len(v); ok {
				value = v[i]
			}
		default:
			ok = false
		}
		if !ok {
			return "", false
		}
	}
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	}
	written, err := json.Marshal(value)
	return string(written), err == nil && fmt.Sprint(value) != ""
}
