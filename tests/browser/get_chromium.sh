#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: Debian's headless shell where one may install it, one that
# is here already, or Playwright's own. Takes the Python that has Playwright. Fails, saying so, where none can be had.
set -eu
python=$1

have_browser() {
    for name in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return 0
    done
    "$python" - <<'PROGRAM'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PROGRAM
}

is_debian() { [ -r /etc/os-release ] && grep -q '^ID=debian' /etc/os-release && command -v apt-get >/dev/null; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

from_debian() {
    is_debian && as_root apt-get update -q && as_root apt-get install -q -y --no-install-recommends "$@"
}

# a container has no one to ask, and its pages cost a third less in the shell
if [ "$(id -u)" = 0 ] && ! command -v chromium-headless-shell >/dev/null 2>&1; then
    from_debian chromium-headless-shell fonts-liberation || true
fi
if have_browser; then exit 0; fi
if from_debian chromium-headless-shell fonts-liberation || from_debian chromium fonts-liberation; then
    have_browser && exit 0
fi
echo "Fetching Playwright's Chromium."
if "$python" -m playwright install chromium && have_browser; then exit 0; fi
echo "No Chromium could be had: install one and name it in the variable CHROMIUM." >&2
exit 1
