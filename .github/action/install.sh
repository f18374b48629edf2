#!/usr/bin/env bash
# Makes the andon binary available and says where it is. Fails closed: what is not in the table of releases, or is not
# byte for byte what the table says, is not installed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
table=$here/releases.sha256
checkout=$(cd "$here/../.." && pwd)
temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}

fail() {
  echo "andon cannot be installed: $1" >&2
  exit 2
}

# The runner's platform as Rust names it.
target() {
  case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    Windows-ARM64) echo aarch64-pc-windows-msvc ;;
    *) echo "${RUNNER_OS:-an unknown system}-${RUNNER_ARCH:-of unknown architecture}" ;;
  esac
}

# The table's line for a version on this platform: sum and address; nothing if there is none.
entry() {
  local sum url rest name=/andon-$1-$2.tar.gz
  while read -r sum url rest; do
    case "$sum" in '#'*) continue ;; esac
    if [ -z "$rest" ] && [ "${url%"$name"}" != "$url" ]; then
      echo "$sum $url"
      return
    fi
  done < <(tr -d '\r' < "$table")
}

sum_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum < "$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null; then
    shasum -a 256 < "$1" | cut -d ' ' -f 1
  elif command -v certutil >/dev/null; then
    # The second line of three; older versions of Windows put spaces between the bytes.
    certutil -hashfile "$(cygpath -w "$1")" SHA256 | sed -n 2p | tr -d ' \r'
  else
    fail "there is none of sha256sum, shasum and certutil to check the download with"
  fi
}

download() {
  if command -v curl >/dev/null; then
    curl --proto '=https' --tlsv1.2 --fail --location --silent --show-error --retry 3 --connect-timeout 20 \
      --max-time 600 --output "$2" -- "$1"
  elif command -v wget >/dev/null; then
    wget --quiet --tries=3 --timeout=60 --output-document="$2" -- "$1"
  else
    fail "there is neither curl nor wget to download it with"
  fi
}

# Puts the released binary of version $1 where `binary` says.
release() {
  local version=$1 platform sum url archive folder name=andon
  platform=$(target)
  read -r sum url <<< "$(entry "$version" "$platform")"
  if [ -z "$url" ]; then
    fail "the table of releases ($table) has no $version for $platform. Pin the action to a commit whose table has it, or give \`version: build\`, or \`version: path:/absolute/path\` of a binary of yours"
  fi
  case "$url" in https://*) ;; *) fail "$url is not an https address" ;; esac
  case "$sum" in *[!0-9a-f]*) fail "the table's sum for $version is none" ;; esac
  [ "${#sum}" = 64 ] || fail "the table's sum for $version is none"

  folder=$(mktemp -d "$temporary/andon.XXXXXX")
  archive=$folder/andon.tar.gz
  # A kept archive is a convenience, never a credential: it is checked like a download each time it is used.
  local kept=
  if [ "$INPUT_CACHE" = true ] && [ -n "${RUNNER_TOOL_CACHE:-}" ]; then kept=$RUNNER_TOOL_CACHE/andon/$sum.tar.gz; fi
  if [ -n "$kept" ] && [ -f "$kept" ] && cp "$kept" "$archive" && [ "$(sum_of "$archive")" = "$sum" ]; then
    echo "andon $version from the tool cache"
  else
    echo "andon $version from $url"
    download "$url" "$archive" || fail "$url could not be downloaded. Where it cannot be reached, give \`version: path:/absolute/path\` of a binary of yours"
    local got
    got=$(sum_of "$archive")
    [ "$got" = "$sum" ] || fail "$url has the SHA-256 $got, and the table wants $sum. Do not use that file; report it"
    if [ -n "$kept" ]; then
      { mkdir -p "${kept%/*}" && cp "$archive" "$kept.$$" && mv -f "$kept.$$" "$kept"; } || echo "it could not be kept in the tool cache"
    fi
  fi

  case "$platform" in *-windows-*) name=andon.exe ;; esac
  binary=$folder/$name
  # One member, to standard output: whatever else is in the archive, and wherever it wants to go, is not written.
  # By standard input, because tar takes the colon of a Windows path for a host's name.
  tar -xzOf - "andon-$version-$platform/$name" < "$archive" > "$binary" || fail "the archive of $version holds no $name"
  [ -s "$binary" ] || fail "the archive of $version holds no $name"
  chmod +x "$binary"
  local said
  said=$("$binary" --version) || fail "the binary of $version does not run here ($platform). Give \`version: build\`"
  [ "$said" = "andon ${version#v}" ] || fail "the binary of $version says that it is $said"
}

# Compiles the action's own checkout.
build() {
  if ! command -v cargo >/dev/null; then
    fail "it has to be compiled, and there is no cargo on this runner. Install Rust, or give \`version: path:/absolute/path\` of a binary of yours"
  fi
  local folder=$checkout/target
  # The action's checkout is new in every job; on a machine of your own the tool cache stays.
  if [ "$INPUT_CACHE" = true ] && [ -n "${RUNNER_TOOL_CACHE:-}" ] && mkdir -p "$RUNNER_TOOL_CACHE/andon/build" 2>/dev/null; then
    folder=$RUNNER_TOOL_CACHE/andon/build
  fi
  folder=${CARGO_TARGET_DIR:-$folder}
  cargo build --release --locked --manifest-path "$checkout/Cargo.toml" --target-dir "$folder"
  binary=$folder/release/andon
  if [ -f "$binary.exe" ]; then binary=$binary.exe; fi
}

case "$INPUT_VERSION" in
  '')
    # The release of this very checkout; an older one would not know what this action asks of it.
    own=v$(sed -n 's/^version = "\(.*\)"\r*$/\1/p' "$checkout/Cargo.toml" | head -n 1)
    if [ -n "$(entry "$own" "$(target)")" ]; then release "$own"; else build; fi
    ;;
  build) build ;;
  path:*)
    binary=${INPUT_VERSION#path:}
    if [ ! -x "$binary" ] || [ -d "$binary" ]; then fail "there is no binary at the path that the input \`version\` names"; fi
    ;;
  v[0-9]*)
    case "$INPUT_VERSION" in *[!0-9A-Za-z.+-]*) fail "\`version\` is not of the form v1.2.3" ;; esac
    release "$INPUT_VERSION"
    ;;
  *) fail "\`version\` is neither empty, nor v1.2.3, nor \`build\`, nor \`path:/absolute/path\`" ;;
esac

# Steps that are not run by bash want it the way Windows writes it.
if command -v cygpath >/dev/null; then binary=$(cygpath -m "$binary"); fi
# A line break would start another output.
case "$binary" in *$'\n'* | *$'\r'*) fail "its path has a line break" ;; esac
echo "binary=$binary" >> "$GITHUB_OUTPUT"
