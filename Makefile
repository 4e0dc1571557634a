# The door for people: `make` lists what there is. Everything here is a line
# or two; the work is in CMake and .ci/.

JOBS ?= $(shell nproc)
# Tests wait for servers more than they compute.
TEST_JOBS ?= $(shell expr $(JOBS) + 1)
PREFIX ?= /usr/local
DEMO ?= tests/demo/demo
BENCH ?= bench/run

SOURCES = find lib tools tests bench -name '*.cpp' -o -name '*.hpp'

# A container's user may have no home, or the name of one that does not exist
# or is another's; ccache wants a folder that it may write to.
ifneq ($(shell test -n "$$HOME" -a -d "$$HOME" -a -w "$$HOME" && echo yes),yes)
export CCACHE_DIR ?= $(CURDIR)/build/ccache
endif

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' $(MAKEFILE_LIST) | \
	    while read -r name what; do printf '%-16s %s\n' "$$name" "$$what"; done

.PHONY: deps
deps: ## install what building and testing needs and is missing
	@.ci/deps.sh .ci/packages.txt

.PHONY: deps-dev
deps-dev: ## the same, and what lint and bench need
	@.ci/deps.sh .ci/packages.txt .ci/packages-dev.txt

.PHONY: build
build: ## compile everything into build/release
	@.ci/build.sh release $(JOBS)

.PHONY: test
test: deps build ## deps, build, and every test
	@.ci/test.sh release $(TEST_JOBS)

.PHONY: test-sanitized
test-sanitized: deps ## every test under ASan and UBSan
	@.ci/build.sh sanitized $(JOBS)
	@.ci/test.sh sanitized $(JOBS)

.PHONY: test-kubernetes
test-kubernetes: ## kubectl builds kubernetes/, and its schemas accept that
	@tests/kubernetes/run

.PHONY: test-hosts
test-hosts: build ## two hosts with one database start 50 times at once
	@tests/hosts/run

.PHONY: test-systemd
test-systemd: build deb ## a real systemd boots, and its timers run our programs
	@tests/systemd/boot

.PHONY: deb
deb: ## the Debian package, into build/package
	@.ci/deb/build.sh $(JOBS)

.PHONY: test-package
test-package: build ## the package, installed, upgraded and purged in a chroot
	@JOBS=$(JOBS) tests/package/run

.PHONY: test-cron
test-cron: build deb ## a real cron daemon runs our crontab, for three minutes
	@tests/cron/run

.PHONY: demo
demo: deps build ## a company synced three times; KEEP=1 leaves it running
	@KEEP="$(KEEP)" $(DEMO)

.PHONY: bench
bench: build ## the figures, each as a ratio measured in the same run
	@$(BENCH)

.PHONY: lint
lint: build ## clang-tidy, the check scripts and shellcheck
	@.ci/lint.sh $(JOBS)

.PHONY: format
format: ## bring the sources into house style
	@$(SOURCES) | xargs clang-format -i

.PHONY: format-check
format-check: ## fail if `make format` would change something
	@$(SOURCES) | xargs clang-format --dry-run -Werror

.PHONY: docs
docs: build ## write the generated pages of docs/
	@.ci/docs.sh write build/release/bin

.PHONY: docs-check
docs-check: build ## fail if a generated page is stale
	@.ci/docs.sh check build/release/bin

.PHONY: install
install: build ## install the programs below PREFIX (and DESTDIR)
	@umask 022 && cmake --install build/release --prefix $(PREFIX)

.PHONY: clean
clean: ## remove what was built
	@rm -rf build

.PHONY: ci
ci: ## what a commit must pass
	@bash .ci/run
