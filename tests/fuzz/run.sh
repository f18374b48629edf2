#!/bin/sh
# Fuzzes every target for so many seconds each: tests/fuzz/run.sh SECONDS [TARGET…]
#
# Needs a nightly compiler and cargo-fuzz. The seeds are the reports in tests/fixtures, each once with its format told by
# content and once with it forced; they and what the fuzzer finds lie in tests/fuzz/corpus, which is not committed. What
# brings a target down is in tests/fuzz/artifacts: mend it, and keep what mattered of the input as a test of the format.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=$1
shift
cd "$here"
# No sanitizer: the crate has no unsafe code, and memory and time are watched without one.
cargo +nightly fuzz build --fuzz-dir . --sanitizer none --release
python3 seeds.py
for target in "${@:-$(cargo +nightly fuzz list --fuzz-dir .)}"; do
    for one in $target; do
        mkdir -p "artifacts/$one"
        "$(find target -path '*release*' -name "$one" -type f -perm -u+x | head -n 1)" "corpus/$one" \
            -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
            -artifact_prefix="artifacts/$one/" 2>&1 | tail -n 15
    done
done
