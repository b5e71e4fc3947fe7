// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a date: a day whose labels lead back to it, or a complaint that
// is text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "anon/base/text.h"
#include "anon/hierarchy/calendar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto date = anon::ParseDate(text);
  if (!date.ok()) {
    if (anon::FindInvalidUtf8(anon::Message(date.status()))) std::abort();
    return 0;
  }
  if (!date->ok()) std::abort();
  const std::string label = anon::DateLabel(*date, anon::DateUnit::kDay,
                                            anon::LabelLanguage::kJapanese);
  const auto again = anon::ParseDate(label);
  if (!again.ok() || *again != *date) std::abort();
  return 0;
}
