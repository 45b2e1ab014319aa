#!/bin/sh
# Signs and sends one B.4 request and opens the answer. Needs sh, openssl, curl, sed and, to check the seal, Node 20.
#
#   sh decode.sh BASE_URL DEMO_JSON CODE
#   sh decode.sh http://127.0.0.1:8080 data/demo.json 'YM1…'
#
# Prints the HTTP answer, then the opened result. Ends with 1 where the code is refused or the seal does not hold.
set -eu
base=$1 demo=$2 code=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077

# demo.json is flat but for reusableScene, which comes last: the first match is the one wanted.
field() { tr ',{}' '\n\n\n' < "$demo" | sed -n "s/^[[:space:]]*\"$1\"[[:space:]]*:[[:space:]]*\"\{0,1\}\([^\"]*\)\"\{0,1\}[[:space:]]*\$/\1/p" | head -n 1; }
# JSON may write + and other signs as \uXXXX; Base64 and PEM need these two.
plain() { sed -e 's/\\u002[Bb]/+/g' -e 's/\\u002[Ff]/\//g' -e 's/\\\//\//g' -e 's/\\r//g'; }

merchant=$(field merchantId)
device=$(field macId)
profile=$(field signatureProfile)
printf '%b\n' "$(field merchantPrivateKeyPem | plain)" > "$work/key.pem"
response_key=$(field responseKeyBase64 | plain | openssl base64 -d -A | od -An -tx1 | tr -d ' \n')

# 1. The text to sign: every non-empty field but sign, sorted by name, k=v joined with &. Time is UTC+8.
time=$(TZ=CST-8 date +%Y%m%d%H%M%S)
printf 'macId=%s&merchantId=%s&qrcod=%s&time=%s' "$device" "$merchant" "$code" "$time" > "$work/text"

# 2. The signature, in the profile that the merchant registered.
case $profile in
  RSA-PSS-SHA256)
    openssl dgst -sha256 -sign "$work/key.pem" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
      -sigopt rsa_mgf1_md:sha256 -out "$work/signature" "$work/text" ;;
  SHA256withRSA)
    openssl dgst -sha256 -sign "$work/key.pem" -out "$work/signature" "$work/text" ;;
  *) echo "unknown signatureProfile: $profile" >&2; exit 1 ;;
esac
sign=$(openssl base64 -A -in "$work/signature")

# 3. The request. A code's text has no character that JSON must escape; foreign text may, so \ and " are escaped.
escaped=$(printf '%s' "$code" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')
printf '{"merchantId":"%s","time":"%s","sign":"%s","qrcod":"%s","macId":"%s"}' \
  "$merchant" "$time" "$sign" "$escaped" "$device" > "$work/request.json"
curl -sS --max-time 10 -H 'Content-Type: application/json' --data-binary "@$work/request.json" \
  "$base/api/v1/qrcode/decode" > "$work/answer.json"
cat "$work/answer.json"
echo
grep -q '"code" *: *"PY0000"' "$work/answer.json" || exit 1

# 4. The answer: version(1) keyId(1) iv ciphertext, opened by what the version says.
sealed=$(sed -n 's/.*"response" *: *"\([^"]*\)".*/\1/p' "$work/answer.json" | plain)
printf '%s' "$sealed" | openssl base64 -d -A > "$work/sealed"
length=$(wc -c < "$work/sealed" | tr -d ' ')
bytes() { od -An -tx1 -j "$1" -N "$2" "$work/sealed" | tr -d ' \n'; }

if [ "$(bytes 0 1)" = 02 ]; then
  # The compatibility profile: AES-256-CBC with an iv of 16 bytes. It has no seal to check.
  tail -c +19 "$work/sealed" | openssl enc -d -aes-256-cbc -K "$response_key" -iv "$(bytes 2 16)"
  echo
  exit 0
fi

# AES-256-GCM: iv(12) ciphertext tag(16). GCM encrypts as CTR does, from the counter iv || 00000002, so openssl enc opens
# it; that does not check the tag.
tail -c +15 "$work/sealed" | head -c $((length - 30)) \
  | openssl enc -d -aes-256-ctr -K "$response_key" -iv "$(bytes 2 12)00000002"
echo

# 5. The same with Node, which checks the tag over merchantId|macId|time. Use this one, or your library's GCM, in earnest.
KEY=$response_key SEALED=$sealed AAD="$merchant|$device|$time" node -e '
const { createDecipheriv } = require("node:crypto"), b = Buffer.from(process.env.SEALED, "base64");
const d = createDecipheriv("aes-256-gcm", Buffer.from(process.env.KEY, "hex"), b.subarray(2, 14));
d.setAAD(Buffer.from(process.env.AAD)).setAuthTag(b.subarray(-16));
d.update(b.subarray(14, -16)); d.final(); console.log("seal holds");'
