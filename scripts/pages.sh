#!/bin/sh
# Checks pages in a browser: `scripts/pages.sh [--out FOLDER] [FILE...]`, by default every digest in digests/.
# Needs node 20 or newer and Chromium (Debian: apt-get install nodejs npm chromium; CHROMIUM names another one). What else it
# needs is installed once into the cache, in the versions given here.
set -eu
cd "$(dirname "$0")/.."
BROADSHEET_NODE="${XDG_CACHE_HOME:-$HOME/.cache}/broadsheet/node"
export BROADSHEET_NODE
for program in node npm "${CHROMIUM:-chromium}"; do
  command -v "$program" >/dev/null || { echo "pages: missing $program: see the head of scripts/pages.sh" >&2; exit 1; }
done
CHROMIUM="$(command -v "${CHROMIUM:-chromium}")"
export CHROMIUM
packages='{ "private": true, "dependencies": { "axe-core": "4.14.1", "html-validate": "10.17.0", "markdownlint-cli2": "0.18.1", "playwright-core": "1.65.1" } }'
if [ "$(cat "$BROADSHEET_NODE/package.json" 2>/dev/null)" != "$packages" ] || [ ! -d "$BROADSHEET_NODE/node_modules/axe-core" ]; then
  mkdir -p "$BROADSHEET_NODE"
  echo "$packages" >"$BROADSHEET_NODE/package.json"
  npm install --prefix "$BROADSHEET_NODE" --no-audit --no-fund --ignore-scripts --loglevel=error
fi
case "$*" in
*.html* | *.md*) exec node scripts/pages.mjs "$@" ;;
*) exec node scripts/pages.mjs "$@" digests/*.html digests/*.md ;;
esac
