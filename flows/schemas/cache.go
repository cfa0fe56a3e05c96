package schemas

import "sync"

// generation is how many schemas are remembered at least; at most, it is twice as many.
const generation = 128

// recent remembers compiled schemas for the whole program: a schema depends on its bytes alone, so
// whoever compiled it first cannot be told from the result. What it holds has lived at most until
// 2 × generation other schemas were used; schemas may hold what their templates put into them.
var recent memory

// Cached is [Compile] through a bounded memory that is keyed by the schema's bytes and safe for
// concurrent use: most templated schemas come out the same in call after call, and compiling takes
// a few hundred microseconds. Mistakes are not remembered.
func Cached(n *Node) (*Schema, error) {
	return recent.schema("all "+string(n.Bytes()), func() (*Schema, error) { return Compile(n) })
}

// memory keeps two generations: when the younger is full the older is forgotten, and what was used
// since survives, without keeping a list in order of use.
type memory struct {
	mu    sync.Mutex
	young map[string]*Schema
	old   map[string]*Schema
}

// schema is the remembered schema of a key, or what compile makes. Two callers that miss at once
// both compile; the results are alike.
func (m *memory) schema(key string, compile func() (*Schema, error)) (*Schema, error) {
	if s := m.get(key); s != nil {
		return s, nil
	}
	s, err := compile()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, s)
	return s, nil
}

func (m *memory) get(key string) *Schema {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.young[key]; s != nil {
		return s
	}
	s := m.old[key]
	if s != nil {
		m.put(key, s)
	}
	return s
}

func (m *memory) put(key string, s *Schema) {
	if m.young == nil || len(m.young) >= generation {
		m.old, m.young = m.young, make(map[string]*Schema, generation)
	}
	m.young[key] = s
}
