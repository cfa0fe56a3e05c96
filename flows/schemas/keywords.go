package schemas

import (
	"maps"
	"slices"
	"strings"
)

// holds says what stands under a keyword.
type holds int

const (
	data       holds = iota // a value that is no schema
	schema                  // one schema
	schemaList              // schemas in an array
	schemaMap               // schemas by name
)

// keywords are those a gather's schema may use: JSON Schema 2020-12 without what only matters
// between documents.
var keywords = map[string]holds{
	"properties": schemaMap, "patternProperties": schemaMap, "dependentSchemas": schemaMap,
	"$defs": schemaMap, "definitions": schemaMap,
	"allOf": schemaList, "anyOf": schemaList, "oneOf": schemaList, "prefixItems": schemaList,
	"additionalProperties": schema, "propertyNames": schema, "unevaluatedProperties": schema,
	"items": schema, "contains": schema, "unevaluatedItems": schema, "contentSchema": schema,
	"not": schema, "if": schema, "then": schema, "else": schema,
	"type": data, "enum": data, "const": data, "format": data, "pattern": data,
	"minLength": data, "maxLength": data, "contentEncoding": data, "contentMediaType": data,
	"multipleOf": data, "minimum": data, "maximum": data, "exclusiveMinimum": data, "exclusiveMaximum": data,
	"minItems": data, "maxItems": data, "uniqueItems": data, "minContains": data, "maxContains": data,
	"minProperties": data, "maxProperties": data, "required": data, "dependentRequired": data,
	"title": data, "description": data, "default": data, "examples": data,
	"deprecated": data, "readOnly": data, "writeOnly": data,
	"$ref": data, "$anchor": data, "$comment": data, "$schema": data, "$id": data,
}

// elsewhere says what to write instead of keywords that other dialects have.
var elsewhere = map[string]string{
	"nullable":         `say "type": ["string", "null"]`,
	"example":          `say "examples": [ … ]`,
	"id":               `"$id" at the top, or a property that belongs under "properties"`,
	"dependencies":     `say dependentRequired or dependentSchemas`,
	"additionalItems":  `say prefixItems and items`,
	"$dynamicRef":      `references are "$ref" to this document`,
	"$recursiveRef":    `references are "$ref" to this document`,
	"$dynamicAnchor":   `say "$anchor"`,
	"$recursiveAnchor": `say "$anchor"`,
	"$vocabulary":      `it is for meta-schemas`,
}

// formats are those that are asserted.
var formats = []string{
	"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "iri", "iri-reference",
	"json-pointer", "period", "regex", "relative-json-pointer", "semver", "time", "uri",
	"uri-reference", "uri-template", "uuid",
}

// annotations are keywords that hold no value to anything.
var annotations = []string{
	"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment",
}

// isExtension tells our own keywords, which are never sent.
func isExtension(keyword string) bool { return strings.HasPrefix(keyword, "x-") }

func isAnnotation(keyword string) bool {
	return isExtension(keyword) || slices.Contains(annotations, keyword)
}

func keywordNames() []string { return slices.Sorted(maps.Keys(keywords)) }

// subschemas calls visit for the schemas directly under member m of a schema, in author's order.
func subschemas(m Member, visit func(*Node)) {
	switch keywords[m.Name] {
	case schema:
		visit(m.Value)
	case schemaList:
		for _, item := range m.Value.Items {
			visit(item)
		}
	case schemaMap:
		for _, named := range m.Value.Members {
			visit(named.Value)
		}
	}
}

// rewrite copies member m of a schema with the schemas directly under it changed.
func rewrite(m Member, change func(*Node) *Node) Member {
	v := m.Value
	out := &Node{Kind: v.Kind, Line: v.Line, Column: v.Column}
	switch keywords[m.Name] {
	case schema:
		out = change(v)
	case schemaList:
		for _, item := range v.Items {
			out.Items = append(out.Items, change(item))
		}
	case schemaMap:
		for _, named := range v.Members {
			named.Value = change(named.Value)
			out.Members = append(out.Members, named)
		}
	default:
		return m
	}
	m.Value = out
	return m
}
