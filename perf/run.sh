#!/usr/bin/env bash
# The table of goals: builds, starts each server on core 0 and the generator on core 1, prints every row with target,
# median, min–max and ✓ or ✗, and writes perf/results/DATE.json and DATE.html. See perf/README.md.
#   perf/run.sh              every row, three runs each; 40 minutes
#   perf/run.sh P2 P3        those rows
#   perf/run.sh --once P5    one run of each in place of three
#   perf/run.sh --smoke      small sizes and one run: shows in two minutes that every row can be measured
# Ends with 0 when every row was measured, whatever the verdicts. PERF_NO_BUILD=1 takes what is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Command that shows the package to be there, and the Debian package that brings it.
needs=(
  "command -v taskset|util-linux"
  "command -v h2load|nghttp2-client"
  "command -v redis-server|redis-server"
  "ls /usr/lib/postgresql/*/bin/initdb|postgresql"
)

missing=()
for entry in "${needs[@]}"; do
  bash -c "${entry%|*}" >/dev/null 2>&1 || missing+=("${entry##*|}")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}" >&2
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  # A package's own server would take a core from the measurement: none is started.
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $sudo apt-get install -y -qq "${missing[@]}" >/dev/null
fi

if [ "$(getconf _NPROCESSORS_ONLN)" -lt 2 ]; then
  echo "perf/run.sh needs two cores: one for the server, one for the generator" >&2
  exit 1
fi

if [ -z "${PERF_NO_BUILD:-}" ]; then
  for project in src/YiMaTong.Decode perf/YiMaTong.Peers perf/YiMaTong.Load perf/YiMaTong.Benchmarks; do
    dotnet build "$project" -c Release -v quiet >&2
  done
  dotnet tool restore >/dev/null
fi

exec taskset -c 1 dotnet exec perf/YiMaTong.Load/bin/Release/net10.0/YiMaTong.Load.dll table . "$@"
