//go:build !race

package calls_test

// interventionRaces is how often an intervention is raced with an answer.
const interventionRaces = 10_000
