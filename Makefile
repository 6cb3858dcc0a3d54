# Weir's commands. `make run` opens the console; `make test` proves everything.

RELEASE_BUILD := .build-release
VENV := .build-venv
PYTHON := $(VENV)/bin/python
WEIR := $(RELEASE_BUILD)/release/weir
# Tests with sockets, processes and deadlines: apart from those that fill both cores, one at a time.
NETWORKED := AdminAPITests|CallLogsTests|ControlPlaneTests|DebugServerTests|ExternalMeshTests|GRPCServicesTests|GreeterServiceTests|HTTP2TransportTests|LocalMeshTests|MeshClientTests|NcursesTerminalTests|RuleStoreTests|VerbsTests
# What `make run` hands to weir, such as ARGS="--plain --for 10s".
ARGS ?=

.PHONY: run build test unit peers e2e lint format bench protos system-packages test-packages help

help:
	@echo "make run    build in release and open the console on the local mesh (ARGS=... for flags)"
	@echo "make test   everything that proves it: style, layers, unit tests, real peers, end to end"
	@echo "make bench  measure, and print ratios against the stated references"
	@echo "make lint | format | protos | build"

run: build
	@exec $(WEIR) $(ARGS)

build: system-packages
	@test -x $(WEIR) || echo "weir: the first release build takes some eight minutes"
	@swift build -c release --scratch-path $(RELEASE_BUILD) --product weir

test: system-packages test-packages lint unit peers e2e

lint:
	@.ci/check-layers
	@! grep -nE '^@[A-Z]+@$$' README.md docs/*.md
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests
	@diff docs/keys.md Tests/ConsoleTests/Goldens/keys-page.txt || \
		{ echo "docs/keys.md is not the table of actions; copy the golden over it" >&2; exit 1; }

format:
	@swift format format --in-place --parallel --recursive Package.swift Sources Tests

unit: system-packages
	swift build --build-tests
	swift test --skip-build --skip '$(NETWORKED)'
	swift test --skip-build --no-parallel --filter '$(NETWORKED)'

# Real peers that nobody here wrote: gRPC's own client, Envoy, and the descriptors of xDS, all of
# PyPI; and a stand-in for dubbo-go. PEERS="-m grpc" picks one of grpc, envoy_sotw, envoy_delta, dubbo.
PEERS ?=

peers: $(VENV)/ready
	swift build --product weir
	$(PYTHON) -m pytest -q Tests/Peers $(PEERS)

e2e: $(VENV)/ready test-packages
	swift build --product weir
	$(PYTHON) -m pytest -q Tests/EndToEnd

bench: system-packages
	swift build -c release --scratch-path $(RELEASE_BUILD)
	$(RELEASE_BUILD)/release/weir-bench $(ARGS)

protos:
	@.ci/install-packages protoc
	Sources/XDSProtos/generate.sh
	Sources/AdminProtos/generate.sh

$(VENV)/ready: Tests/requirements.txt
	@.ci/install-packages venv
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
	@touch $@

system-packages:
	@.ci/install-packages ncurses sqlite

test-packages:
	@.ci/install-packages tmux
