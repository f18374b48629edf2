#!/bin/sh
# Builds andon as it is released and measures it against its peers: tests/bench/run.sh FOLDER [--runs 7]
#
# FOLDER receives about 500 MB of generated inputs. Peers: `cargo install grcov`, `pip install diff-cover`, git.
# How fast each format is read, and in how much memory, is measured by throughput.sh beside this one.
set -eu
here=$(dirname "$0")
cargo build --profile dist --manifest-path "$here/../../Cargo.toml" --bin andon --example bare_xml
exec python3 "$here/compare.py" "$@"
