# Every developer's verb. `just` alone lists them.

set positional-arguments

_list:
    @just --list --unsorted

# Install everything the full suite needs (Debian packages apart: see CONTRIBUTING.md)
setup:
    uv sync --all-groups --all-extras

# Start a desk in ./wingbeat-home
run *args:
    uv run wingbeat up "$@"

# Start the throw-away example desk
demo *args:
    uv run wingbeat demo "$@"

# Run the tests, as the README says
test *args:
    uv run pytest "$@"

# Everything that must hold before a commit lands
check: lint types rings templates migrations sizes test

# Format, lint, and mend what can be mended
fix:
    uv run --group lint ruff format .
    uv run --group lint ruff check --fix .

lint:
    uv run --group lint ruff format --check .
    uv run --group lint ruff check .

types:
    uv run --group lint --all-extras mypy wingbeat tests

# Who may import whom
rings:
    uv run --group lint lint-imports

templates:
    uv run --group lint djlint wingbeat --lint --quiet
    uv run --group lint djade --target-version 5.2 $(git ls-files 'wingbeat/**.html') --check

migrations:
    WINGBEAT_HOME=$(mktemp -d) DJANGO_SETTINGS_MODULE=wingbeat.config.settings uv run python -m django makemigrations --check --dry-run

# Lines, tables and dependencies against their budgets
sizes:
    uv run python tools/sizes.py

# Does each principle's test fail when its function does nothing?
proofs *args:
    uv run python tools/proofs.py "$@"

# Count the rows of docs/principles.md again
principles:
    uv run python tools/principles.py

# Draw docs/screens anew, in a real browser
screens:
    uv run --group e2e python tools/screens.py

# Make the generated pages again
docs:
    uv run python tools/options_page.py
    uv run python tools/law_pages.py
    uv run python tools/catalogues.py

# Bring the screens' catalogues up to the code, and compile them (needs gettext)
words:
    uv run python tools/words.py
