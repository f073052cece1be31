#!/usr/bin/env bash
# Builds the programs of the system tests that Debian does not have, from the Go module proxy, into
# .cache/system-programs: prometheus-3, promtool-3 and otelcol. Their versions are pinned in test/system/programs;
# what was built from the same recipe is kept. Needs Go 1.26, or one from 1.21 on, which fetches that by itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .cache/system-programs
cd .cache/system-programs

root=../..
recipe=$root/test/system/programs

if sha256sum --check --status built-from.sha256 2>/dev/null; then
  echo 'The system programs are there already.'
  exit
fi
command -v go >/dev/null || { echo 'Go is needed to build the system programs: https://go.dev/dl/' >&2; exit 1; }
rm -rf ./*

export CGO_ENABLED=0 GOWORK=off GOFLAGS='-trimpath -buildvcs=false'
stripped='-s -w'

# The tests name their targets to Prometheus, so the ways to discover some, with all their cloud SDKs, are left out.
build() {
  nice go build -C "$recipe" -tags remove_all_sd -ldflags "$stripped" -o "$PWD/$1" "$2"
}

build prometheus-3 github.com/prometheus/prometheus/cmd/prometheus
build promtool-3 github.com/prometheus/prometheus/cmd/promtool
build collector-builder go.opentelemetry.io/collector/cmd/builder

nice ./collector-builder --config "$recipe/collector.yaml" --ldflags "$stripped"
mv collector/otelcol otelcol
rm -r collector collector-builder

sha256sum "$recipe"/* "$root/scripts/build-system-programs.sh" >built-from.sha256
