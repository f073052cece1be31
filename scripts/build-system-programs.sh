#!/usr/bin/env bash
# Builds the programs of the system tests that Debian does not have, from the Go module proxy, into
# .cache/system-programs: prometheus-3, promtool-3, otelcol, docker-compose, pint and dashboard-linter. Their versions
# are pinned in test/system/programs; what was built from the same recipe is kept, each program by itself. Needs Go
# 1.26, or one from 1.21 on, which fetches that by itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .cache/system-programs
cd .cache/system-programs

recipe=$PWD/../../test/system/programs
stripped='-s -w'
export CGO_ENABLED=0 GOWORK=off GOFLAGS='-trimpath -buildvcs=false'

# build PROGRAM MODULE PACKAGE: moved into place when done, since the one there before may be running.
# The tests name their targets to Prometheus, so the ways to discover some, with all their cloud SDKs, are left out.
build() {
  nice go build -C "$2" -tags remove_all_sd -ldflags "$stripped" -o "$PWD/$1.new" "$3"
  mv "$1.new" "$1"
}

build_prometheus() {
  build prometheus-3 "$recipe" github.com/prometheus/prometheus/cmd/prometheus
  build promtool-3 "$recipe" github.com/prometheus/prometheus/cmd/promtool
}

build_otelcol() {
  build collector-builder "$recipe" go.opentelemetry.io/collector/cmd/builder
  nice ./collector-builder --config "$recipe/collector.yaml" --ldflags "$stripped"
  mv collector/otelcol otelcol
  rm -r collector collector-builder
}

build_compose() {
  build docker-compose "$recipe/compose" github.com/docker/compose/v5/cmd
}

build_pint() {
  build pint "$recipe/pint" github.com/cloudflare/pint/cmd/pint
}

build_dashboard_linter() {
  build dashboard-linter "$recipe/dashboard-linter" .
}

# ensure NAME FILE...: runs build_NAME, unless it and these files are what they were when it ran last.
ensure() {
  local name=$1 origin
  shift
  origin=$({ cat "$@"; declare -f build "build_$name"; } | sha256sum)
  if [[ -f $name.origin && $(<"$name.origin") == "$origin" ]]; then
    echo "There already: $name."
    return
  fi
  command -v go >/dev/null || { echo 'Go is needed to build the system programs: https://go.dev/dl/' >&2; exit 1; }
  "build_$name"
  echo "$origin" >"$name.origin"
  echo "Built: $name."
}

ensure prometheus "$recipe"/go.{mod,sum}
ensure otelcol "$recipe"/go.{mod,sum} "$recipe/collector.yaml"
ensure compose "$recipe"/compose/go.{mod,sum}
ensure pint "$recipe"/pint/go.{mod,sum}
ensure dashboard_linter "$recipe"/dashboard-linter/{go.mod,go.sum,main.go}
