#!/usr/bin/env bash
# Runs the check. Inputs arrive as variables and leave as arguments: none of them is ever part of a script.
set -euo pipefail

result=${RUNNER_TEMP:-$PWD}/andon-result.json
arguments=(-C "$INPUT_DIRECTORY")
if [ -n "$INPUT_POLICY" ]; then arguments+=("--config=$INPUT_POLICY"); fi
arguments+=(check --format terminal)
if [ "$INPUT_ANNOTATIONS" = true ]; then arguments+=(--format annotations); fi
arguments+=(--format json "--output=$result")
if [ -n "$INPUT_BASELINE" ]; then arguments+=("--baseline=$INPUT_BASELINE"); fi
if [ "$INPUT_FAIL" != true ]; then arguments+=(--exit-zero); fi
while IFS= read -r line; do
  line=${line%$'\r'}
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<< "$INPUT_ARGS"
# After `--` a report's name is never taken for an option.
arguments+=(--)
while IFS= read -r line; do
  line=${line%$'\r'}
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<< "$INPUT_REPORTS"

exec "$INPUT_BINARY" "${arguments[@]}"
