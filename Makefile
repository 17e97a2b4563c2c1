# The commands of everyday work; `make` alone lists them.

JOBS    ?= $(shell nproc)
SUITES  ?=
SECONDS ?= 60
SEED    ?=
SANITIZER ?=
MINUTES ?=
SECTIONS ?=
FAULTS  ?= mild
RELEASE := build/release
FUZZERS := fuzz_cron_parser fuzz_zone_name fuzz_definition fuzz_kubeconfig fuzz_resource fuzz_wire

# Packages of Debian bookworm. Go, for the control plane of tests and demo, is not among them: bookworm's is too old.
PACKAGES := g++ cmake ninja-build ccache git ca-certificates tzdata \
            libcpprest-dev libssl-dev libabsl-dev libsimdjson-dev libzstd-dev libboost-dev nlohmann-json3-dev libyaml-cpp-dev \
            libfmt-dev libspdlog-dev libcli11-dev libcpp-httplib-dev prometheus-cpp-dev \
            libgtest-dev libgmock-dev
LINT_PACKAGES := clang-14 clang-format-14 clang-tidy-14 shellcheck
FUZZ_PACKAGES := clang-14 libclang-rt-14-dev
BENCH_PACKAGES := libbenchmark-dev
BENCH := $(RELEASE)/tests/bench
ANSWER := $(RELEASE)/src/cli/kubectl-scheduledjob next --batch

# Where Go's own installer puts it, should the PATH not know.
export PATH := $(PATH):/usr/local/go/bin

SOURCES  := find src operator tests -name '*.[ch]pp'
GO_CODE  := tests/controlplane tests/plane tests/docs tests/pipelines tests/image tests/chart tests/gitops hack/crdgen tests/bench/robfig
SCRIPTS  := .ci/run hack/demo hack/image-root hack/linked.bash hack/plugin-archive hack/version hack/release-files tests/run tests/fuzz/run tests/rooms/check tests/sanitize/run tests/controlplane/run

