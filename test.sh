#!/usr/bin/env bash
# Runs every test, after installing what they need. Nothing is skipped: what cannot run fails.
#   ./test.sh                all test projects
#   ./test.sh Codes Rules    those of these rooms
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=Release

# Command or library that shows the package to be there, and the Debian package that brings it.
needs=(
  "command -v openssl|openssl"
  "command -v curl|curl"
  "command -v zbarimg|zbar-tools"
  "command -v ZXingReader|zxing-cpp-tools"
  "command -v node|nodejs"
  "command -v npm|npm"
  "command -v /usr/sbin/nginx|nginx-light"
  "command -v redis-server|redis-server"
  "ldconfig -p | grep -q libgtk-3.so.0|libgtk-3-0"
)

prepare() {
  local missing=() entry
  for entry in "${needs[@]}"; do
    bash -c "${entry%|*}" >/dev/null 2>&1 || missing+=("${entry##*|}")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $sudo apt-get install -y -qq "${missing[@]}" >/dev/null || return 1
  fi
  (cd tests/node && npm ci --no-audit --no-fund --silent) || return 1
  dotnet tool restore >/dev/null || return 1
  dotnet restore YiMaTong.sln --locked-mode || return 1
  dotnet build YiMaTong.sln -c "$configuration" --no-restore -v quiet || return 1
}

number() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$2" | tail -n 1; }

passed=0
failed=0
if prepare; then
  for project in tests/*.Tests; do
    name=$(basename "$project")
    room=${name#YiMaTong.}
    room=${room%.Tests}
    if [ $# -gt 0 ] && [[ " $* " != *" $room "* ]]; then
      continue
    fi
    echo "== $name"
    log=$(mktemp)
    timeout 1200 dotnet exec "$project/bin/$configuration/net10.0/$name.dll" --progress off --no-ansi 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    good=$(number succeeded "$log")
    bad=$(number failed "$log")
    skipped=$(number skipped "$log")
    rm -f "$log"
    passed=$((passed + ${good:-0}))
    failed=$((failed + ${bad:-0} + ${skipped:-0}))
    # A run that ended badly without naming a failed test has failed all the same.
    if [ "$status" != 0 ] && [ "${bad:-0}" = 0 ]; then
      echo "$name ended with code $status"
      failed=$((failed + 1))
    fi
  done
else
  echo "the tests could not be prepared"
  failed=1
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
