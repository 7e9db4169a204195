# Two commands do everything on a machine with Python 3.11, git and make: `make site` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := explainer tests docs/code

# Hundreds of processes load the package, so its bytecode is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

# Runs commands until one fails, and says what they have cost.
COUNTED = $(BIN)/python -m tests.spending
QUICK = not site and not browser and not scripts and not torch and not dask and not budget and not thorough

.PHONY: site test quick serve lint format live bench fuzz lock words clean

site: $(VENV)/site.stamp
	$(BIN)/explainer build

serve: $(VENV)/site.stamp
	$(BIN)/explainer serve

# What the first build keeps serves the check and the tests.
test: $(VENV)/dev.stamp
	$(COUNTED) "make --no-print-directory lint" "$(BIN)/explainer build --out build/site" "$(BIN)/explainer check" "$(BIN)/pytest"

# The tests without those that take long, chosen by their marks.
quick: $(VENV)/dev.stamp
	$(COUNTED) "$(BIN)/pytest -m '$(QUICK)'"

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy

format: $(VENV)/dev.stamp
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

# The page's script against the proof, at all settings.
live: $(VENV)/dev.stamp
	LIVE_SETTINGS=1000 $(BIN)/pytest tests/live

bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmark

# Random examples all the way to finished pages; each that fails is printed as a file: make fuzz N=1000 SEED=7
fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.fuzz $(if $(N),--count $(N)) $(if $(SEED),--seed $(SEED))

words: $(VENV)/site.stamp
	$(BIN)/python -m explainer.words.update

# Every version and its hash. No index is named, so that any mirror serves.
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11

lock: $(VENV)/dev.stamp
	$(BIN)/pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements/site.txt
	$(COMPILE) --extra dev --extra browser --extra dask -c requirements/site.txt pyproject.toml -o requirements/dev.txt
	$(COMPILE) --group audit -o requirements/audit.txt
	$(COMPILE) --group zensical -o requirements/zensical.txt

$(VENV)/site.stamp: requirements/site.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/site.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

# What only some tests need, each in a virtual environment of its own: build/tools/zensical.stamp, build/python/3.13.stamp
INSTALL = bin/pip install --quiet --disable-pip-version-check --require-hashes -r

build/tools/%.stamp: requirements/%.txt
	$(PYTHON) -m venv build/tools/$*
	build/tools/$*/$(INSTALL) $<
	touch $@

build/python/%.stamp: requirements/site.txt
	"$$(.ci/python $*)" -m venv build/python/$*
	build/python/$*/$(INSTALL) $<
	touch $@

clean:
	rm -rf build site $(VENV)
