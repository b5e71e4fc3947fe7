// SPDX-License-Identifier: Apache-2.0
//
// A CSV reader that works on blocks. Bytes are read into one buffer, checked
// for UTF-8 as they arrive, and split into records where they lie; fields are
// views into the buffer. Only a field with doubled quotes is changed, in place
// and only after its whole record has been seen, so that a record cut by the
// end of the block can simply be parsed again after the next read.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <set>

#include "anon/base/text.h"
#include "anon/io/csv.h"
#include "base/fd.h"
#include "base/status_macros.h"

namespace anon {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
// A record longer than this is a quote that is never closed.
constexpr std::size_t kLongestRecord = std::size_t{64} << 20;
constexpr std::size_t kRowsPerBatch = 8192;

enum class Parse { kRecord, kNeedMore, kEnd, kError };

// Where a field stopped.
enum class Stop { kDelimiter, kLineEnd, kBufferEnd, kError };

// Bytes at the end of `text` that may be the start of a cut UTF-8 sequence.
std::size_t CutSequence(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size());
       ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return back;
    if (byte < 0x80) return 0;
  }
  return 0;
}

// Makes "" into " inside a quoted field, in place; returns the new length.
std::size_t Unquote(char* text, std::size_t length) {
  char* to = text;
  for (std::size_t i = 0; i < length; ++i) {
    *to++ = text[i];
    if (text[i] == '"') ++i;
  }
  return static_cast<std::size_t>(to - text);
}

}  // namespace

struct CsvSource::State {
  std::string name;
  CsvOptions options;
  internal::Fd fd;
  std::int64_t bytes_total = 0;
  std::int64_t bytes_read = 0;
  std::vector<std::string> attributes;
  bool header_read = false;

  // buffer[begin, end) is not yet parsed; [0, checked) is known UTF-8 up to
  // `invalid`, the offset of the first bad byte.
  std::vector<char> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t checked = 0;
  std::size_t invalid = kNone;
  bool at_end = false;
  std::int64_t line = 1;        // of buffer[begin]
  std::int64_t blank_line = 0;  // first blank line not followed by a record

  Hasher hasher;
  std::optional<Digest> digest;

  // The record being parsed.
  struct Field {
    std::size_t at = 0;
    std::size_t length = 0;
    bool doubled_quotes = false;
  };
  std::vector<Field> fields;
  std::int64_t record_line = 0;   // where it starts
  std::int64_t record_lines = 0;  // line ends seen in it
  std::int64_t field_line = 0;    // where its last field starts
  absl::Status error;             // set with kError
  std::array<bool, 256> special{};

  absl::Status Start();
  absl::Status Fill();
  absl::Status FillFirst();
  Parse ParseRecord();
  Stop ParsePlain(std::size_t& at, Field& field);
  Stop ParseQuoted(std::size_t& at, Field& field);
  Stop AfterField(std::size_t& at);
  Stop Fail(std::string_view message);
  Parse Refuse(std::int64_t at_line, std::size_t column,
               std::string_view message);
  Parse NextRecord();
  absl::Status ReadHeader();
  std::string_view Value(const Field& field) {
    return {buffer.data() + field.at, field.length};
  }
  Place PlaceOf(std::int64_t at_line, std::size_t column) const {
    return {.file = name,
            .line = at_line,
            .column = static_cast<std::int64_t>(column),
            .attribute = column >= 1 && column <= attributes.size() &&
                                 header_read && options.header
                             ? attributes[column - 1]
                             : std::string()};
  }
};

absl::Status CsvSource::State::Start() {
  if (lseek(fd.get(), 0, SEEK_SET) < 0) {
    return IoError("read twice (a pipe?)", name, errno);
  }
  begin = end = checked = 0;
  invalid = kNone;
  at_end = false;
  line = 1;
  blank_line = 0;
  bytes_read = 0;
  digest.reset();
  hasher.Finish();
  header_read = false;
  attributes.clear();
  return ReadHeader();
}

absl::Status CsvSource::State::Fill() {
  if (begin > 0) {
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    checked -= begin;
    if (invalid != kNone) invalid -= begin;
    begin = 0;
  }
  if (end == buffer.size()) {
    if (buffer.size() >= kLongestRecord) {
      return InputErrorAt(
          PlaceOf(line, fields.size()),
          fmt::format("a record longer than {} MiB; a quote opened here is "
                      "probably never closed",
                      kLongestRecord >> 20));
    }
    buffer.resize(buffer.size() * 2);
  }
  const ssize_t got = read(fd.get(), buffer.data() + end, buffer.size() - end);
  if (got < 0) {
    return errno == EINTR ? absl::OkStatus() : IoError("read", name, errno);
  }
  if (options.digest) {
    hasher.Update({buffer.data() + end, static_cast<std::size_t>(got)});
  }
  end += static_cast<std::size_t>(got);
  bytes_read += got;
  at_end = got == 0;
  if (invalid != kNone) return absl::OkStatus();
  std::string_view fresh(buffer.data() + checked, end - checked);
  if (!at_end) fresh.remove_suffix(CutSequence(fresh));
  if (const auto bad = FindInvalidUtf8(fresh)) invalid = checked + *bad;
  checked += fresh.size();
  return absl::OkStatus();
}

