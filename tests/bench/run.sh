#!/bin/sh
# Builds andon as it is released and measures it against its peers: tests/bench/run.sh FOLDER [--runs 7]
#
# FOLDER receives about 500 MB of generated inputs. Peers: `cargo install grcov`, `pip install diff-cover`, git.
set -eu
here=$(dirname "$0")
cargo build --release --manifest-path "$here/../../Cargo.toml" --bin andon --example bare_xml
exec python3 "$here/compare.py" "$@"
