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

.PHONY: coverage
coverage: deps ## which lines the tests run, into build/coverage; ONLY= some tests
	@.ci/coverage.sh $(JOBS)

.PHONY: test-kubernetes
test-kubernetes: ## kubectl builds kubernetes/, and its schemas accept that
	@tests/kubernetes/run

.PHONY: test-grafana
test-grafana: ## Grafana's own types (from npm) take the dashboards
	@tests/monitoring/grafana/run

# Debian's own Python: python3-matplotlib is not there for another.
.PHONY: pictures
pictures: build ## docs/pictures: ours after two days of runs, the rest made up
	@tests/stack/serve.py -- /usr/bin/python3 tests/stack/pictures.py \
	  --of lark --prometheus {prometheus}
	@/usr/bin/python3 tests/stack/pictures.py --of fechatter
	@/usr/bin/python3 tests/stack/pictures.py --of crypto

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

.PHONY: image
image: ## the container image, built for real; its size is within the limit
	@JOBS=$(JOBS) tests/image/build

.PHONY: test-image
test-image: image ## the image's programs, health check and cron, run by podman
	@tests/image/run

.PHONY: test-image-twice
test-image-twice: ## two builds of the image have the same files
	@JOBS=$(JOBS) tests/image/twice

.PHONY: test-stack
test-stack: build ## the monitoring stack as it is shipped: faults, alerts, their end
	@tests/stack/stack_test.py --shipped

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
