// Package schemas reads the JSON Schemas of AI gathers and holds values against them.
//
// A gather's schema lives three lives. Its author writes it, in JSON or YAML, and wants mistakes
// pointed at ([ReadJSON], [ReadYAML], [Compile]). Telnyx is sent it, whole or without what is
// already known, and its agent asks for the properties in the author's order ([Schema.Sent],
// [Schema.Without]); so a [Node] keeps that order, which maps would lose. And what comes back is
// held against it: unwrapped, coerced without loss, validated, merged ([Schema.Unwrap], [Read]).
//
// The dialect is JSON Schema 2020-12 with the keywords that make sense for one self-contained
// document: references stay inside it, formats are asserted, unknown keywords are mistakes, and
// keywords that begin with "x-" are ours and never sent. A schema that refers to itself is refused,
// because what is sent has its references expanded.
//
// What callers said never appears in the texts this package makes: those name properties that the
// author declared, and keywords.
package schemas
