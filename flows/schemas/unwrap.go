package schemas

// Unwrap tells the two shapes of an AI gather's result apart by s, the schema that was sent.
// Telnyx's form callback shows an envelope, an object of exactly status (text) and result (object
// or null); its JSON event the bare object. Where the schema itself has a property called status
// or result, the object is bare unless it does not fit and its inner result does. Receivers of the
// event have met the object alone under parameters, data or result as well.
//
// Result is the object gathered, nil when there is none (also for a JSON null); status is the
// envelope's, "" when bare. It is not ok when decoded is no object: a list, a number, a text.
func (s *Schema) Unwrap(decoded any) (result map[string]any, status string, ok bool) {
	if decoded == nil {
		return nil, "", true
	}
	object, ok := decoded.(map[string]any)
	if !ok {
		return nil, "", false
	}
	inner, status, enveloped := envelope(object)
	if !enveloped || s.ownsEnvelope() && (s.fits(object) || inner == nil || !s.usable(inner)) {
		return s.nested(object), "", true
	}
	return inner, status, true
}

// nested is the object inside of one that has nothing but it, under a name that is no property of
// the schema's.
func (s *Schema) nested(object map[string]any) map[string]any {
	for _, name := range []string{"parameters", "data", "result"} {
		inner, is := object[name].(map[string]any)
		if is && len(object) == 1 && len(s.properties) > 0 && s.properties[name] == nil {
			return inner
		}
	}
	return object
}

// envelope opens an object of exactly status and result.
func envelope(object map[string]any) (inner map[string]any, status string, ok bool) {
	status, isText := object["status"].(string)
	result, has := object["result"]
	inner, isObject := result.(map[string]any)
	if len(object) != 2 || !isText || !has || result != nil && !isObject {
		return nil, "", false
	}
	return inner, status, true
}

func (s *Schema) ownsEnvelope() bool {
	return s.properties["status"] != nil || s.properties["result"] != nil
}

// fits tells an object that the schema takes to its last member.
func (s *Schema) fits(object map[string]any) bool {
	r := Read(s, s, object, nil)
	return r.Usable && len(r.Dropped) == 0
}

func (s *Schema) usable(object map[string]any) bool { return Read(s, s, object, nil).Usable }
