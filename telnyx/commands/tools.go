package commands

// tools are what an agent can do besides talking. Stored assistants know more
// kinds; these six are all that a request may carry. Each is an object with its
// type, and its settings under a member of that name.
func tools() Param {
	return list("tools", "What the agent can do besides talking.", union("", "A tool.", "type",
		tool("hangup", "Hangs up.",
			text("description", "When to use it.").normally("This tool is used to hang up the call.")),
		tool("transfer", "Connects the caller with somebody.",
			text("from", "The number or SIP address that the person called sees.").as(Party).required().private(),
			transferTargets()),
		tool("webhook", "Asks a server of yours.", webhookTool()...),
		tool("retrieval", "Looks things up in documents.",
			list("bucket_ids", "The buckets with the documents.", text("", "A bucket.")).required().atLeast(1),
			integer("max_num_results", "How much is found at most.").atLeast(1)),
		tool("book_appointment", "Books an appointment with Cal.com.",
			text("api_key_ref", "Name of the integration secret with your Cal.com key.").required(),
			eventType(),
			text("attendee_name", "Whom the appointment is for.").private(),
			text("attendee_timezone", "Their time zone.")),
		tool("check_availability", "Looks for free times with Cal.com.",
			text("api_key_ref", "Name of the integration secret with your Cal.com key.").required(),
			eventType()),
	))
}

func tool(name, doc string, settings ...Param) Variant {
	return Variant{Name: name, Doc: doc, Fields: []Param{object(name, "Settings of the tool.", settings...).required()}}
}

func eventType() Param {
	return integer("event_type_id", "The kind of appointment, as numbered by Cal.com.").atLeast(1).required()
}

// transferTargets may be one text that names a variable of Telnyx's, instead of
// a list. TeXML's AIGather page shows another shape of the whole tool; this one
// is the API's.
func transferTargets() Param {
	target := object("", "Somebody to connect with.",
		text("to", "Number or SIP address.").as(Party).required().private(),
		text("name", "What the agent calls them.").private(),
	)
	return Param{
		Name: "targets", Type: TypeEither, Required: true, Private: true,
		Doc: "Whom the caller may be connected with; or a text that names a variable with them.",
		Alternatives: []Param{
			list("", "Whom the caller may be connected with.", target).atLeast(1),
			text("", "A variable that holds them, as Telnyx writes it.").private(),
		},
	}
}

func webhookTool() []Param {
	return []Param{
		text("name", "The tool's name.").required(),
		text("description", "When to use it, and what for.").required().private(),
		text("url", "The server; {name} is filled from path_parameters.").as(ToolURL).required(),
		text("method", "How it is asked.").oneOf("GET", "POST", "PUT", "DELETE", "PATCH").normally("POST"),
		list("headers", "HTTP headers; a value may name an integration secret.", object("", "A header.",
			text("name", "Its name.").required(),
			text("value", "Its value.").required().private(),
		)),
		schemaOf("body_parameters", "What the agent puts into the body: a JSON Schema of type object."),
		schemaOf("path_parameters", "What it puts into the URL: a JSON Schema of type object."),
		schemaOf("query_parameters", "What it puts into the query: a JSON Schema of type object."),
	}
}
