# One command each. `make` alone lists them.
#
#   make run PORT=9000 DATA=/somewhere      another port, another data folder
#   make PYTHON=/path/to/python3.12 run     another Python

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
.PHONY: help run demo test lint bench screenshots types install lock clean environment dev client redis chromium clients

VENV := .venv
BIN := $(VENV)/bin
PYTHON_MIN := 3.11
# What the client's bundler runs on; the tests' clients are content with it too.
NODE_MIN := 20.19
CLIENT := web/client
CLIENT_SOURCES := $(addprefix $(CLIENT)/,src public index.html package.json package-lock.json vite.config.ts tsconfig.json)
# Most tests wait for processes of their own more than they compute.
TEST_PROCESSES := 3
# $(call option,NAME,VALUE) is one option and one word, whatever characters the value has; nothing without a value.
option = $(if $(2),$(1) '$(subst ','\'',$(2))')
UP_OPTIONS = $(call option,--host,$(HOST)) $(call option,--port,$(PORT)) $(call option,--data,$(DATA))

help: ## List what one can do.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up everything, start the studio with a demo workspace, print its address.
	@$(MAKE) --no-print-directory --jobs=2 install client
	@$(BIN)/counterpoint up --demo $(UP_OPTIONS)

demo: install ## Let two clients write a verse in the running studio, render it, leave WAV and FLAC in demo-take/.
	@$(BIN)/counterpoint demo $(call option,--data,$(DATA)) $(call option,--url,$(URL))

