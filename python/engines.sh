#!/bin/bash
# The adapters on real engines, at full size: Spark,, datasets from PyPI, and Java 17.
# `python/engines.sh BINARY` compares with that binary, which needs --features parquet.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q . pytest pandas polars duckdb pyarrow pyspark datasets
export MASTHEAD_ROWS=${MASTHEAD_ROWS:-100000} MASTHEAD_SLOW=1 MASTHEAD_BINARY=${1:-}
export PYSPARK_PYTHON="$folder/venv/bin/python"
"$folder/venv/bin/python" -m pytest -rs --durations=0 tests
