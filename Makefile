# One verb a target; every target installs what it needs first.
.PHONY: setup run demo check test test-postgresql slow bench

BIN := .venv/bin

setup: .venv/.run ## .venv with the product; `.venv/bin/hoso` works after it

.venv/.run: pyproject.toml uv.lock scripts/setup
	scripts/setup run

.venv/.test: pyproject.toml uv.lock scripts/setup
	scripts/setup test

run: .venv/.run ## feeds the samples through the whole chain and stays up
	$(BIN)/hoso serve --demo

demo: .venv/.run ## the same and ends
	$(BIN)/hoso demo

check: export HOSO_DATA := $(CURDIR)/.venv/check
check: .venv/.test ## style, types, imports, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/django-admin makemigrations --check --dry-run --settings portal.settings

test: check ## everything but the marker slow
	$(BIN)/pytest -m "not slow" -n 2 --dist worksteal

test-postgresql: .venv/.test ## what a database can change, once more on PostgreSQL and Redis
	$(BIN)/python tests/servers.py postgresql redis -- $(BIN)/pytest -m "not slow and not browser" -n 2 --dist worksteal \
		tests/storage tests/dossiers tests/workers tests/portal --ignore tests/workers/test_chaos.py # builds its own, on SQLite

slow: .venv/.test ## kills, floods, browsers, every signature profile: a quarter of an hour
	$(BIN)/pytest -m "slow and not browser" -n 2 --dist worksteal --timeout 600
	$(BIN)/pytest -m "slow and browser" --timeout 600

bench: .venv/.test ## speed, size and errors of reading, over the samples
	$(BIN)/python -m bench.reading
