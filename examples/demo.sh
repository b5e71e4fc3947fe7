#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The whole job on the example table of a telecom's subscribers, which the
# project contains (generated; nobody is in it):
#
#   examples/demo.sh [TOOL [DIRECTORY]]      or simply: ./dev demo
#
# 1. anonymized personal information: no key survives, no vault;
# 2. the life of that release: provision is refused before publication;
#    published, provided (encrypted for the recipient), ended;
# 3. pseudonymized personal information: deletion information goes to a vault
#    that the run can write and not read; both are erased together.
set -euo pipefail
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
anon=${1:-build/release/bin/anon}
work=${2:-build/demo}

show() {
  printf '\n$ anon' && printf ' %s' "$@" && printf '\n'
  "$anon" "$@"
}
refused() {
  ! show "$@" || { echo "demo: this should have been refused" >&2; exit 1; }
}

# Release, internal files, vault, keyring, the key that encrypts it and the
# custodian's key each have a directory of their own; in life, also an owner of their own.
rm -rf "$work"
mkdir -p "$work"
mkdir -m 0700 "$work"/{keys,kek,vault,custodian,books,recipient}
ledger=$work/books/ledger

show ledger init "$ledger"
show policy check "$examples/subscribers_anonymized.yaml"
show run "$examples/subscribers_anonymized.yaml" \
  --out "$work/anonymized" --internal "$work/internal-anonymized" \
  --ledger "$ledger"

# The recipient's certificate; in life it comes from the recipient.
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Mihon University" \
  -keyout "$work/recipient/key.pem" -out "$work/recipient/certificate.pem" \
  2>/dev/null
provide=(provide "$work/anonymized" --ledger "$ledger"
  --to "見本大学 情報学部" --method "e-mail, encrypted" --notice email
  --package "$work/package"
  --encrypt-for "$work/recipient/certificate.pem")
refused "${provide[@]}"
show publish "$work/anonymized" --ledger "$ledger" \
  --url https://www.example.co.jp/privacy/anonymized/ \
  --page "$work/anonymized/publish/manifest.ja.html"
show "${provide[@]}"
show status --ledger "$ledger"
show end subscribers-2026-11 --ledger "$ledger" --reason "the study is over"
show ledger page "$ledger" --out "$work/website"

show key create --keyring "$work/keys/keyring" --kek "file:$work/kek/kek"
show vault init --vault "$work/vault/vault.db" \
  --custodian-key "$work/custodian/private.key"
show run "$examples/subscribers_pseudonymized.yaml" \
  --out "$work/pseudonymized" --internal "$work/internal-pseudonymized" \
  --vault "$work/vault/vault.db" --keyring "$work/keys/keyring" \
  --kek "file:$work/kek/kek" --ledger "$ledger"
refused erase --release "$work/pseudonymized" --ledger "$ledger" \
  --reason "the analysis is over"
show erase --release "$work/pseudonymized" --ledger "$ledger" \
  --internal "$work/internal-pseudonymized" --vault "$work/vault/vault.db" \
  --custodian-key "$work/custodian/private.key" \
  --reason "the analysis is over"
show status --ledger "$ledger"

cat <<END

What is given to the recipient:   $work/anonymized/provide/
What everyone may read:           $work/anonymized/publish/
What stays inside:                $work/internal-anonymized/
What goes to the recipient:       $work/package/

Open the public item list in a browser:
  $work/anonymized/publish/manifest.ja.html
  $work/anonymized/publish/manifest.en.html
END
