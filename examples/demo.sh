#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The whole job on the example table of a telecom's subscribers, which the
# project contains (generated; nobody is in it):
#
#   examples/demo.sh [TOOL [DIRECTORY]]      or simply: ./dev demo
#
# 1. anonymized personal information: no key survives, no vault;
# 2. pseudonymized personal information: deletion information goes to a vault
#    that the run can write and not read.
set -euo pipefail
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
anon=${1:-build/release/bin/anon}
work=${2:-build/demo}

show() {
  printf '\n$ anon' && printf ' %s' "$@" && printf '\n'
  "$anon" "$@"
}

# Release, internal files, vault, keyring, the key that encrypts it and the
# custodian's key each have a directory of their own; in life, also an owner of their own.
rm -rf "$work"
mkdir -p "$work"
mkdir -m 0700 "$work"/{keys,kek,vault,custodian}

show policy check "$examples/subscribers_anonymized.yaml"
show run "$examples/subscribers_anonymized.yaml" \
  --out "$work/anonymized" --internal "$work/internal-anonymized"

show key create --keyring "$work/keys/keyring" --kek "file:$work/kek/kek"
show vault init --vault "$work/vault/vault.db" \
  --custodian-key "$work/custodian/private.key"
show run "$examples/subscribers_pseudonymized.yaml" \
  --out "$work/pseudonymized" --internal "$work/internal-pseudonymized" \
  --vault "$work/vault/vault.db" --keyring "$work/keys/keyring" \
  --kek "file:$work/kek/kek"

cat <<END

What is given to the recipient:   $work/anonymized/provide/
What everyone may read:           $work/anonymized/publish/
What stays inside:                $work/internal-anonymized/

Open the public item list in a browser:
  $work/anonymized/publish/manifest.ja.html
  $work/anonymized/publish/manifest.en.html
END