test: dev redis chromium clients client ## Run every test, with branch coverage; installs what it needs.
	@COUNTERPOINT_REQUIRE_SERVICES=1 $(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder \
		--cov --cov-report=term $(ARGS)

lint: dev ## Check style, format and types.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(call need_node)
	@$(call npm_ci,$(CLIENT))
	@npm run --silent lint --prefix $(CLIENT)

types: dev ## Write what the client generates from the server: the API's types, and the fields of every kind.
	@$(call need_node)
	@$(call npm_ci,$(CLIENT))
	@$(BIN)/python -m web.description kinds $(CLIENT)/src/api/kinds.generated.json
	@$(BIN)/python -m web.description api build/openapi.json
	@npm run --silent types --prefix $(CLIENT)

bench: dev chromium client ## Measure the studio and its peers in one run, and print the ratios.
	@$(call need_node)
	@$(call npm_ci,tests/benchmarks/peers)
	@$(BIN)/python -m tests.benchmarks.run $(ARGS)

screenshots: dev chromium client ## Take a picture of every page, in both themes and at phone width, into build/screenshots/.
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

install: $(VENV)/runtime.stamp ## Set up alone: the locked runtime, into .venv.

dev: $(VENV)/dev.stamp

lock: dev ## Write the lock files anew, from pyproject.toml.
	$(BIN)/uv pip compile $(LOCK_OPTIONS) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
	printf 'uv\nhatchling\neditables\n' | \
		$(BIN)/uv pip compile $(LOCK_OPTIONS) -c requirements-dev.lock - -o requirements-tools.lock

clean: ## Remove what was built here; the data folder .counterpoint/ stays.
	rm -rf $(VENV) build dist demo-take .mypy_cache .ruff_cache .hypothesis .coverage* tests/interop/node_modules \
		$(CLIENT)/dist $(CLIENT)/node_modules

LOCK_OPTIONS := --quiet --universal --generate-hashes --no-header --no-annotate --python-version $(PYTHON_MIN)

# -- how it is set up ---------------------------------------------------------------------------------------------------

# The environment is made anew when its Python is gone, or when the folder was moved (scripts carry its full path).
environment:
	@if [ "$$(cat $(VENV)/made-for 2>/dev/null)" != "$(CURDIR)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
		$(find_python) || exit 1; \
		echo "Making $(VENV) with $$("$$found" --version 2>&1) (once)"; \
		rm -rf $(VENV); \
		"$$found" -m venv $(VENV) || { \
			echo "Python cannot make virtual environments: install its venv module (Debian: apt-get install python3-venv)."; \
			rm -rf $(VENV); exit 1; }; \
		echo "$(CURDIR)" > $(VENV)/made-for; \
	fi

$(VENV)/runtime.stamp: requirements.lock requirements-tools.lock pyproject.toml | environment
	@echo "Installing the locked libraries into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	@echo "Installing the tools of the tests into $(VENV)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

# A stamp lives inside the environment: it goes with it.
ifneq ($(shell cat $(VENV)/made-for 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/runtime.stamp $(VENV)/dev.stamp
endif

# The browser client, built anew when its sources are newer than the build. The studio starts without it too, so what
# keeps it from being built is said and no more. A build is put in its place when it is whole.
client:
	@if ! { $(has_node); } || ! command -v npm >/dev/null; then \
		echo "The screens are not built: install Node $(NODE_MIN), 22.12 or newer with npm (here is $(node_here)), then try again."; \
	elif [ ! -e $(CLIENT)/dist/index.html ] || \
			[ -n "$$(find $(CLIENT_SOURCES) -newer $(CLIENT)/dist/index.html | head -n 1)" ]; then \
		$(build_client) || echo "The screens could not be built: the reason is above. The studio starts without the new ones."; \
	fi

redis:
	@$(call apt_install,redis-server,redis-server)

chromium:
	@$(call apt_install,chromium,chromium)

clients:
	@$(call need_node)
	@$(call npm_ci,tests/interop)
	@$(call npm_ci,$(CLIENT))

# Sets $$found to a Python that is new enough.
define find_python
found=; for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < ($(subst .,$(comma),$(PYTHON_MIN))))' 2>/dev/null; then \
		found=$$candidate; break; \
	fi; \
done; \
if [ -z "$$found" ]; then \
	echo "Counterpoint needs Python $(PYTHON_MIN) or newer; here is $$($(or $(PYTHON),python3) --version 2>/dev/null || echo none)."; \
	echo "Install one, or name it: make PYTHON=/path/to/python run"; \
	false; \
fi
endef
comma := ,

node_here = $$(node --version 2>/dev/null || echo none)

# 21 and the first versions of 22 came before what the bundler uses.
define has_node
node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
endef

define need_node
{ $(has_node); } || { \
	echo "This needs Node $(NODE_MIN), 22.12 or newer; here is $(node_here). Install it, then try again."; \
	exit 1; }
endef

# Its time is that of the beginning: what is changed while it is built is built the next time.
define build_client
{ $(call npm_ci,$(CLIENT)); } && echo "Building the client" && mkdir -p build && touch build/client-begun && \
	npm run --silent build --prefix $(CLIENT) -- --logLevel error --outDir $(CURDIR)/build/client --emptyOutDir && \
	rm -rf $(CLIENT)/dist && mv build/client $(CLIENT)/dist && touch -r build/client-begun $(CLIENT)/dist/index.html
endef

# $(call apt_install,COMMAND,PACKAGE) installs a program of the tests where the system has apt.
define apt_install
command -v $(1) >/dev/null || { \
	echo "Installing $(2)"; \
	if ! command -v apt-get >/dev/null; then false; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq $(2) >/dev/null; \
	else sudo -n apt-get update -qq && sudo -n apt-get install -y -qq $(2) >/dev/null; fi; \
} || { echo "The tests need $(2): install it with your system's package manager, then try again."; exit 1; }
endef

# Install the locked packages of a folder, once for each state of its lock file.
define npm_ci
cmp -s $(1)/package-lock.json $(1)/node_modules/.lock-installed || { \
	echo "Installing the packages of $(1)"; \
	npm ci --prefix $(1) --silent --no-audit --no-fund && cp $(1)/package-lock.json $(1)/node_modules/.lock-installed; }
endef
