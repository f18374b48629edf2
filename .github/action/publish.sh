#!/usr/bin/env bash
# Publishes the results that an earlier workflow run left in an artifact. Nothing of the change is here to be judged.
set -euo pipefail

arguments=(publish "--from-artifact=$INPUT_ARTIFACT")
case "$INPUT_PUBLISH" in
  false)
    echo "\`from-artifact\` publishes; with \`publish: false\` nothing is left to do" >&2
    exit 2
    ;;
  '' | true) ;;
  *) arguments+=("--to=$INPUT_PUBLISH") ;;
esac
if [ -n "$INPUT_KEY" ]; then arguments+=("--key=$INPUT_KEY"); fi
while IFS= read -r line; do
  line=${line%$'\r'}
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<< "$INPUT_ARGS"

exec "$INPUT_BINARY" "${arguments[@]}"
