# make        builds bin/texmlsrv
# make test   runs every check and test; installs what they need and says so
# make fuzz   gives each fuzz target a bounded run
# make property plays random calls through the flows, renders random templates, and makes slips in flows
# make long   plays in full what the race detector makes too slow for make test
# make bench  runs each benchmark once
# make lint   runs the linters alone

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

export GOFLAGS += -buildvcs=false

# The version that a build says it is comes from git, where git answers.
STAMP = $(shell git rev-parse --verify -q HEAD >/dev/null 2>&1 && echo true || echo false)

LINTER := github.com/golangci/golangci-lint/v2
FUZZTIME ?= 2000x
BENCHTIME ?= 1x

.PHONY: build
build:
	go build -trimpath -tags nomsgpack -buildvcs=$(STAMP) -o bin/texmlsrv ./cmd/texmlsrv

# The tests come last, so that what is printed ends with their result.
.PHONY: test
test: packages format vet lint
	go test -race -shuffle=on -timeout=20m ./...

.PHONY: packages
packages:
	@.ci/packages

.PHONY: format
format:
	@wrong=$$(gofmt -l .); if [ -n "$$wrong" ]; then printf 'gofmt -w is due:\n%s\n' "$$wrong"; exit 1; fi

.PHONY: vet
vet:
	go vet ./...

# Building the linter takes minutes, so it is kept by its version.
.PHONY: lint
lint:
	@version=$$(go list -modfile=tools/go.mod -m -f '{{.Version}}' $(LINTER)); \
	linter=bin/golangci-lint-$$version; \
	if [ ! -x "$$linter" ]; then \
		echo "building golangci-lint $$version (a few minutes, once)"; \
		go build -modfile=tools/go.mod -o "$$linter" $(LINTER)/cmd/golangci-lint; \
	fi; \
	echo "golangci-lint run"; \
	"$$linter" run --allow-parallel-runners

.PHONY: fuzz
fuzz:
	@grep -rl '^func Fuzz' --include='*_test.go' . | xargs -n 1 dirname | sort -u | while read -r package; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$package"/*_test.go); do \
			echo "fuzz $$package $$target"; \
			go test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) "$$package" </dev/null; \
		done; \
	done

# A hundred thousand of each take some six minutes on two cores; CI, which has
# other things to do, plays 20,000. Other sessions are played with another seed:
# make property SEED=1000000
SESSIONS ?= 100000
MUTATIONS ?= 5000
SEED ?= 1

.PHONY: property
property: packages
	go test -count=1 -timeout=1h -run='^TestRandom(Sessions|Templates)$$' ./flows ./templates -sessions=$(SESSIONS) -seed=$(SEED)
	go test -count=1 -timeout=1h -run='^TestMutatedFlows$$' ./flows -mutations=$(MUTATIONS) -seed=$(SEED)

# Without the race detector, these tests play every misbehaviour of Telnyx at
# every turn with three seeds, and race people with callers ten thousand times.
.PHONY: long
long: packages
	go test -count=1 -timeout=1h -run='^(TestMatrix|TestIntervene_race)$$' ./simulator ./calls

.PHONY: bench
bench: packages
	go test -run='^$$' -bench=. -benchtime=$(BENCHTIME) ./...
