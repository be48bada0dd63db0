# make matrix   measures the matrix: installs what is missing, builds the images, runs the trials
# make test     all checks: format, lint, types, unit tests, a report's files by other programs, its
#               pages in a browser, and the whole program against an engine
#
# make test-cases
#               tries the bug reports of test/cases in every row of the default group
#
# make test-emulation
#               a reproduction over 64 bits, 32 bits and an emulated big-endian machine
#
# make test-versions
#               tests engines and units with Docker, Podman and Node of Debian 13 and unstable, and the
#               recipes with dnf, zypper and pacman
#
# make test-release
#               publishes the package to a registry on loopback, and installs it from there
#
# make soak     measures again and again while processes are killed or paused and the disk fills up:
#               SOAK_MINUTES (60), SOAK_SEED, SOAK_SMALL=1 (a small matrix)
#
# BOOTSTRAP=0   installs no package on the host; missing packages are listed instead
# make reference REPORT=results/latest/report.json
#               makes a run the reference report, with all its formats and the table in README.md
#
# ARGS="…"      passed to `matrix run`, for example ARGS="--only 'debian-13/*'"

SHELL := /bin/sh
INSTALL := $(if $(filter 0,$(BOOTSTRAP)),,--install)
unit_tests := $(shell find src reproduction scripts soak -name '*.test.ts' | sort)
browser_tests := $(shell find test/browser -name '*.test.ts' | sort)
file_tests := $(shell find test/files -name '*.test.ts' | sort)
integration_tests := $(shell find test/integration -name '*.test.ts' | sort)
NODE_TEST := node --import tsx --test --test-reporter=spec

.PHONY: matrix plan test check test-unit test-files test-browser test-integration test-cases \
	test-release test-emulation test-versions test-packages test-soak soak soak-packages screenshots bench format map schema readme reference

matrix: node_modules/.installed
	bin/matrix run $(INSTALL) $(ARGS)

plan: node_modules/.installed
	bin/matrix plan $(ARGS)

test: test-packages check test-unit test-files test-browser test-integration test-soak
	@node --import tsx test/versions/tested-versions.ts
	@echo 'make test-emulation measures rows of an emulated platform, which takes long; here none did.'
	@echo 'make test-versions tests Docker 26.1, Podman 5, Node 24, dnf, zypper and pacman; here it did not.'
	@echo 'make test-release publishes the package on loopback and installs it; here it did not.'
	@echo 'make test-cases tries the bug reports of test/cases in all rows; here they ran in two.'

check: node_modules/.installed
	npx --no-install prettier --check --log-level warn .
	npx --no-install eslint .
	npx --no-install tsc --noEmit
	npx --no-install tsc --noEmit -p test/browser
	npx --no-install tsc -p src/formats/html/page
	node --import tsx scripts/check-layers.ts
	node --import tsx scripts/check-sentences.ts
	node --import tsx scripts/update-schemas.ts --check
	node --import tsx scripts/update-reference.ts --check
	node --import tsx scripts/update-findings.ts --check
	node --import tsx scripts/update-readme.ts --check

test-unit: node_modules/.installed
	node --import tsx scripts/run-unit-tests.ts $(unit_tests)

# Debian's packages that only the tests need.
test-packages: node_modules/.installed
	node --import tsx scripts/install-test-packages.ts $(INSTALL)

soak-packages: node_modules/.installed
	node --import tsx scripts/install-test-packages.ts --soak $(INSTALL)

test-files: test-packages
	$(NODE_TEST) $(file_tests)

test-browser: test-packages
	$(NODE_TEST) --test-concurrency=1 $(browser_tests)

# Pictures of the pages, into results/screenshots/ or ARGS=FOLDER.
screenshots: test-packages
	node --import tsx test/browser/screenshots.ts $(ARGS)

test-integration: test-packages
	bin/matrix doctor $(INSTALL)
	$(if $(INSTALL),node --import tsx test/integration/install-podman.ts)
	$(NODE_TEST) --test-concurrency=1 $(integration_tests)

# The bug reports of test/cases in every row of the default group.
test-cases: test-packages
	bin/matrix doctor $(INSTALL)
	$(NODE_TEST) --test-concurrency=1 test/cases/cases.test.ts

# The release of the last commit, played on loopback. Needs npm's registry for the other packages.
test-release: node_modules/.installed
	node --import tsx scripts/rehearse-release.ts

# Rows of another platform than the machine's, with qemu-user installed and registered meanwhile.
test-emulation: test-packages
	bin/matrix doctor $(INSTALL)
	$(NODE_TEST) --test-concurrency=1 test/emulation/emulation.test.ts

# Docker, Podman and Node of other Debian releases, and dnf, zypper and pacman, in roots that mmdebstrap
# makes once.
test-versions: test-packages
	bin/matrix doctor $(INSTALL)
	$(NODE_TEST) --test-concurrency=1 test/versions/*.test.ts

# A short soak, on the images of the integration tests. Exit code 77 means that this machine permits
# no disk for it; the reason is printed before.
test-soak: soak-packages
	SOAK_MINUTES=$${SOAK_MINUTES:-2} SOAK_SMALL=1 node --import tsx soak/run.ts || test $$? -eq 77

soak: soak-packages
	bin/matrix doctor $(INSTALL)
	node --import tsx soak/run.ts

bench: node_modules/.installed
	node --import tsx bench/run.ts $(ARGS)

# Every format of results/reference/ from its report.json, then docs/findings.md and README.md;
# REPORT=results/latest/report.json replaces the reference by another run first.
reference: node_modules/.installed
	node --import tsx scripts/update-reference.ts $(REPORT)
	node --import tsx scripts/update-findings.ts
	node --import tsx scripts/update-readme.ts

# The map of src/ in CONTRIBUTING.md, from scripts/layers.ts.
map: node_modules/.installed
	node --import tsx scripts/check-layers.ts --write

# schema/, the JSON Schemas of report.json, matrix.yaml and reproduction.yaml, from their shapes in src/.
schema: node_modules/.installed
	node --import tsx scripts/update-schemas.ts

# The picture and the table in README.md, from results/reference/.
readme: node_modules/.installed
	node --import tsx scripts/update-readme.ts

format: node_modules/.installed
	npx --no-install prettier --write --log-level warn .

# The mark is written last, so that an interrupted installation is repeated.
node_modules/.installed: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	touch $@
