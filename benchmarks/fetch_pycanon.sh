#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Brings pyCANON and pandas from PyPI into build/pycanon and prints the path of
# their Python, for the benchmarks to compare with:
# ANON_PYCANON=$(benchmarks/fetch_pycanon.sh)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$PWD/build/pycanon/bin/python
if ! "$python" -c 'import pycanon' 2>/dev/null; then
  python3 -m venv build/pycanon >&2
  "$python" -m pip install --quiet --disable-pip-version-check \
    "pycanon==${ANON_PYCANON_VERSION:-1.3.6}" >&2
fi
printf '%s\n' "$python"
