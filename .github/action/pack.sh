#!/usr/bin/env bash
# Builds andon for a target and packs it as install.sh unpacks it: dist/andon-VERSION-TARGET.tar.gz.
set -euo pipefail

target=$1
version=v$(sed -n 's/^version = "\(.*\)"\r*$/\1/p' Cargo.toml | head -n 1)
name=andon-$version-$target
rustup target add "$target"
cargo build --profile dist --locked --target "$target"
mkdir -p "dist/$name"
for file in andon andon.exe; do
  built=${CARGO_TARGET_DIR:-target}/$target/dist/$file
  if [ -f "$built" ]; then cp "$built" "dist/$name/"; fi
done
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "dist/$name/"
tar -czf "dist/$name.tar.gz" -C dist "$name"
rm -r "dist/$name"
