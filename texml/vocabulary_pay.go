package texml

// payVocabulary declares Pay and its Prompt.
var payVocabulary = []*ElementDecl{
	{
		Key:      "Pay",
		Doc:      "Takes a payment by DTMF through a connector that is configured at Telnyx.",
		Terminal: Always,
		Asks:     true,
		Children: each("Prompt", "Parameter"),
		Attrs: []AttrDecl{
			action("Requested at the end; without it the current document is, which loops."),
			method("method", "action"),
			callback("statusCallback", "Told of the progress."),
			method("statusCallbackMethod", "statusCallback"),
			{Name: "paymentConnector", Type: TypeString, Default: "Default", Doc: "Connector that is configured at Telnyx."},
			{Name: "transactionType", Type: TypeEnum, Values: []string{"charge", "tokenize"}, Doc: "By default charge when there is a chargeAmount."},
			{Name: "chargeAmount", Type: TypeMoney, Range: atLeast(0), With: "transactionType!=tokenize", Doc: "Amount; needed to charge."},
			{Name: "currency", Type: TypeEnum, Values: []string{"USD"}, Default: "USD", Doc: "Currency."},
			{Name: "paymentToken", Type: TypeString, Doc: "A token instead of collecting."},
			{Name: "paymentMethod", Type: TypeEnum, Values: []string{"credit-card", "ach-debit"}, Default: "credit-card", Doc: "What is collected."},
			{Name: "postalCode", Type: TypeString, Default: "true", Doc: "true collects it, false does not, anything else is it."},
			{Name: "minPostalCodeLength", Type: TypeInt, Range: atLeast(1), With: "postalCode!=false", Doc: "Fewest characters."},
			{Name: "validCardTypes", Type: TypeList, Values: []string{
				"visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute",
			}, Doc: "The cards that are accepted."},
			{Name: "maxAttempts", Type: TypeInt, Range: between(1, 3), Default: "1", Doc: "Attempts at a step."},
			{Name: "timeout", Type: TypeInt, Range: between(1, 600), Default: "5", Doc: "Seconds at a step."},
			{Name: "interDigitTimeout", Type: TypeInt, Range: between(1, 600), Default: "5", Doc: "Seconds between digits."},
			{Name: "voice", Type: TypeVoice, Default: "female", Doc: "Voice of the prompts."},
			{Name: "language", Type: TypeLanguage, Default: "en-US", Doc: "Language of the prompts."},
			{Name: "serviceLevel", Type: TypeEnum, Values: []string{"premium"}, Default: "premium", Doc: "Service level of the voice."},
			{Name: "description", Type: TypeString, Doc: "For the connector."},
			{Name: "parameters", Type: TypeJSON, Doc: "JSON for the connector."},
			{Name: "prompts", Type: TypeJSON, Doc: "JSON that replaces prompts."},
			{Name: "metadata", Type: TypeJSON, Doc: "JSON that goes along."},
		},
		Doubts: []string{"The compatibility table lists Pay as unsupported; its page, a guide and the Voice API have it."},
	},
	{
		Key:      "Prompt",
		Doc:      "Replaces what is spoken at one step of a payment.",
		Children: []ChildDecl{{Key: "Say", Min: 1, Max: 1}},
		Attrs: []AttrDecl{
			{Name: "for", Type: TypeEnum, Values: []string{
				"payment-card-number", "expiration-date", "postal-code", "security-code", "bank-routing-number", "bank-account-number",
			}, Required: true, Doc: "The step."},
			{Name: "attempt", Type: TypeDigits, Chars: "0123456789 ", Doc: "Attempts it holds for, separated by spaces; the first is 1."},
			{Name: "errorType", Type: TypeString, Doc: "Only after this error."},
			{Name: "cardType", Type: TypeString, Doc: "Only for this card."},
		},
	},
}
