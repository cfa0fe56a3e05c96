package texml_test

import (
	"fmt"

	"texmlsrv/texml"
)

// A document is a list of verbs. Optional numbers and booleans that may be zero or false are pointers.
func Example() {
	r := texml.Response{Verbs: []texml.Verb{
		&texml.Gather{ActionURL: "/menu", NumDigits: 1, Prompts: []texml.Verb{
			&texml.Say{Content: texml.Plain("Press 1 for sales & service.")},
		}},
		&texml.Play{Loop: new(0), URL: "https://example.com/music.mp3"},
	}}
	fmt.Println(string(r.Bytes()))
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?><Response><Gather action="/menu" numDigits="1"><Say>Press 1 for sales &amp; service.</Say></Gather><Play loop="0">https://example.com/music.mp3</Play></Response>
}

// Mistakes are told with their place.
func ExampleParse() {
	_, err := texml.Parse([]byte("<Response>\n  <Gather timeout=\"five\"/>\n</Response>"))
	fmt.Println(err)
	_, err = texml.Parse([]byte("<Response>\n  <Say>Tom & Jerry</Say>\n</Response>"))
	fmt.Println(err)
	// Output:
	// 2:20: Response/Gather timeout: "five" is not a whole number
	// 2:12: "&" is written "&amp;"
}

// A verb that asks something gets the URL where its answer goes.
func ExampleAsker() {
	r, err := texml.Parse([]byte("<Response><Say>Hello.</Say><AIGather/></Response>"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range r.Verbs {
		if asker, ok := v.(texml.Asker); ok && asker.Asks() {
			asker.SetAction("/calls/intake")
		}
	}
	fmt.Println(string(r.Bytes()))
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello.</Say><AIGather action="/calls/intake" method="POST"/></Response>
}
