package telnyx_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
)

// A command is given to a call; here a fake of Telnyx takes it.
func ExampleAPI_Do() {
	fake, err := api.New(api.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(fake)
	defer server.Close()
	client, err := telnyx.New(telnyx.Options{APIKey: "KEY", BaseURL: server.URL + api.Prefix})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	got, err := client.Do(context.Background(), "v3:call", telnyx.Gather{
		Digits: telnyx.Digits{MaximumDigits: 4},
		Common: telnyx.Common{CommandID: telnyx.CommandID("v3:call", "turn 3", "pin")},
	})
	fmt.Println(got.Result, err)

	_, err = client.Do(context.Background(), "v3:call", telnyx.GatherUsingSpeak{Voice: "female"})
	fmt.Println(err)
	// Output:
	// ok <nil>
	// telnyx: gather_using_speak: payload is missing
}
