#!/usr/bin/env bash
# Sign a Windows program in place with osslsigncode, by BOSMAN_AUTHENTICODE_PKCS12, …_PASSWORD_FILE and …_TIMESTAMP_URL.
set -euo pipefail
program="$1"
arguments=(-pkcs12 "$BOSMAN_AUTHENTICODE_PKCS12" -h sha256 -n "Bosman Agent")
[ -n "${BOSMAN_AUTHENTICODE_PASSWORD_FILE:-}" ] && arguments+=(-readpass "$BOSMAN_AUTHENTICODE_PASSWORD_FILE")
[ -n "${BOSMAN_AUTHENTICODE_TIMESTAMP_URL:-}" ] && arguments+=(-ts "$BOSMAN_AUTHENTICODE_TIMESTAMP_URL")
osslsigncode sign "${arguments[@]}" -in "$program" -out "$program.signed"
mv "$program.signed" "$program"
