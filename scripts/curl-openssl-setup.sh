#!/bin/sh
# Sets a device up with curl, openssl and POSIX tools alone: suite p256, docs/PROTOCOL.md section by section. That suite
# stops who listens, not who stands in between. Session keys are seen in openssl's arguments (-K, -macopt) by whoever
# may list this machine's processes while this runs; the serial and the private key are not.
#   curl-openssl-setup.sh URL SERIAL_FILE CHAIN KEY    (SERIAL_FILE -: take WIB_SERIAL; WIB_BENCH=1: take bench builds)
# Ends with 0 done, 1 wrong use or refused by us, 2 refused by the device or not to be believed, 3 not reached.
set -eu
umask 077; export LC_ALL=C
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT; trap 'exit 130' INT HUP TERM
die() { printf 'wib: error: %s\n' "$2" | tr -cd '[:print:]\n' >&2; exit "$1"; }
put() { printf %s "$2" >"$tmp/$1"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
octal() { printf "$(printf '\\%03o' "$@")"; } # bytes from numbers
unhex() { for byte in $(sed 's/../& /g'); do octal "0x$byte"; done; }
lp() { for name; do size=$(wc -c <"$tmp/$name"); octal 0 0 $((size / 256)) $((size % 256)); cat "$tmp/$name"; done; }
hmac() { openssl dgst "-$1" -mac HMAC -macopt "hexkey:$2" -binary; }
der() { grep -v -e '-----' "$tmp/$1" | openssl base64 -d | hex; }
header() { tr -d '\r' <"$tmp/$1.head" | grep -i "^$2:" | sed 's/^[^:]*: *//' || true; }
member() { printf %s "$greeting" | sed -n "s/.*\"$1\":\\($2\\)[],}].*/\\1/p" | tr -d '"['; }
call() { # NAME PATH ...: what is said goes to NAME.head and NAME.out, the status to $status
  name=$1 path=$2; shift 2; : >"$tmp/$name.out" # 204 makes no file
  status=$(curl -q -sS --noproxy '*' --proto =http --http1.1 --max-time "$limit" --max-filesize 65536 \
    -D "$tmp/$name.head" -o "$tmp/$name.out" -w '%{http_code}' "$@" "$url$path") || die 3 "$url cannot be reached"
}
post() { call "$1" "$2" -H Expect: -H "Cookie: wib=$cookie" -H "Content-Type: $3" --data-binary "@$tmp/$1"; }
[ $# -eq 4 ] || die 1 "usage: curl-openssl-setup.sh URL SERIAL_FILE CHAIN KEY"
url=${1%/} limit=15
if [ "$2" = - ]; then put typed "${WIB_SERIAL-}"; else cat -- "$2" >"$tmp/typed" || die 1 "no serial"; fi
cat -- "$3" "$4" >"$tmp/key.txt" || die 1 "certificates or key cannot be read"
serial=$(tr -d ' \t\r\n-' <"$tmp/typed" | tr a-z A-Z) # section 8
[ ${#serial} -ne 19 ] || serial=${serial#WIB}
put auth.txt "$(printf %s "$serial" | tr OIL 011)"
grep -Eqx '[0-9A-HJKMNP-TV-Z]{16}' "$tmp/auth.txt" || die 1 "that is no serial"
call greeting /setup/dh.wib # section 3
[ "$status" = 200 ] || die 2 "the device answers $status $(header greeting wib-error)"
greeting=$(tr -d ' \t\r\n' <"$tmp/greeting.out")
[ "$(member v '[0-9]*')" = 1 ] || die 2 "not version 1"
build=$(member build '"[a-z]*"') offered=$(member suites '\[[^]]*')
[ "$build" = product ] || [ "${WIB_BENCH-}" = 1 ] || die 1 "a bench build protects nothing"
case ",$offered," in *,p256,*) ;; *) die 1 "the device does not offer p256" ;; esac
member salt '"[0-9a-f]\{64\}"' | unhex >"$tmp/salt"
cookie=$(header greeting set-cookie | sed -n 's/^wib=\([0-9a-f]\{72\}\);.*/\1/p')
[ "$(wc -c <"$tmp/salt")" -eq 32 ] && [ ${#cookie} -eq 72 ] || die 2 "this is no greeting"
limit=$(($(member wait '[0-9]\{1,4\}') + 10)) max=$(member max '[0-9]\{1,4\}')
[ $(($(wc -c <"$tmp/key.txt") + 64)) -le "${max:-0}" ] || die 1 "chain and key are larger than the device takes"
openssl ecparam -name prime256v1 -genkey -noout | tee "$tmp/own" | openssl pkey -pubout -out "$tmp/dh" # section 4
post dh /setup/dh.wib application/x-pem-file
[ "$status" = 200 ] || die 2 "the device answers $status $(header dh wib-error)"
peer=$(der dh.out) own=$(der dh)
[ "$peer" != "$own" ] || die 2 "the device sends our own public key back"
form="-----BEGIN PUBLIC KEY-----1182$(printf %s "$own" | cut -c1-54)" # one block, 91 bytes that begin as ours do
case $(head -n 1 "$tmp/dh.out")$(grep -c -e '-----BEGIN' "$tmp/dh.out")${#peer}$peer in "$form"*) ;;
*) die 2 "the device's public key is none" ;; esac
openssl pkeyutl -derive -inkey "$tmp/own" -peerkey "$tmp/dh.out" -out "$tmp/ikm" 2>"$tmp/log" || die 2 "no point"
put label wib/1; put build "$build"; put suite p256; put offered "$offered"; put cookie "$cookie" # section 5
lp label build suite salt offered cookie dh dh.out | openssl dgst -sha512 -binary >"$tmp/th"
prk=$(hmac sha256 "$(hex <"$tmp/th")" <"$tmp/ikm" | hex)
okm='' block=''
for i in 1 2 3 4 5; do # HKDF by hand: openssl kdf is not in every OpenSSL
  block=$({ printf %s "$block" | unhex; printf 'wib/1 keys'; octal "$i"; } | hmac sha256 "$prk" | hex); okm=$okm$block
done
part() { printf %s "$okm" | cut -c"$1"; }
step() { # NUMBER NAME PATH: seals NAME.txt, sends it, and believes nothing without a right proof (section 6)
  openssl enc -aes-256-ctr -K "$(part 1-64)" -iv "0${1}000000000000000000000000000000" -in "$tmp/$2.txt" -out "$tmp/ct"
  { octal "$1"; cat "$tmp/th" "$tmp/ct"; } | hmac sha512 "$(part 65-192)" >"$tmp/tag"
  cat "$tmp/ct" "$tmp/tag" >"$tmp/$2"
  post "$2" "$3" application/octet-stream
  put label 'wib/1 proof'; put path "$3"; put status "$status"; put code "$(header "$2" wib-error)"
  proof=$(header "$2" wib-proof)
  case $status$proof in 401 | 503) die 2 "$2: the device answers $status $(cat "$tmp/code")" ;;
  ???) die 2 "$2: an answer $status without proof: somebody interferes" ;; esac
  right=$({ lp label path status code tag "$2.out"; cat "$tmp/th"; } | hmac sha512 "$(part 193-320)" | hex)
  [ "$proof" = "$right" ] || die 2 "$2: the proof is wrong: somebody interferes"
  [ "$status" = 204 ] || die 2 "$2: the device refuses: $status $(cat "$tmp/code")"
}
step 1 auth /setup/auth.wib
step 3 key /setup/key.wib
echo "$url is set up (p256)"
