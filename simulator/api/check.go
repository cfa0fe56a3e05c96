package api

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

//go:embed schemas/*.json
var schemas embed.FS

// errLoad keeps the library from reading files and servers that a schema names.
var errLoad = errors.New("api: a schema names another that is not here")

type denied struct{}

// Load refuses.
func (denied) Load(string) (any, error) { return nil, errLoad }

// compiled are the schemas. They are the same for every API, and only read.
var compiled = sync.OnceValues(compile)

// compile reads the schemas, by the names of the requests.
func compile() (map[string]*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.UseLoader(denied{})
	names := append(commands(), updateCall, initiateCall)
	for _, name := range append(names, "common") {
		raw, err := schemas.ReadFile("schemas/" + name + ".json")
		if err != nil {
			return nil, fmt.Errorf("api: %w", err)
		}
		var schema any
		if err := json.Unmarshal(raw, &schema); err != nil {
			return nil, fmt.Errorf("api: %s: %w", name, err)
		}
		if err := c.AddResource("api:///"+name+".json", schema); err != nil {
			return nil, fmt.Errorf("api: %s: %w", name, err)
		}
	}
	out := map[string]*jsonschema.Schema{}
	for _, name := range names {
		schema, err := c.Compile("api:///" + name + ".json")
		if err != nil {
			return nil, fmt.Errorf("api: %s: %w", name, err)
		}
		out[name] = schema
	}
	return out, nil
}

// check holds parameters against the schema of a request. Every mistake is an
// error in the answer, in the order of the places.
func (a *API) check(name string, params map[string]any) *Failure {
	invalid, is := errors.AsType[*jsonschema.ValidationError](a.schemas[name].Validate(params))
	if !is {
		return nil
	}
	found := failures(invalid)
	slices.SortStableFunc(found, func(x, y Failure) int { return strings.Compare(x.Pointer+x.Code, y.Pointer+y.Code) })
	found = slices.CompactFunc(found, func(x, y Failure) bool { return x.Pointer == y.Pointer && x.Code == y.Code })
	first := found[0]
	first.Status, first.More = http.StatusUnprocessableEntity, found[1:]
	return &first
}

// failures are the leaves of an error: what is wrong, without the way there.
func failures(e *jsonschema.ValidationError) []Failure {
	causes := e.Causes
	if _, is := e.ErrorKind.(*kind.AnyOf); is {
		causes = meant(causes, e.InstanceLocation)
	}
	if len(causes) == 0 {
		return describeError(e)
	}
	var out []Failure
	for _, cause := range causes {
		out = append(out, failures(cause)...)
	}
	return out
}

// meant leaves of the alternatives the one whose tag is right: where a tool is a
// webhook, what it lacks as a transfer is of no interest. When there is none, the
// alternatives as a whole were missed.
func meant(alternatives []*jsonschema.ValidationError, at []string) []*jsonschema.ValidationError {
	for _, a := range alternatives {
		if !missesTag(a, at) {
			return []*jsonschema.ValidationError{a}
		}
	}
	return nil
}

func missesTag(e *jsonschema.ValidationError, at []string) bool {
	switch e.ErrorKind.(type) {
	case *kind.Const:
		return slices.Equal(e.InstanceLocation, append(slices.Clip(at), "type"))
	case *kind.Type:
		return slices.Equal(e.InstanceLocation, at)
	}
	return slices.ContainsFunc(e.Causes, func(c *jsonschema.ValidationError) bool { return missesTag(c, at) })
}

// describeError says in Telnyx's words what one keyword found.
func describeError(e *jsonschema.ValidationError) []Failure {
	at := pointer(e.InstanceLocation)
	last := ""
	if n := len(e.InstanceLocation); n > 0 {
		last = e.InstanceLocation[n-1]
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		var out []Failure
		for _, name := range k.Missing {
			out = append(out, Failure{Code: "10004", Title: "Missing required parameter", Pointer: at + "/" + name})
		}
		return out
	case *kind.AdditionalProperties:
		var out []Failure
		for _, name := range k.Properties {
			out = append(out, Failure{Code: "10015", Title: "Bad Request", Detail: "The parameter is not known.", Pointer: at + "/" + name})
		}
		return out
	case *kind.Type:
		return []Failure{{Code: "10026", Title: "Invalid parameter type", Pointer: at}}
	case *kind.Enum, *kind.Const:
		return []Failure{{Code: "10032", Title: "Invalid enumerated value", Pointer: at}}
	case *kind.Minimum, *kind.Maximum, *kind.MinLength, *kind.MaxLength, *kind.MinItems:
		return []Failure{{Code: rangeCode(last), Title: "Value outside of range", Pointer: at}}
	case *kind.Pattern:
		return []Failure{{Code: patternCode(last), Title: "Invalid value", Pointer: at}}
	}
	return []Failure{{Code: "10015", Title: "Bad Request", Detail: "The parameters do not go together.", Pointer: at}}
}

func rangeCode(name string) string {
	switch name {
	case "payload", "invalid_payload":
		return "90010"
	case "minimum_digits":
		return "90022"
	case "maximum_digits":
		return "90023"
	case "maximum_tries":
		return "90024"
	case "timeout_millis":
		return "90025"
	case "inter_digit_timeout_millis":
		return "90026"
	case "initial_timeout_millis":
		return "90056"
	}
	return "10033"
}

func patternCode(name string) string {
	switch name {
	case "client_state":
		return "90017"
	case "To", "From", "to", "from":
		return "10016"
	}
	return "10015"
}

// pointer writes a place as a JSON Pointer.
func pointer(steps []string) string {
	var b strings.Builder
	for _, step := range steps {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step))
	}
	return b.String()
}
