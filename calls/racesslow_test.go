//go:build race

package calls_test

// interventionRaces is how often an intervention is raced with an answer. The
// race detector makes each several times as slow, and looks for something else.
const interventionRaces = 1_000
