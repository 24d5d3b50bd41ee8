# The two commands of a newcomer are `make digest` and `make test`; both set the machine up first.
# Needs python3 with pip, a C++ compiler and cargo. Nothing is installed outside the user's cache and data folders.

PYTHON ?= python3
CARGO ?= cargo
RUN = $(CARGO) run --release --locked --quiet --

.PHONY: help setup build digest site test check pages-check site-check mail-check torture lies deny bench bench-generate bench-group bench-site eval threads fuzz clean
.DEFAULT_GOAL := help

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/ -/'

setup: ## libtorch, the encoder and cargo's settings; does nothing when all is there
	@command -v $(PYTHON) >/dev/null || { echo "setup: missing $(PYTHON): install Python 3.8 or newer with pip (Debian: apt-get install python3 python3-pip)" >&2; exit 1; }
	@$(PYTHON) scripts/setup.py

build: setup ## The program, optimised
	@$(CARGO) build --release --locked

digest: build ## The digests of the two days of example articles, into digests/
	@$(RUN) digest examples/2026-03-14
	@$(RUN) digest examples/2026-03-15 --previous digests/2026-03-14.json

site: build ## The archive of digests/, into site/
	@$(RUN) site

test: setup ## All tests
	$(CARGO) test --release --locked

check: setup ## Formatting, lints, documentation
	$(CARGO) fmt --check
	$(CARGO) clippy --release --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --no-deps

pages-check: build ## Pages in a browser: screenshots, axe, html-validate, markdownlint (node, chromium)
	@scripts/pages.sh

site-check: build ## The archive in a browser: search, keyboard, axe-core, html-validate (node, chromium)
	@node scripts/site_check.mjs "$$($(PYTHON) -c 'import sys; sys.path.insert(0, "scripts"); from eval import program; print(program())')"

mail-check: build ## Delivery to 200 readers of a mail server that fails, the sender killed twice (aiosmtpd, in the cache)
	@$(PYTHON) scripts/mail_check.py

torture: build ## Kills, full disks, two runs at once, moved clocks, 500 feeds
	$(CARGO) test --release --locked --test torture -- --ignored --nocapture --test-threads 1

lies: setup ## The guard between generators that lie, or are people, and the digest, on the development sets in ../shared
	$(CARGO) test --release --locked --test lies -- --ignored --nocapture

deny: setup ## Licences, bans and sources of all dependencies (installs cargo-deny into the cache)
	@scripts/deny.sh

bench: build ## Speed and memory, beside Python transformers (a virtual environment in the cache)
	@$(PYTHON) scripts/bench.py

bench-generate: build ## Summaries that a model of distilbart's size writes, beside Hugging Face and CTranslate2 (virtual environments in the cache)
	@$(PYTHON) scripts/bench_generate.py

bench-group: build ## What grouping costs for 1,000, 4,000 and 16,000 articles, with a plot
	@$(PYTHON) scripts/bench_group.py

threads: build ## Months of news, a digest a day: nothing lost, nothing shown twice
	@$(PYTHON) scripts/threads.py

bench-site: setup ## A year of made-up digests as an archive: time and sizes
	$(CARGO) test --release --locked --lib a_year_of_digests -- --ignored --nocapture

eval: build ## Quality on the development sets in ../shared
	@$(PYTHON) scripts/eval.py

fuzz: setup ## Fuzzes the quantity grammar, the checker and names, FUZZ_SECONDS (900) each (nightly Rust; installs cargo-fuzz into the cache)
	@scripts/fuzz.sh

clean: ## Removes the built program; libtorch, its bindings and the models stay
	$(CARGO) clean --release --package broadsheet