Stop CsvSource::State::Fail(std::string_view message) {
  error = InputErrorAt(PlaceOf(field_line, fields.size()), message);
  return Stop::kError;
}

// What follows a field: the delimiter, a line end, or the end of the file.
Stop CsvSource::State::AfterField(std::size_t& at) {
  if (at == end) return at_end ? Stop::kLineEnd : Stop::kBufferEnd;
  const char c = buffer[at];
  if (c == options.delimiter) {
    ++at;
    return Stop::kDelimiter;
  }
  if (c == '\n') {
    ++at;
    ++record_lines;
    return Stop::kLineEnd;
  }
  if (c == '\r') {
    if (at + 1 == end && !at_end) return Stop::kBufferEnd;
    if (at + 1 < end && buffer[at + 1] == '\n') {
      at += 2;
      ++record_lines;
      return Stop::kLineEnd;
    }
    return Fail("a carriage return without a line feed; quote the field");
  }
  if (c == '"')
    return Fail("a quote inside an unquoted field; quote the field");
  return Fail("text after a closing quote; double the quotes inside the field");
}

Stop CsvSource::State::ParsePlain(std::size_t& at, Field& field) {
  field.at = at;
  while (at < end && !special[static_cast<unsigned char>(buffer[at])]) ++at;
  field.length = at - field.at;
  return AfterField(at);
}

Stop CsvSource::State::ParseQuoted(std::size_t& at, Field& field) {
  field.at = ++at;
  for (;;) {
    while (at < end && buffer[at] != '"') {
      record_lines += buffer[at] == '\n' ? 1 : 0;
      ++at;
    }
    if (at == end) {
      if (!at_end) return Stop::kBufferEnd;
      return Fail("a quoted field that begins here is never closed");
    }
    if (at + 1 == end && !at_end) return Stop::kBufferEnd;
    if (at + 1 < end && buffer[at + 1] == '"') {
      field.doubled_quotes = true;
      at += 2;
      continue;
    }
    field.length = at - field.at;
    ++at;
    return AfterField(at);
  }
}

// Splits the record at buffer[begin] into `fields` and moves past it. A record
// that the buffer cuts leaves everything as it was.
Parse CsvSource::State::ParseRecord() {
  fields.clear();
  record_lines = 0;
  std::size_t at = begin;
  for (;;) {
    Field& field = fields.emplace_back();
    field_line = line + record_lines;
    const Stop stop = at < end && buffer[at] == '"' ? ParseQuoted(at, field)
                                                    : ParsePlain(at, field);
    if (stop == Stop::kBufferEnd) return Parse::kNeedMore;
    if (at > invalid && stop != Stop::kError) Fail("not valid UTF-8");
    if (at > invalid || stop == Stop::kError) return Parse::kError;
    if (stop == Stop::kLineEnd) break;
  }
  for (Field& f : fields) {
    if (f.doubled_quotes) f.length = Unquote(buffer.data() + f.at, f.length);
  }
  begin = at;
  line += record_lines;
  return Parse::kRecord;
}

Parse CsvSource::State::Refuse(std::int64_t at_line, std::size_t column,
                               std::string_view message) {
  error = InputErrorAt(PlaceOf(at_line, column), message);
  return Parse::kError;
}

// The next record of the right width into `fields`.
Parse CsvSource::State::NextRecord() {
  for (;;) {
    if (begin == end) return at_end ? Parse::kEnd : Parse::kNeedMore;
    record_line = line;
    const Parse parse = ParseRecord();
    if (parse != Parse::kRecord) return parse;
    const bool blank = fields.size() == 1 && fields[0].length == 0;
    if (blank && attributes.size() > 1) {
      if (blank_line == 0) blank_line = record_line;
      continue;
    }
    if (blank_line != 0) {
      return Refuse(blank_line, 1, "a blank line where a record was expected");
    }
    if (fields.size() != attributes.size()) {
      return Refuse(record_line, std::min(fields.size(), attributes.size()) + 1,
                    fmt::format("expected {} fields, found {}",
                                attributes.size(), fields.size()));
    }
    return Parse::kRecord;
  }
}

