// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a block of sealed records: they are taken apart within bounds,
// put together again they are the same, and none of them opens.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "vault/block.h"

namespace {

using namespace anon::internal;

const anon::DeletionDataSet kSet{"id", "/o", "kind", "key"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const anon::SecretBytes custodian = *NewPrivateKey();
  static Opener opener =
      *Opener::Create(custodian, *PublicKeyOf(*NewPrivateKey()), kSet);
  const std::string_view block(reinterpret_cast<const char*>(data), size);
  const std::string shares(kBlockRecords * kShareBytes, '\x01');
  std::string_view rest = block;
  std::string again;
  while (const auto record = TakeRecord(rest)) {
    if (record->slot >= kBlockRecords) std::abort();
    StartRecord(record->slot, record->attribute, record->pseudonym,
                record->sealed.size(), again);
    again += record->sealed;
    if (opener
            .Open({0, record->attribute, record->pseudonym},
                  ShareOf(shares, record->slot),
                  std::as_bytes(std::span(record->sealed)))
            .ok()) {
      std::abort();
    }
  }
  if (!block.starts_with(again)) std::abort();
  if (WithoutSlot(again, kBlockRecords) != again) std::abort();
  if (PackPage(UnpackPage(block)).size() != size / 16 * 16) std::abort();
  return 0;
}
