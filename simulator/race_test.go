//go:build race

package simulator_test

// matrixSeeds is how often each misbehaviour is tried at each turn, and
// matrixCalls how many calls are played to meet them. The race detector makes
// each call several times as slow, and looks for something else.
const matrixSeeds, matrixCalls = 1, 70
