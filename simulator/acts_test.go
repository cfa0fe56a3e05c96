package simulator_test

import (
	"context"

	"texmlsrv/simulator"
)

// acts is a Caller who does one thing after the other where something is asked,
// and then is silent.
type acts []simulator.Act

func (*acts) Hears(simulator.Line) bool { return false }

func (a *acts) Acts(_ context.Context, m simulator.Moment) (act simulator.Act, err error) {
	if m.Kind != simulator.MomentListened && len(*a) > 0 {
		act, *a = (*a)[0], (*a)[1:]
	}
	return act, nil
}
