#!/bin/sh
# Makes the virtual environment, or says in one line what the machine lacks.
set -eu
if ! command -v "$PYTHON" >/dev/null 2>&1; then
  echo "Paperboy needs Python 3.11 or newer, and '$PYTHON' is not here. Install it, or name it: make PYTHON=python3.12 run" >&2
  exit 2
fi
if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Paperboy needs Python 3.11 or newer, this is $("$PYTHON" --version). Name another: make PYTHON=python3.12 run" >&2
  exit 2
fi
if ! "$PYTHON" -c 'import venv, ensurepip' >/dev/null 2>&1; then
  version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv (or python$version-venv)" >&2
  exit 2
fi
"$PYTHON" -m venv "$VENV" || { rm -rf "$VENV"; exit 2; }