// Fills the empty buffer and moves past a byte order mark.
absl::Status CsvSource::State::FillFirst() {
  do {
    ANON_RETURN_IF_ERROR(Fill());
  } while (end < 3 && !at_end);
  if (std::string_view(buffer.data(), end).starts_with("\xEF\xBB\xBF")) {
    begin = 3;
    checked = std::max(checked, begin);  // Fill may hold a last sequence back
  }
  return absl::OkStatus();
}

absl::Status CsvSource::State::ReadHeader() {
  ANON_RETURN_IF_ERROR(FillFirst());
  if (end == 0) {
    return InputErrorAt(PlaceOf(1, 1), options.header
                                           ? "the file is empty; a header "
                                             "line was expected"
                                           : "the file is empty");
  }
  Parse parse = ParseRecord();
  while (parse == Parse::kNeedMore) {
    ANON_RETURN_IF_ERROR(Fill());
    parse = ParseRecord();
  }
  if (parse == Parse::kError) return error;
  std::set<std::string_view> seen;
  for (std::size_t c = 0; c < fields.size(); ++c) {
    if (!options.header) {
      attributes.push_back(fmt::format("{}", c + 1));
      continue;
    }
    const std::string_view value = Value(fields[c]);
    if (value.empty()) {
      return InputErrorAt(PlaceOf(1, c + 1), "the header has an empty name");
    }
    if (!seen.insert(value).second) {
      return InputErrorAt(PlaceOf(1, c + 1), "the header names a column twice");
    }
    attributes.emplace_back(value);
  }
  header_read = true;
  if (!options.header) {
    // The line just read is the first record: parse it again as one. Its
    // doubled quotes are gone, so go back to the file.
    if (lseek(fd.get(), 0, SEEK_SET) < 0) return IoError("read", name, errno);
    begin = end = checked = 0;
    invalid = kNone;
    at_end = false;
    line = 1;
    bytes_read = 0;
    hasher.Finish();
    ANON_RETURN_IF_ERROR(FillFirst());
  }
  return absl::OkStatus();
}

CsvSource::CsvSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvSource::~CsvSource() = default;

absl::StatusOr<std::unique_ptr<CsvSource>> CsvSource::Open(
    const std::filesystem::path& path, const CsvOptions& options) {
  auto state = std::make_unique<State>();
  state->name = path.string();
  state->options = options;
  state->fd = internal::Fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!state->fd.ok()) return IoError("open", path.string(), errno);
  struct stat info {};
  if (fstat(state->fd.get(), &info) != 0 || S_ISDIR(info.st_mode)) {
    return IoError("read", path.string(),
                   S_ISDIR(info.st_mode) ? EISDIR : errno);
  }
  state->bytes_total = info.st_size;
  for (const char c : {options.delimiter, '\n', '\r', '"'}) {
    state->special[static_cast<unsigned char>(c)] = true;
  }
  state->buffer.resize(std::max<std::size_t>(options.block_bytes, 16));
  ANON_RETURN_IF_ERROR(state->Start());
  return std::unique_ptr<CsvSource>(new CsvSource(std::move(state)));
}

const std::string& CsvSource::name() const { return state_->name; }
const std::vector<std::string>& CsvSource::attributes() const {
  return state_->attributes;
}
std::int64_t CsvSource::bytes_read() const { return state_->bytes_read; }
std::int64_t CsvSource::bytes_total() const { return state_->bytes_total; }
std::optional<Digest> CsvSource::digest() const { return state_->digest; }

absl::Status CsvSource::Rewind() { return state_->Start(); }

absl::StatusOr<bool> CsvSource::Next(Batch& batch) {
  State& s = *state_;
  batch.Reset(s.attributes.size());
  // Views into the buffer hold until it is filled again, which therefore
  // happens only while the batch is empty.
  while (batch.rows() < kRowsPerBatch) {
    const Parse parse = s.NextRecord();
    if (parse == Parse::kError) return s.error;
    if (parse == Parse::kNeedMore) {
      if (batch.rows() > 0) break;
      ANON_RETURN_IF_ERROR(s.Fill());
      continue;
    }
    if (parse == Parse::kEnd) {
      if (s.options.digest && !s.digest) s.digest = s.hasher.Finish();
      break;
    }
    for (std::size_t c = 0; c < s.fields.size(); ++c) {
      batch.columns[c].push_back(s.Value(s.fields[c]));
    }
    batch.lines.push_back(s.record_line);
  }
  return batch.rows() > 0;
}

}  // namespace anon