.DEFAULT_GOAL := help
.PHONY: help crd deps deps-lint deps-fuzz deps-bench build dev demo test e2e chaos soak sim sanitize clang fuzz manifests bench bench-quick bench-alone bench-schedule compare-schedule bench-robfig lint format clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs what is missing of a list of packages; silent and quick when nothing is.
define install
@missing=; \
for package in $(1); do \
  dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  echo "Installing with apt-get:$$missing"; \
  if [ "$$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi; \
  $$as_root apt-get update -qq && \
  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
fi
endef

deps: ## Install what building and testing need (apt-get, with sudo when not root)
	$(call install,$(PACKAGES))

deps-lint: deps
	$(call install,$(LINT_PACKAGES))

deps-fuzz: deps
	$(call install,$(FUZZ_PACKAGES))

deps-bench: deps
	$(call install,$(BENCH_PACKAGES))

build: deps ## Build the operator and all tests, optimised, in build/release
	@mkdir -p build && cmake --preset release >$(RELEASE).log 2>&1 || { cat $(RELEASE).log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS)

dev: deps ## Build for debugging, in build/dev
	cmake --preset dev
	cmake --build --preset dev --parallel $(JOBS)

demo: build ## Watch ScheduledJobs run, on a cluster made for it or on that of KUBECONFIG (DEMO_SECONDS=60 ends it)
	@hack/demo

RUN = tests/run --build $(RELEASE) --jobs $(JOBS) --faults $(FAULTS) $(if $(SEED),--seed $(SEED))

test: build ## Run every test; SUITES="unit e2e" runs some (unit, docs, pipelines, controlplane, image, chart, gitops, e2e, chaos)
	@$(RUN) $(SUITES)

# On a control plane of its own.
TROUBLE = tests/controlplane/run $(1) --operator $(RELEASE)/operator/scheduledjob-operator --for $(2)m $(if $(SEED),--seed $(SEED))

e2e: build ## Run the end-to-end tests, under FAULTS=mild or none; SEED=… repeats the draws (docs/testing.md)
	@$(RUN) e2e

chaos: build ## Kill, freeze and cut for MINUTES=30, then count what ran; SEED=… repeats one (docs/testing.md)
	@$(call TROUBLE,chaos,$(or $(MINUTES),30))

soak: build ## Run without faults for MINUTES=60 and see memory and descriptors stay flat (docs/testing.md)
	@$(call TROUBLE,soak,$(or $(MINUTES),60))

manifests: ## Make again what is made from crds/, the version and the chart: the chart's copies, its README, dist/install.yaml, docs/reference.md
	@command -v go >/dev/null || { echo "Go is needed for this: https://go.dev/doc/install" >&2; exit 1; }
	@cd tests/chart && go run ./generate

sim: deps ## Simulate the engine for SECONDS=60, from SEED=… on or a fresh seed (docs/simulation.md)
	@mkdir -p build && cmake --preset release >$(RELEASE).log 2>&1 || { cat $(RELEASE).log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target sim
	@$(RELEASE)/tests/sim/sim --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

sanitize: deps ## Run unit, simulation and e2e with sanitizers: SANITIZER=thread, address, or both one after the other
	@for sanitizer in $(or $(SANITIZER),thread address); do tests/sanitize/run $$sanitizer --jobs $(JOBS) $(if $(SEED),--seed $(SEED)) || exit; done

clang: deps-fuzz ## Compile with clang 14, which checks that what a mutex guards is used with the mutex held
	@mkdir -p build && cmake --preset clang >build/clang.log 2>&1 || { cat build/clang.log; exit 1; }
	@cmake --build --preset clang --parallel $(JOBS) --target scheduledjob scheduledjob-operator

fuzz: deps-fuzz ## Look for input that breaks a reader, SECONDS=60 for each of the targets, several at a time
	@mkdir -p build && cmake --preset fuzz >build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }
	@cmake --build --preset fuzz --parallel $(JOBS)
	@printf '%s\n' $(FUZZERS) | xargs -P $(JOBS) -I TARGET tests/fuzz/run TARGET $(SECONDS)

crd: ## Take over from Kubernetes what the definition and the Kustomize component have from there
	@cd hack/crdgen && go run .

# What measures one part alone.
BENCH_ALONE = --engine $(BENCH)/engine/bench_engine --transport $(BENCH)/transport/bench_transport \
  --without-library $(BENCH)/transport/operator_without_cpprest

bench: build bench-alone ## Measure the operator beside the CronJob controller, in three hours; writes docs/performance.md; SECTIONS=failover,storm some of it
	@tests/controlplane/run bench --operator $(RELEASE)/operator/scheduledjob-operator $(BENCH_ALONE) --docs docs \
	  --json docs/performance/figures.json --command "make bench" $(if $(SECTIONS),--merge --sections $(SECTIONS))

bench-quick: build ## The essential rows of `make bench`, in five minutes
	@tests/controlplane/run bench --quick --operator $(RELEASE)/operator/scheduledjob-operator --json $(RELEASE)/bench-quick.json

bench-alone: deps
	@cmake --preset release >/dev/null
	@cmake --build --preset release --parallel $(JOBS) --target bench_engine bench_transport operator_without_cpprest

bench-schedule: deps-bench bench-robfig ## Measure schedules beside robfig/cron, which CronJob uses (docs/benchmarks.md)
	@cmake --preset release >/dev/null
	@cmake --build --preset release --parallel $(JOBS) --target bench_schedule kubectl-scheduledjob
	@$(BENCH)/robfig report --bench $(BENCH)/schedule/bench_schedule --answer "$(ANSWER)" \
	  tests/bench/schedule/expressions.txt

compare-schedule: deps bench-robfig ## Compare 100,000 random schedules with robfig/cron; SEED=2 makes others
	@cmake --preset release >/dev/null
	@cmake --build --preset release --parallel $(JOBS) --target kubectl-scheduledjob
	@$(BENCH)/robfig compare --answer "$(ANSWER)" --seed $(or $(SEED),1)

# The program that measures and compares, once it has passed its own tests.
bench-robfig:
	@command -v go >/dev/null || { echo "Go is needed for this: https://go.dev/doc/install" >&2; exit 1; }
	@mkdir -p $(BENCH)
	@cd tests/bench/robfig && go test ./... && go build -o $(CURDIR)/$(BENCH)/robfig .

lint: deps-lint ## Check format, clang-tidy, Go and shell scripts
	$(SOURCES) | xargs clang-format-14 --dry-run -Werror
	tests/rooms/check src
	cmake --preset clang >/dev/null
	find src operator -name '*.cpp' | xargs -P $(JOBS) -n 1 clang-tidy-14 -p build/clang --quiet --warnings-as-errors='*'
	test -z "$$(gofmt -l $(GO_CODE))" || { gofmt -d $(GO_CODE); exit 1; }
	for module in $(GO_CODE); do (cd $$module && go vet ./...) || exit; done
	shellcheck $(SCRIPTS)

format: deps-lint ## Put every source file into the project's format
	$(SOURCES) | xargs clang-format-14 -i
	gofmt -w $(GO_CODE)

clean: ## Remove everything that was built here (the control plane's programs are kept in the user's cache)
	rm -rf build
