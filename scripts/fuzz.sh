#!/bin/sh
# Fuzzes each target of fuzz/ for FUZZ_SECONDS (15 minutes) from its seeds. Targets named as arguments are run alone.
# cargo-fuzz and all that is built go into the user's cache.
set -eu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/broadsheet"
tool="$cache/tools/bin/cargo-fuzz"
cd "$(dirname "$0")/.."
rustup toolchain list 2>/dev/null | grep -q '^nightly' || {
  echo "fuzz: needs nightly Rust: rustup toolchain install nightly" >&2
  exit 1
}
[ -x "$tool" ] || cargo install cargo-fuzz --version 0.13.2 --locked --root "$cache/tools"
[ $# -gt 0 ] || set -- quantities verify names ingest
for target in "$@"; do
  mkdir -p "$cache/fuzz/corpus/$target"
  PATH="$cache/tools/bin:$PATH" cargo +nightly fuzz run --target-dir "$cache/fuzz/target" "$target" \
    "$cache/fuzz/corpus/$target" "fuzz/seeds/$target" -- -max_total_time="${FUZZ_SECONDS:-900}" -max_len=4096 -print_final_stats=1
done
