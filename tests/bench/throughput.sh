#!/bin/sh
# Prints how fast each format is read beside its tokenizer, and the memory that it takes: tests/bench/throughput.sh FOLDER [id,id]
#
# FOLDER receives ten large reports, 64 MB each. Builds with the release profile, without publishing to GitHub, of which no
# parser knows.
set -eu
here=$(dirname "$0")
[ -e "$1/sarif.json" ] || python3 "$here/large.py" "$1"
cargo build --release --manifest-path "$here/../../Cargo.toml" --no-default-features \
    --bin andon --example throughput
target=${CARGO_TARGET_DIR:-$here/../../target}/release
"$target/examples/throughput" "$@"
exec python3 "$here/memory.py" "$target/andon" "$1"
