// SPDX-License-Identifier: Apache-2.0
//
// CP932 by ICU's table ibm-943_P15A-2003, which maps as Windows does (wave dash
// 0x8160 is U+FF5E), except that it turns three control characters round; they
// are turned back. Bytes that Windows maps to private characters (0x80, 0xA0,
// 0xFD to 0xFF) are invalid.
#include "io/transcoder.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <vector>

namespace anon::internal {
namespace {

constexpr char kTable[] = "ibm-943_P15A-2003";

UChar32 PlainControl(UChar32 c) {
  switch (c) {
    case 0x1C:
      return 0x1A;
    case 0x7F:
      return 0x1C;
    case 0x1A:
      return 0x7F;
    default:
      return c;
  }
}

}  // namespace

struct Transcoder::State {
  UConverter* converter = nullptr;
  std::vector<UChar> wide;

  ~State() { ucnv_close(converter); }
};

Transcoder::Transcoder(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
Transcoder::~Transcoder() = default;

absl::StatusOr<std::unique_ptr<Transcoder>> Transcoder::Create(
    CsvEncoding /*encoding*/) {
  auto state = std::make_unique<State>();
  UErrorCode error = U_ZERO_ERROR;
  state->converter = ucnv_open(kTable, &error);
  if (U_SUCCESS(error)) {
    ucnv_setToUCallBack(state->converter, UCNV_TO_U_CALLBACK_STOP, nullptr,
                        nullptr, nullptr, &error);
  }
  if (U_FAILURE(error)) {
    return InputError(fmt::format(
        "this installation of ICU cannot read CP932 ({}); install its full "
        "data or convert the file to UTF-8",
        u_errorName(error)));
  }
  return std::unique_ptr<Transcoder>(new Transcoder(std::move(state)));
}

Transcoder::Result Transcoder::Convert(std::string_view text, bool last,
                                       char* to) {
  State& s = *state_;
  s.wide.resize(text.size() + 2);
  Result result;
  auto* const bytes = reinterpret_cast<std::uint8_t*>(to);
  const char* from = text.data();
  const char* const from_end = from + text.size();
  for (;;) {
    UErrorCode error = U_ZERO_ERROR;
    UChar* wide_end = s.wide.data();
    ucnv_toUnicode(s.converter, &wide_end, s.wide.data() + s.wide.size(), &from,
                   from_end, nullptr, last, &error);
    const auto length = static_cast<std::size_t>(wide_end - s.wide.data());
    for (std::size_t i = 0; i < length;) {
      UChar32 c = 0;
      U16_NEXT_UNSAFE(s.wide.data(), i, c);
      c = PlainControl(c);
      U8_APPEND_UNSAFE(bytes, result.size, c);
    }
    if (U_SUCCESS(error)) return result;
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (!result.invalid) result.invalid = result.size;
    U8_APPEND_UNSAFE(bytes, result.size, 0xFFFD);
  }
}

void Transcoder::Reset() { ucnv_resetToUnicode(state_->converter); }

}  // namespace anon::internal
