#!/usr/bin/env bash
# Runs the check. Inputs arrive as variables and leave as arguments: none of them is ever part of a script.
set -euo pipefail

# The lines of an input that are not empty, as arguments.
lines() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then arguments+=("$line"); fi
  done <<< "$1"
}

# One of the words given, or the end.
word() {
  local name=$1 value=$2 allowed
  shift 2
  for allowed in "$@"; do
    if [ "$value" = "$allowed" ]; then return; fi
  done
  echo "the input \`$name\` is one of: $*" >&2
  exit 2
}

word record "$INPUT_RECORD" true false
word annotations "$INPUT_ANNOTATIONS" auto true false
word fail-on "$INPUT_FAIL_ON" fail warn never

annotations=$INPUT_ANNOTATIONS
if [ "$annotations" = auto ]; then
  # A check run marks the lines itself, and the program does where it cannot be made: twice would be once too often.
  case ",$INPUT_PUBLISH," in
    ,, | ,true, | *,check-run,*) annotations=false ;;
    *) annotations=true ;;
  esac
fi

json=$INPUT_JSON
if [ -z "$json" ]; then
  # Two uses in one job do not share a file.
  json=$(mktemp "${RUNNER_TEMP:-$PWD}/andon-result.XXXXXX")
  mv "$json" "$json.json"
  json=$json.json
fi
# Later steps look from the workspace, whatever the working directory.
case "$json" in /* | [A-Za-z]:* | \\*) ;; *) json=$PWD/$INPUT_DIRECTORY/$json ;; esac
if command -v cygpath >/dev/null; then json=$(cygpath -m "$json"); fi

arguments=(-C "$INPUT_DIRECTORY")
if [ -n "$INPUT_POLICY" ]; then arguments+=("--config=$INPUT_POLICY"); fi
arguments+=(check --format terminal)
if [ "$annotations" = true ]; then arguments+=(--format annotations); fi
arguments+=(--format json "--output=$json")
if [ -n "$INPUT_MARKDOWN" ]; then arguments+=(--format markdown "--output=$INPUT_MARKDOWN"); fi
if [ -n "$INPUT_SARIF" ]; then arguments+=(--format sarif "--output=$INPUT_SARIF"); fi
if [ -n "$INPUT_POLICY_FROM" ]; then arguments+=("--policy-from=$INPUT_POLICY_FROM"); fi
if [ -n "$INPUT_BASELINE" ]; then arguments+=("--baseline=$INPUT_BASELINE"); fi
if [ -n "$INPUT_BASE" ]; then arguments+=("--base=$INPUT_BASE"); fi
if [ -n "$INPUT_HISTORY" ]; then arguments+=("--history=$INPUT_HISTORY"); fi
if [ "$INPUT_RECORD" = true ]; then arguments+=(--record); fi
case "$INPUT_FAIL_ON" in
  warn) arguments+=(--fail-on=warn) ;;
  never) arguments+=(--exit-zero) ;;
esac

case "$INPUT_PUBLISH" in
  false) ;;
  '' | true) arguments+=(--publish) ;;
  *) arguments+=("--publish=$INPUT_PUBLISH") ;;
esac
key=$INPUT_KEY
# Jobs of a matrix have one name between them: what tells them apart is what the matrix gives them.
if [ -z "$key" ] && [ -n "$INPUT_MATRIX" ] && [ "$INPUT_MATRIX" != null ]; then
  values=$(printf '%s' "$INPUT_MATRIX" | tr -d '\r\n{}"' | tr -s ' ')
  values=${values# }
  if [ -n "$values" ]; then
    if [ "${#values}" -gt 100 ]; then values="${values:0:80}… $(printf '%s' "$INPUT_MATRIX" | cksum | cut -d ' ' -f 1)"; fi
    key="${GITHUB_WORKFLOW:-} / ${GITHUB_JOB:-} ($values)"
  fi
fi
if [ "$INPUT_PUBLISH" != false ] && [ -n "$key" ]; then arguments+=("--key=$key"); fi

lines "$INPUT_ARGS"
# After `--` a report's name is never taken for an option.
arguments+=(--)
lines "$INPUT_REPORTS"

# On Windows bash would take `ci / test` for a path and rewrite it.
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'
exec "$INPUT_BINARY" "${arguments[@]}"
