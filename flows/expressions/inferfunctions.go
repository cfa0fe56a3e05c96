package expressions

import "github.com/expr-lang/expr/ast"

// shape is what a function takes and gives, as far as kinds go.
type shape struct {
	takes []Kind // of its arguments; the last one stands for all that follow
	gives func(args []Type) Type
}

// gives are the shapes of results.
func giving(k Kind) func([]Type) Type { return func([]Type) Type { return Type{Kinds: k} } }

// orNil gives a kind, or nil where the first argument is.
func orNil(k Kind) func([]Type) Type {
	return func(args []Type) Type { return Type{Kinds: k | args[0].Kinds&Nil, Free: k == String && args[0].Free} }
}

// sameList gives a list of the items of the first argument.
func sameList(args []Type) Type { return Type{Kinds: List, Item: args[0].Item} }

func anItem(args []Type) Type {
	if args[0].Item == nil {
		return Unknown("")
	}
	return args[0].Item.Maybe()
}

func joined(args []Type) Type {
	t := Type{Kinds: List}
	for _, a := range args {
		if a.Item == nil {
			if a.solid() == List && len(a.Samples) > 0 {
				continue // an empty list
			}
			return Type{Kinds: List}
		}
		item := *a.Item
		if t.Item != nil {
			item = Union(*t.Item, item)
		}
		t.Item = &item
	}
	return t
}

func anyOf(args []Type) Type {
	var t Type
	for _, a := range args {
		switch {
		case a.solid() != List:
			t = Union(t, a)
		case a.Item == nil:
			return Unknown("")
		default:
			t = Union(t, *a.Item)
		}
	}
	t.Values, t.Samples = nil, nil
	return t.Maybe()
}

func fallen(args []Type) Type {
	args[0].Kinds &^= Nil
	return Union(args[0], args[1])
}

func freely(args []Type) Type {
	free := false
	for _, a := range args {
		free = free || a.Free || a.Item != nil && a.Item.Free
	}
	return Type{Kinds: String, Free: free}
}

// shapes are those of the functions that authors can call. A test keeps them
// and the functions the same.
var shapes = map[string]shape{
	"len":       {[]Kind{String | List | Map}, giving(Number)},
	"first":     {[]Kind{List}, anItem},
	"last":      {[]Kind{List}, anItem},
	"take":      {[]Kind{List | String, Number}, sameList},
	"reverse":   {[]Kind{List}, sameList},
	"uniq":      {[]Kind{List}, sameList},
	"sort":      {[]Kind{List, String}, sameList},
	"concat":    {[]Kind{List}, joined},
	"min":       {[]Kind{Number | String | List}, anyOf},
	"max":       {[]Kind{Number | String | List}, anyOf},
	"abs":       {[]Kind{Number}, orNil(Number)},
	"ceil":      {[]Kind{Number}, orNil(Number)},
	"floor":     {[]Kind{Number}, orNil(Number)},
	"round":     {[]Kind{Number}, orNil(Number)},
	"int":       {[]Kind{Number | String}, orNil(Number)},
	"float":     {[]Kind{Number | String}, orNil(Number)},
	"string":    {[]Kind{Any}, freely},
	"trim":      {[]Kind{String}, orNil(String)},
	"upper":     {[]Kind{String}, orNil(String)},
	"lower":     {[]Kind{String}, orNil(String)},
	"split":     {[]Kind{String}, pieces},
	"join":      {[]Kind{List, String}, freely},
	"replace":   {[]Kind{String}, orNil(String)},
	"indexOf":   {[]Kind{String}, giving(Number)},
	"hasPrefix": {[]Kind{String}, giving(Bool)},
	"hasSuffix": {[]Kind{String}, giving(Bool)},
	"default":   {[]Kind{Any, Any}, fallen},
	"urlquery":  {[]Kind{Any}, giving(String)},
	"json":      {[]Kind{Any}, giving(String)},
	"digits":    {[]Kind{String | Number}, giving(String | Nil)},
	"money":     {[]Kind{Number | String, String}, giving(String | Nil)},
	"date":      {[]Kind{String}, orNil(String)},
	"open":      {[]Kind{Map, String}, giving(Bool)},
	"step":      {[]Kind{String}, giving(String)},
	"aside":     {[]Kind{String}, giving(String)},

	"telnyx_secret":   {[]Kind{String}, giving(Markup)},
	"telnyx_variable": {[]Kind{String}, giving(Markup)},
}

func pieces(args []Type) Type {
	return Type{Kinds: List, Item: &Type{Kinds: String, Free: args[0].Free}}
}

// call is the type of a function's result.
func (c *inferring) call(n *ast.CallNode) Type {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return Unknown("")
	}
	args := make([]Type, len(n.Arguments))
	for i, a := range n.Arguments {
		args[i] = c.node(a)
	}
	if callee.Value == opTruth {
		return Type{Kinds: Bool}
	}
	f, ok := shapes[callee.Value]
	if !ok {
		return Unknown("")
	}
	for i, a := range n.Arguments {
		takes := f.takes[min(i, len(f.takes)-1)]
		c.want(args[i], takes, a, "what "+callee.Value+" is given")
	}
	if name, ok := constantOf(n.Arguments[0]); ok && (callee.Value == "step" || callee.Value == "aside") {
		text, _ := name.(string)
		c.out.Links = append(c.out.Links, Link{callee.Value, text, c.at(n)})
	}
	return f.gives(args)
}

// predicate is the type of filter(list, …) and its like.
func (c *inferring) predicate(n *ast.BuiltinNode) Type {
	over := c.node(n.Arguments[0])
	c.want(over, List, n.Arguments[0], "what "+n.Name+" goes over")
	item := Unknown("")
	switch {
	case over.Item != nil:
		item = *over.Item
	case over.Kinds == Any:
		item = Unknown(below(over.Path, "[]"))
	}
	body := item
	if len(n.Arguments) == 2 {
		if each, ok := n.Arguments[1].(*ast.PredicateNode); ok {
			c.items = append(c.items, item)
			body = c.node(each.Node)
			c.items = c.items[:len(c.items)-1]
		}
	}
	switch n.Name {
	case "filter":
		return Type{Kinds: List, Item: over.Item}
	case "find":
		return item.Maybe()
	case "map":
		return Type{Kinds: List, Item: &body}
	case "sum":
		c.want(body, Number, n.Arguments[0], "what sum adds")
		return Type{Kinds: Number}
	case "count":
		return Type{Kinds: Number}
	}
	return Type{Kinds: Bool}
}
