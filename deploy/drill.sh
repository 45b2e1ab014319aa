#!/usr/bin/env bash
# The outage drill of docs/outage.md on this machine: scans flow before, during and after killing issuing, then decode,
# then both; in the end every scan is accounted for. Takes about a minute. Ends with 0 when nothing is missing.
#   deploy/drill.sh             in a new temporary folder, which is removed when all went well
#   deploy/drill.sh FOLDER      in that folder, which stays, with the services' logs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ "$(uname)" != Linux ]; then
  echo "deploy/drill.sh uses addresses of 127.0.0.0/8, which only Linux answers without being told" >&2
  exit 1
fi

dotnet build src/YiMaTong.AllInOne -c Release -v quiet >&2
data=${1:-$(mktemp -d)}
status=0
dotnet exec src/YiMaTong.AllInOne/bin/Release/net10.0/YiMaTong.AllInOne.dll drill --data "$data" || status=$?
if [ $# -eq 0 ] && [ $status -eq 0 ]; then
  rm -rf "$data"
else
  echo "data and logs: $data"
fi
exit $status
