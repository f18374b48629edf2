#!/usr/bin/env bash
# Makes the andon binary available and says where it is.
set -euo pipefail

case "$INPUT_VERSION" in
  path:*)
    binary=${INPUT_VERSION#path:}
    ;;
  build)
    if ! command -v cargo >/dev/null; then
      echo "andon is built from source, but there is no cargo on this runner: install Rust, or give version: path:/…" >&2
      exit 2
    fi
    target=${CARGO_TARGET_DIR:-$GITHUB_ACTION_PATH/target}
    cargo build --release --locked --manifest-path "$GITHUB_ACTION_PATH/Cargo.toml" --target-dir "$target"
    binary=$target/release/andon
    if [ -f "$binary.exe" ]; then binary=$binary.exe; fi
    ;;
  *)
    echo "version is neither \`build\` nor \`path:…\`" >&2
    exit 2
    ;;
esac

if [ ! -x "$binary" ]; then
  echo "there is no andon binary at the path that the input \`version\` names" >&2
  exit 2
fi
echo "binary=$binary" >> "$GITHUB_OUTPUT"
