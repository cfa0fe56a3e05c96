package telnyx

import "texmlsrv/telnyx/commands"

// Digits are the parameters that all gathers of digits share.
type Digits struct {
	MinimumDigits           int    `json:"minimum_digits,omitempty"` // 1 to 128; Telnyx: 1
	MaximumDigits           int    `json:"maximum_digits,omitempty"` // 1 to 128; Telnyx: 128
	InterDigitTimeoutMillis int    `json:"inter_digit_timeout_millis,omitempty"`
	TerminatingDigit        string `json:"terminating_digit,omitempty"` // one of 0-9 * #; Telnyx: #
	ValidDigits             string `json:"valid_digits,omitempty"`
}

// Gather waits for digits without saying anything.
type Gather struct {
	Digits
	InitialTimeoutMillis int    `json:"initial_timeout_millis,omitempty"` // for the first digit
	TimeoutMillis        int    `json:"timeout_millis,omitempty"`         // for all of it
	GatherID             string `json:"gather_id,omitempty"`
	Common
}

// Name is gather.
func (Gather) Name() string { return commands.Gather }

func (c Gather) identified(newID func() string) Command { c.Common = c.orNew(newID); return c }

// GatherStop ends the gather that is running.
type GatherStop struct {
	Common
}

// Name is gather_stop.
func (GatherStop) Name() string { return commands.GatherStop }

func (c GatherStop) identified(newID func() string) Command { c.Common = c.orNew(newID); return c }
