#!/usr/bin/env bash
# Checks the licences and sources of all dependencies by deny.toml, with a cargo-deny of our own in the user's cache.
set -euo pipefail
cd "$(dirname "$0")/.."
tools="${XDG_CACHE_HOME:-$HOME/.cache}/broadsheet/tools"
version=0.20.2
if [ ! -x "$tools/bin/cargo-deny" ] || [ "$("$tools/bin/cargo-deny" --version)" != "cargo-deny $version" ]; then
    echo "deny: installing cargo-deny $version into $tools (once, some minutes)" >&2
    cargo install --quiet --locked --root "$tools" --target-dir "$tools/target" "cargo-deny@$version"
    rm -rf "$tools/target"
fi
"$tools/bin/cargo-deny" --locked check licenses bans sources
