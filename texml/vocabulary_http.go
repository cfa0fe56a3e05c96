package texml

// httpVocabulary declares HttpRequest and its parts.
var httpVocabulary = []*ElementDecl{
	{
		Key:        "HttpRequest",
		Doc:        "Lets Telnyx call a third party in the middle of a document.",
		Terminal:   WithAction,
		Asks:       true,
		TelnyxOnly: true,
		Children:   []ChildDecl{{Key: "Request", Min: 1, Max: 1}, {Key: "HttpRequest.Response", Max: 1}},
		Attrs: []AttrDecl{
			flag("async", "false", "Go on at once, without the action."),
			{Name: "action", Type: TypeURL, URL: DocumentURL, With: "async!=true", Doc: "Requested with what came back; its reply is the next document."},
		},
		Doubts: []string{
			"The tutorial has async the other way round, and on Request; this follows the page of the verb.",
			"Prose says that the inner Response holds Headers and Body; the example has Type, StatusCode and Content.",
		},
	},
	{
		Key:        "Request",
		Doc:        "What is sent.",
		TelnyxOnly: true,
		Children:   []ChildDecl{{Key: "Headers", Max: 1}, {Key: "Body", Max: 1}},
		Attrs: []AttrDecl{
			{Name: "url", Type: TypeURL, URL: DataURL, Required: true, Doc: "Where it is sent."},
			{Name: "method", Type: TypeEnum, Values: []string{"GET", "POST"}, Doc: "HTTP method."},
		},
		Disputed: []Alias{{"async", "", "the tutorial writes it here, the page of the verb on HttpRequest"}},
	},
	{Key: "Headers", Doc: "The headers of the request.", TelnyxOnly: true, Children: each("Header")},
	{
		Key: "Header", Doc: "One header.", TelnyxOnly: true,
		Children: []ChildDecl{{Key: "Key", Min: 1, Max: 1}, {Key: "Header.Value", Min: 1, Max: 1}},
	},
	{Key: "Key", Doc: "Name of the header.", TelnyxOnly: true, Text: TextDecl{Type: TypeString, Required: true, Doc: "The name."}},
	{Key: "Header.Value", Doc: "Value of the header.", TelnyxOnly: true, Text: TextDecl{Type: TypeRaw, Required: true, Doc: "The value; {{#secret}}name{{/secret}} is allowed."}},
	{Key: "Body", Doc: "What is sent, as it is.", TelnyxOnly: true, Text: TextDecl{Type: TypeRaw, Doc: "Any text, in CDATA; {{From}} and the like are replaced by Telnyx."}},
	{
		Key: "HttpRequest.Response", Doc: "What to take from the reply.", TelnyxOnly: true,
		Children: []ChildDecl{{Key: "Type", Max: 1}, {Key: "StatusCode", Max: 1}, {Key: "Content", Max: 1}},
	},
	{Key: "Type", Doc: "Kind of the reply.", TelnyxOnly: true, Text: TextDecl{Type: TypeString, Required: true, Doc: "JSON."}},
	{Key: "StatusCode", Doc: "Status that is expected.", TelnyxOnly: true, Text: TextDecl{Type: TypeInt, Required: true, Doc: "Such as 200."}},
	{Key: "Content", Doc: "The values to take.", TelnyxOnly: true, Children: each("Field")},
	{
		Key: "Field", Doc: "One value; it travels with later callbacks.", TelnyxOnly: true,
		Children: []ChildDecl{{Key: "Name", Min: 1, Max: 1}, {Key: "Field.Value", Min: 1, Max: 1}},
	},
	{Key: "Name", Doc: "Where it stands in the reply.", TelnyxOnly: true, Text: TextDecl{Type: TypeString, Required: true, Doc: "Path, such as records[0].name."}},
	{Key: "Field.Value", Doc: "What it is called.", TelnyxOnly: true, Text: TextDecl{Type: TypeString, Required: true, Doc: "Name of the variable."}},
}
