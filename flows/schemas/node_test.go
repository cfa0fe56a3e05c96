package schemas_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/schemas"
)

func TestPlaces(t *testing.T) {
	tests := []struct {
		name string
		read func([]byte) (*schemas.Node, error)
		src  string
	}{
		{"json", schemas.ReadJSON, "{\n  \"é\": [1,\n    true , null],\n\t\"b\" : {\"c\":\"d\"}}"},
		{"json-bom", schemas.ReadJSON, "\uFEFF{\n  \"é\": [1,\n    true , null],\n\t\"b\" : {\"c\":\"d\"}}"},
		{"yaml", schemas.ReadYAML, "{\n  \"é\": [1,\n    true , null],\n \"b\" : {\"c\":\"d\"}}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := tt.read([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			list, inner := n.Get("é"), n.Get("b")
			got := [][2]int{
				{n.Line, n.Column}, {n.Members[0].Line, n.Members[0].Column}, {list.Line, list.Column},
				{list.Items[0].Line, list.Items[0].Column}, {list.Items[1].Line, list.Items[1].Column},
				{list.Items[2].Line, list.Items[2].Column}, {inner.Line, inner.Column},
				{inner.Members[0].Line, inner.Members[0].Column}, {inner.Get("c").Line, inner.Get("c").Column},
			}
			want := [][2]int{{1, 1}, {2, 3}, {2, 8}, {2, 9}, {3, 5}, {3, 12}, {4, 8}, {4, 9}, {4, 13}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefusesWhatCostsTooMuch(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'j'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "*" + string(c-1) + "]\n"
	}
	tests := []struct {
		name string
		read func([]byte) (*schemas.Node, error)
		src  string
	}{
		{"json-deep", schemas.ReadJSON, strings.Repeat("[", 200) + strings.Repeat("]", 200)},
		{"json-very-deep", schemas.ReadJSON, strings.Repeat("[", 1_000_000)},
		{"json-not-utf8", schemas.ReadJSON, "{\"\uFFFD\": \"\xff\"}"},
		{"yaml-deep", schemas.ReadYAML, strings.Repeat("[", 200) + strings.Repeat("]", 200)},
		{"yaml-bomb", schemas.ReadYAML, bomb},
		{"yaml-alias-in-itself", schemas.ReadYAML, "a: &a [*a]"},
		{"yaml-two-documents", schemas.ReadYAML, "a: 1\n---\nb: 2"},
		{"yaml-empty", schemas.ReadYAML, ""},
		{"yaml-not-utf8", schemas.ReadYAML, "a: \xff"},
		{"yaml-octal", schemas.ReadYAML, "a: 010"},
		{"yaml-infinite", schemas.ReadYAML, "a: .inf"},
		{"yaml-set", schemas.ReadYAML, "!!set {a, b}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.read([]byte(tt.src))
			if len(schemas.Problems(err)) == 0 {
				t.Fatalf("err = %v, want problems", err)
			}
			for _, p := range schemas.Problems(err) {
				if p.Line < 1 || p.Column < 1 {
					t.Errorf("a problem without place: %v", p)
				}
			}
		})
	}
}

func TestMapFillsValuesOnly(t *testing.T) {
	n := node(t, `{"{{ key }}":"{{ list }}","a":["x","{{ text }}",{"b":"{{ map }}"}],"n":1.50,"t":true}`)
	values := map[string]any{
		"{{ list }}": []any{1.0, "two", nil}, "{{ text }}": "<&>", "{{ map }}": map[string]any{"z": 1, "a": []string{"q"}},
	}
	got, err := n.Map(func(s *schemas.Node) (any, error) {
		if v, ok := values[s.Value.(string)]; ok {
			return v, nil
		}
		return s.Value, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"{{ key }}":[1,"two",null],"a":["x","<&>",{"b":{"a":["q"],"z":1}}],"n":1.50,"t":true}`
	if string(got.Bytes()) != want {
		t.Errorf("got  %s\nwant %s", got.Bytes(), want)
	}
	if list := got.Get("{{ key }}"); list.Line != 1 || list.Column != 14 {
		t.Errorf("the filled value is at %d:%d, want where its text was", list.Line, list.Column)
	}
	if !strings.Contains(string(n.Bytes()), "{{ list }}") {
		t.Error("Map changed its receiver")
	}
}

func TestMapAndStringsStopAtTheFirstError(t *testing.T) {
	stop := errors.New("stop")
	n := node(t, `{"a":["x",{"b":"y"}],"c":"z"}`)
	var seen []string
	see := func(s *schemas.Node) error {
		seen = append(seen, s.Value.(string))
		if s.Value == "y" {
			return stop
		}
		return nil
	}
	if err := n.Strings(see); !errors.Is(err, stop) {
		t.Errorf("Strings = %v, want its visitor's error", err)
	}
	if _, err := n.Map(func(s *schemas.Node) (any, error) { return "", see(s) }); !errors.Is(err, stop) {
		t.Errorf("Map = %v, want its function's error", err)
	}
	if diff := cmp.Diff([]string{"x", "y", "x", "y"}, seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFrom(t *testing.T) {
	tests := []struct {
		name string
		in   any
		want string // "" for an error
	}{
		{"null", nil, `null`},
		{"large-number", 100000000.0, `100000000`},
		{"int", 7, `7`},
		{"typed-slice", []map[string]int{{"b": 1, "a": 2}}, `[{"a":2,"b":1}]`},
		{"sorted", map[string]any{"b": true, "a": nil, "C": "x"}, `{"C":"x","a":null,"b":true}`},
		{"text", "a\"\\\n\t\r\x00\u2028é<&", `"a\"\\\n\t\r\u0000\u2028é<&"`},
		{"broken-utf8", "\xff", "\"\uFFFD\""},
		{"nan", math.NaN(), ""},
		{"function", func() {}, ""},
		{"nan-inside", map[string]any{"a": []any{math.Inf(1)}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := schemas.From(tt.in)
			if tt.want == "" {
				if err == nil {
					t.Fatalf("From = %s, want an error", n.Bytes())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(n.Bytes()) != tt.want {
				t.Errorf("got  %s\nwant %s", n.Bytes(), tt.want)
			}
			if n.Line != 0 {
				t.Errorf("a value that nobody wrote is at line %d", n.Line)
			}
		})
	}
}

// TestBytesOfHandMadeNodes: a number that nobody wrote has no literal.
func TestBytesOfHandMadeNodes(t *testing.T) {
	n := &schemas.Node{Kind: schemas.Array, Items: []*schemas.Node{
		{Kind: schemas.Number, Value: 1e8}, {Kind: schemas.Number, Value: math.Inf(1)}, {Kind: schemas.Bool, Value: false}, {},
	}}
	if got, want := string(n.Bytes()), `[100000000,null,false,null]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var none *schemas.Node
	if none.Get("a") != nil {
		t.Error("a member of nothing")
	}
}
