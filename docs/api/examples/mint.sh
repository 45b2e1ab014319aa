#!/bin/sh
# Exchanges the authorisation code of demo.json for tokens (B.5), mints a code (B.1) and saves its picture.
# Needs sh, curl, openssl, sed. The authorisation code works once: start the demonstration anew for another.
#
#   sh mint.sh BASE_URL DEMO_JSON PNG_FILE
#   sh mint.sh http://127.0.0.1:8080 data/demo.json code.png
#
# Prints the code's text on standard output, everything else on standard error.
set -eu
base=$1 demo=$2 png=$3
value() { tr ',{}' '\n\n\n' | sed -n "s/^[[:space:]]*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\"[[:space:]]*\$/\1/p" | head -n 1; }
# A JSON text may write + and / as \u002B, \u002F or \/.
plain() { sed -e 's/\\u002[Bb]/+/g' -e 's/\\u002[Ff]/\//g' -e 's/\\\//\//g'; }
post() { curl -sS --max-time 10 -H 'Content-Type: application/json' --data-binary @- "$base$1"; }

app=$(value appId < "$demo")
authorization_code=$(value authorizationCode < "$demo")

grant=$(printf '{"code":"%s","appId":"%s"}' "$authorization_code" "$app" | post /api/v1/oauth/authorize)
access_token=$(printf '%s' "$grant" | value accessToken)
if [ -z "$access_token" ]; then
  echo "B.5 refused: $grant" >&2
  exit 1
fi
echo 'B.5: tokens received' >&2

minted=$(printf '{"accessToken":"%s"}' "$access_token" | post /api/v1/qrcode/generate)
picture=$(printf '%s' "$minted" | value qrcodeBase64 | plain)
if [ -z "$picture" ]; then
  echo "B.1 refused: $minted" >&2
  exit 1
fi
printf '%s' "$picture" | openssl base64 -d -A > "$png"
echo "B.1: picture saved to $png" >&2
printf '%s' "$minted" | value qrcode | plain
