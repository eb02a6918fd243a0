#!/bin/bash
# The adapters on real engines, at full size: Spark, Ray, datatrove and datasets from PyPI, and
# Java 17. `python/engines.sh BINARY` compares with that binary, which needs --features parquet.
set -euo pipefail
binary=${1:+$(realpath "$1")}
# From here, since `python -m` puts the folder that it is run in first, and in `python/` the
# package has no core.
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q ./python pytest pandas polars duckdb pyarrow orjson regex \
  pyspark datasets datatrove 'ray[data]'
export MASTHEAD_ROWS=${MASTHEAD_ROWS:-100000} MASTHEAD_SLOW=1 MASTHEAD_BINARY=$binary
export PYSPARK_PYTHON="$folder/venv/bin/python"
"$folder/venv/bin/python" -m pytest -rs --durations=0 python/tests
