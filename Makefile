# `make run` serves; `make test` runs all tests. Each keeps an environment of its own, so neither undoes the other.
PYTHON ?= python3

.PHONY: run test clean

run: .venv/installed
	@exec .venv/bin/python manage.py serve

test: .venv-test/installed
	@exec .venv-test/bin/python -m tests $(ARGS)

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say make PYTHON=…")'
	@echo "Installing what the program needs (once) …"
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv-test/installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say make PYTHON=…")'
	@echo "Installing what the tests need (once) …"
	@$(PYTHON) -m venv --clear .venv-test
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > .venv-test/uv.txt
	@.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv-test/uv.txt
	@.venv-test/bin/uv pip install --quiet --python .venv-test --compile-bytecode --require-hashes -r requirements-dev.txt || \
		.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .venv-test
