//go:build !race

package simulator_test

// matrixSeeds is how often each misbehaviour is tried at each turn, and
// matrixCalls how many calls are played to meet them.
const matrixSeeds, matrixCalls = 3, 120
