#!/usr/bin/env bash
# Publishes results that are there, or that an earlier workflow run left in an artifact. Nothing is judged.
set -euo pipefail

# The lines of an input that are not empty.
lines() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then printf '%s\n' "$line"; fi
  done <<< "$1"
}

arguments=()
if [ -n "$INPUT_POLICY" ]; then arguments+=("--config=$INPUT_POLICY"); fi
arguments+=(publish)
if [ -n "$INPUT_ARTIFACT" ]; then arguments+=("--from-artifact=$INPUT_ARTIFACT"); fi
case "$INPUT_PUBLISH" in
  false)
    echo "\`results\` and \`from-artifact\` publish; with \`publish: false\` nothing is left to do" >&2
    exit 2
    ;;
  '' | true) ;;
  *) arguments+=("--to=$INPUT_PUBLISH") ;;
esac
if [ -n "$INPUT_KEY" ]; then arguments+=("--key=$INPUT_KEY"); fi
while IFS= read -r line; do arguments+=("$line"); done < <(lines "$INPUT_ARGS")
arguments+=(--)
while IFS= read -r pattern; do
  found=$(compgen -G "$pattern" | LC_ALL=C sort || true)
  # What matches nothing is for the program to complain of.
  while IFS= read -r file; do arguments+=("$file"); done <<< "${found:-$pattern}"
done < <(lines "$INPUT_RESULTS")

# On Windows bash would take `ci / test` for a path and rewrite it.
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'
exec "$INPUT_BINARY" "${arguments[@]}"
