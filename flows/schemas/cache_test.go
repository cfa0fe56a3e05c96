package schemas_test

import (
	"sync"
	"testing"

	"texmlsrv/flows/schemas"
)

func enum(t testing.TB, i int) *schemas.Node {
	return node(t, `{"type":"object","properties":{"slot":{"enum":["`+itoa(i)+`"]},"name":{}},"required":["slot","name"]}`)
}

func cached(t testing.TB, i int) *schemas.Schema {
	t.Helper()
	s, err := schemas.Cached(enum(t, i))
	if err != nil {
		t.Error(err)
	}
	return s
}

func TestCachedRemembersWhatIsUsed(t *testing.T) {
	first := cached(t, 0)
	if cached(t, 0) != first {
		t.Error("compiled again at once")
	}
	for i := 1; i < 1000; i++ {
		cached(t, i)
		if i%50 == 0 && cached(t, 0) != first {
			t.Fatalf("forgotten after %d others though used", i)
		}
	}
	unused := cached(t, 1)
	for i := 2000; i < 2300; i++ {
		cached(t, i)
	}
	if cached(t, 1) == unused {
		t.Error("remembered without bound")
	}
}

func TestCachedReportsMistakesEachTime(t *testing.T) {
	for range 2 {
		if _, err := schemas.Cached(node(t, `{"type":"object","enum":[]}`)); err == nil {
			t.Error("no mistake reported")
		}
	}
}

func TestWithoutIsRemembered(t *testing.T) {
	s := cached(t, 0)
	one, _ := s.Without([]string{"slot"})
	two, _ := s.Without([]string{"slot"})
	if one != two {
		t.Error("compiled again at once")
	}
}

func TestSchemasAreSafeForConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 40 {
				s := cached(t, (g+i)%10)
				sent, _ := s.Without([]string{"name"})
				result := map[string]any{"slot": itoa((g + i) % 10)}
				if r := schemas.Read(sent, s, result, map[string]any{"name": "Zoë"}); !r.Usable {
					t.Errorf("not usable: %v", r.Problems)
				}
			}
		})
	}
	wg.Wait()
}
