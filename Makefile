# The commands of everyday work; `make` alone lists them.

JOBS    ?= $(shell nproc)
SUITES  ?=
SECONDS ?= 60
SEED    ?=
RELEASE := build/release

# Packages of Debian bookworm. Go, for the control plane of tests and demo, is not among them: bookworm's is too old.
PACKAGES := g++ cmake ninja-build ccache git ca-certificates tzdata \
            libcpprest-dev libssl-dev libabsl-dev libsimdjson-dev nlohmann-json3-dev libyaml-cpp-dev \
            libfmt-dev libspdlog-dev libcli11-dev libcpp-httplib-dev prometheus-cpp-dev \
            libgtest-dev libgmock-dev
LINT_PACKAGES := clang-14 clang-format-14 clang-tidy-14 shellcheck

# Where Go's own installer puts it, should the PATH not know.
export PATH := $(PATH):/usr/local/go/bin

SOURCES  := find src operator tests -name '*.[ch]pp'
SCRIPTS  := .ci/run hack/demo tests/run tests/rooms/check tests/controlplane/run

.DEFAULT_GOAL := help
.PHONY: help deps deps-lint build dev demo test sim lint format clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

build: deps ## Build the operator and all tests, optimised, in build/release
	@mkdir -p build && cmake --preset release >$(RELEASE).log 2>&1 || { cat $(RELEASE).log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS)

dev: deps ## Build for debugging, in build/dev
	cmake --preset dev
	cmake --build --preset dev --parallel $(JOBS)

demo: build ## Watch ScheduledJobs run, on a cluster made for it or on that of KUBECONFIG (DEMO_SECONDS=60 ends it)
	@hack/demo

test: build ## Run every test; SUITES="unit e2e" runs some (unit, controlplane, e2e)
	@tests/run --build $(RELEASE) --jobs $(JOBS) $(SUITES)

sim: deps ## Simulate the engine for SECONDS=60, from SEED=… on or a fresh seed (docs/simulation.md)
	@mkdir -p build && cmake --preset release >$(RELEASE).log 2>&1 || { cat $(RELEASE).log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target sim
	@$(RELEASE)/tests/sim/sim --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

lint: deps-lint ## Check format, clang-tidy, Go and shell scripts
	$(SOURCES) | xargs clang-format-14 --dry-run -Werror
	tests/rooms/check src
	cmake --preset clang >/dev/null
	find src operator -name '*.cpp' | xargs -P $(JOBS) -n 1 clang-tidy-14 -p build/clang --quiet --warnings-as-errors='*'
	test -z "$$(gofmt -l tests/controlplane)" || { gofmt -d tests/controlplane; exit 1; }
	cd tests/controlplane && go vet ./...
	shellcheck $(SCRIPTS)

format: deps-lint ## Put every source file into the project's format
	$(SOURCES) | xargs clang-format-14 -i
	gofmt -w tests/controlplane

clean: ## Remove everything that was built here (the control plane's programs are kept in the user's cache)
	rm -rf build
