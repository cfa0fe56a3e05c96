// Package templates holds the flows that come with the program, embedded: a
// front desk, an appointment and a survey. They are there so that a number can
// be answered before anybody has written a flow, and they are the place that
// authors copy from: each shows a different part of the format.
package templates

import "embed"

// FS is a templates root: app.yaml, what the flows share (texts.yaml,
// defaults.xml), and a folder for each flow with its flow.yaml, texts, documents
// and schemas.
//
//go:embed app.yaml defaults.xml texts.yaml appointment front-desk survey
var FS embed.FS
