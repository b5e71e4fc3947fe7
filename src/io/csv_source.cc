// SPDX-License-Identifier: Apache-2.0
//
// A CSV reader that works on blocks. Records are split where they lie in the
// buffer; fields are views into it. Two readers share the work. Records that
// are plainly well-formed are found many at a time by an index of separators
// (csv_index.h) and handed over column by column. The first that is anything
// else, and the one the end of the block cuts, go to a parser that takes a byte
// at a time and has all the complaints. It changes nothing before it has seen a
// whole record, so that a record cut by the end of the block can simply be
// parsed again after the next read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "anon/io/csv.h"
#include "base/status_macros.h"
#include "io/csv_index.h"
#include "io/csv_input.h"

namespace anon {
namespace {

// Few enough that a batch and its values stay in the cache of a core.
constexpr std::size_t kRowsPerBatch = 1024;

// The index counts in 32 bits.
constexpr std::size_t kLongestIndex = std::size_t{1} << 30;

enum class Parse { kRecord, kNeedMore, kEnd, kError };

// Where a field stopped.
enum class Stop { kDelimiter, kLineEnd, kBufferEnd, kError };

std::string_view InvalidText(CsvEncoding encoding) {
  return encoding == CsvEncoding::kUtf8 ? "not valid UTF-8" : "not valid CP932";
}

// Makes "" into " inside a quoted field, in place; returns the new length.
std::size_t Unquote(char* text, std::size_t length) {
  char* to = text;
  const char* from = text;
  const char* const end = text + length;
  for (;;) {
    const auto* const quote = static_cast<const char*>(
        std::memchr(from, '"', static_cast<std::size_t>(end - from)));
    const char* const stop = quote == nullptr ? end : quote + 1;
    std::memmove(to, from, static_cast<std::size_t>(stop - from));
    to += stop - from;
    if (quote == nullptr) return static_cast<std::size_t>(to - text);
    from = stop + 1;  // past its double
  }
}

}  // namespace

struct CsvSource::State {
  std::string name;
  CsvOptions options;
  internal::CsvInput input;
  std::vector<std::string> attributes;
  bool header_read = false;
  std::int64_t line = 1;        // of the byte at input.begin
  std::int64_t blank_line = 0;  // first blank line not followed by a record
  std::optional<Digest> digest;
  std::vector<UnevenRecord> uneven;

  // The well-formed records of this buffer, the first at `index_begin`.
  // `index_row` of them have been handed over.
  bool may_index = false;  // the delimiter is none of the special bytes
  bool indexed = false;    // since the buffer was filled
  internal::CsvIndex index;
  std::size_t index_begin = 0;
  std::size_t index_row = 0;
  // Where the columns of a batch are, and its values that were in quotes.
  std::vector<std::string_view*> column_values;
  std::vector<std::string_view*> quoted;
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
  bool at_start = false;  // nothing is read but the header

  absl::Status Start();
  absl::Status Fill();
  void BuildIndex();
  void TakeIndexed(Batch& batch);
  absl::Status TakeParsed(Batch& batch);
  void TakeValues(std::size_t rows, Batch& batch);
  void TakeLines(std::size_t rows, std::vector<std::int64_t>& lines);
  void ReadNulls(Batch& batch) const;
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
    return {input.buffer.data() + field.at, field.length};
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
  line = 1;
  blank_line = 0;
  digest.reset();
  uneven.clear();
  indexed = false;
  header_read = false;
  attributes.clear();
  ANON_RETURN_IF_ERROR(input.Restart());
  ANON_RETURN_IF_ERROR(ReadHeader());
  at_start = true;
  return absl::OkStatus();
}

absl::Status CsvSource::State::Fill() {
  if (input.full()) {
    return InputErrorAt(
        PlaceOf(line, fields.size()),
        fmt::format("a record longer than {} MiB; a quote opened here is "
                    "probably never closed",
                    internal::CsvInput::kLongestRecord >> 20));
  }
  indexed = false;
  return input.Fill();
}

// Finds the well-formed records of a buffer that has just been filled.
void CsvSource::State::BuildIndex() {
  indexed = true;
  index_row = 0;
  index.rows = 0;
  if (!may_index || blank_line != 0) return;
  index_begin = input.begin;
  const std::size_t limit =
      std::min({input.checked, input.invalid, input.begin + kLongestIndex});
  if (limit <= index_begin) return;
  index.Build({input.buffer.data() + index_begin, limit - index_begin},
              options.delimiter, attributes.size());
}

// Lines of the next `rows` records of the index.
void CsvSource::State::TakeLines(std::size_t rows,
                                 std::vector<std::int64_t>& lines) {
  lines.resize(rows);
  const std::size_t width = attributes.size();
  const char* const text = input.buffer.data() + index_begin;
  for (std::size_t r = 0; r < rows; ++r) {
    lines[r] = line++;
    if (!index.quoted_line_feeds) continue;
    const std::size_t row = index_row + r;
    line += std::count(text + index.starts[row * width],
                       text + index.starts[(row + 1) * width] - 1, '\n');
  }
}

// Values of the next `rows` records of the index. Row by row: the text, read
// once in order, is the largest thing that passes through the cache here.
void CsvSource::State::TakeValues(std::size_t rows, Batch& batch) {
  const std::size_t width = attributes.size();
  batch.columns.resize(width);
  column_values.resize(width);
  for (std::size_t c = 0; c < width; ++c) {
    batch.columns[c].resize(rows);
    column_values[c] = batch.columns[c].data();
  }
  char* const text = input.buffer.data() + index_begin;
  std::string_view* const* const to = column_values.data();
  const std::uint32_t* start = &index.starts[index_row * width];
  const bool returns = index.returns;
  const std::size_t quotes = index.quotes ? 1 : 0;
  quoted.resize(rows * width + 1);
  std::size_t quoted_count = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < width; ++c, ++start) {
      char* const at = text + start[0];
      std::size_t length = start[1] - 1 - start[0];
      if (returns && c + 1 == width && length > 0 && at[length - 1] == '\r') {
        --length;
      }
      // No branch: in some columns every other field is quoted.
      const std::size_t is_quoted = quotes & (*at == '"' ? 1 : 0);
      to[c][r] = {at + is_quoted, length - 2 * is_quoted};
      quoted[quoted_count] = &to[c][r];
      quoted_count += is_quoted;
    }
  }
  if (!index.doubled_quotes) return;
  for (std::size_t i = 0; i < quoted_count; ++i) {
    std::string_view& value = *quoted[i];
    char* const at = text + (value.data() - text);
    value = {at, Unquote(at, value.size())};
  }
}

// Fills a batch from the index. Batches of a block are about equally long: a
// column that shrinks and grows again is cleared each time.
void CsvSource::State::TakeIndexed(Batch& batch) {
  const std::size_t left = index.rows - index_row;
  const std::size_t batches = (left + kRowsPerBatch - 1) / kRowsPerBatch;
  const std::size_t rows = (left + batches - 1) / batches;
  TakeLines(rows, batch.lines);
  TakeValues(rows, batch);
  index_row += rows;
  input.begin = index_begin + index.starts[index_row * attributes.size()];
}

Stop CsvSource::State::Fail(std::string_view message) {
  error = InputErrorAt(PlaceOf(field_line, fields.size()), message);
  return Stop::kError;
}

// What follows a field: the delimiter, a line end, or the end of the file.
Stop CsvSource::State::AfterField(std::size_t& at) {
  if (at == input.end) return input.at_end ? Stop::kLineEnd : Stop::kBufferEnd;
  const char c = input.buffer[at];
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
    if (at + 1 == input.end && !input.at_end) return Stop::kBufferEnd;
    if (at + 1 < input.end && input.buffer[at + 1] == '\n') {
      at += 2;
      ++record_lines;
      return Stop::kLineEnd;
    }
    return Fail("a carriage return without a line feed; quote the field");
  }
  if (c == '"') {
    return Fail("a quote inside an unquoted field; quote the field");
  }
  return Fail("text after a closing quote; double the quotes inside the field");
}

Stop CsvSource::State::ParsePlain(std::size_t& at, Field& field) {
  field.at = at;
  while (at < input.end &&
         !special[static_cast<unsigned char>(input.buffer[at])])
    ++at;
  field.length = at - field.at;
  return AfterField(at);
}

Stop CsvSource::State::ParseQuoted(std::size_t& at, Field& field) {
  field.at = ++at;
  for (;;) {
    while (at < input.end && input.buffer[at] != '"') {
      record_lines += input.buffer[at] == '\n' ? 1 : 0;
      ++at;
    }
    if (at == input.end) {
      if (!input.at_end) return Stop::kBufferEnd;
      return Fail("a quoted field that begins here is never closed");
    }
    if (at + 1 == input.end && !input.at_end) return Stop::kBufferEnd;
    if (at + 1 < input.end && input.buffer[at + 1] == '"') {
      field.doubled_quotes = true;
      at += 2;
      continue;
    }
    field.length = at - field.at;
    ++at;
    return AfterField(at);
  }
}

// Splits the record at input.begin into `fields` and moves past it. A record
// that the buffer cuts leaves everything as it was.
Parse CsvSource::State::ParseRecord() {
  fields.clear();
  record_lines = 0;
  std::size_t at = input.begin;
  for (;;) {
    Field& field = fields.emplace_back();
    field_line = line + record_lines;
    const Stop stop = at < input.end && input.buffer[at] == '"'
                          ? ParseQuoted(at, field)
                          : ParsePlain(at, field);
    if (stop == Stop::kBufferEnd) return Parse::kNeedMore;
    if (at > input.invalid && stop != Stop::kError)
      Fail(InvalidText(options.encoding));
    if (at > input.invalid || stop == Stop::kError) return Parse::kError;
    if (stop == Stop::kLineEnd) break;
  }
  for (Field& f : fields) {
    if (f.doubled_quotes)
      f.length = Unquote(input.buffer.data() + f.at, f.length);
  }
  input.begin = at;
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
    if (input.begin == input.end)
      return input.at_end ? Parse::kEnd : Parse::kNeedMore;
    record_line = line;
    const Parse parse = ParseRecord();
    if (parse != Parse::kRecord) return parse;
    const bool blank = fields.size() == 1 && fields[0].length == 0;
    if (blank && attributes.size() > 1) {
      if (blank_line == 0) blank_line = record_line;
      continue;
    }
    if (blank_line != 0 && options.skip_uneven) {
      uneven.push_back({.line = blank_line, .fields = 0, .first = {}});
      blank_line = 0;
    }
    if (blank_line != 0) {
      return Refuse(blank_line, 1, "a blank line where a record was expected");
    }
    if (fields.size() != attributes.size() && options.skip_uneven) {
      uneven.push_back({.line = record_line,
                        .fields = fields.size(),
                        .first = std::string(Value(fields[0]))});
      continue;
    }
    if (fields.size() != attributes.size()) {
      return Refuse(record_line, std::min(fields.size(), attributes.size()) + 1,
                    fmt::format("expected {} fields, found {}",
                                attributes.size(), fields.size()));
    }
    return Parse::kRecord;
  }
}

absl::Status CsvSource::State::ReadHeader() {
  if (input.end == 0) {
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
    line = 1;
    indexed = false;
    return input.Restart();
  }
  return absl::OkStatus();
}

CsvSource::CsvSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvSource::~CsvSource() = default;

absl::StatusOr<std::unique_ptr<CsvSource>> CsvSource::Open(
    const std::filesystem::path& path, const CsvOptions& options) {
  auto state = std::make_unique<State>();
  state->name = path == "-" ? "standard input" : path.string();
  state->options = options;
  ANON_RETURN_IF_ERROR(state->input.Open(path.string(), options));
  for (const char c : {options.delimiter, '\n', '\r', '"'}) {
    state->special[static_cast<unsigned char>(c)] = true;
  }
  state->may_index = options.fast && options.delimiter > 0 &&
                     options.delimiter != '"' && options.delimiter != '\n' &&
                     options.delimiter != '\r';
  ANON_RETURN_IF_ERROR(state->Start());
  return std::unique_ptr<CsvSource>(new CsvSource(std::move(state)));
}

const std::string& CsvSource::name() const { return state_->name; }
const std::vector<std::string>& CsvSource::attributes() const {
  return state_->attributes;
}
const std::vector<UnevenRecord>& CsvSource::uneven() const {
  return state_->uneven;
}
std::int64_t CsvSource::bytes_read() const { return state_->input.bytes_read; }
std::int64_t CsvSource::bytes_total() const {
  return state_->input.bytes_total;
}
std::optional<Digest> CsvSource::digest() const { return state_->digest; }

// A pipe, which cannot be read twice, can be rewound until it was read.
absl::Status CsvSource::Rewind() {
  return state_->at_start ? absl::OkStatus() : state_->Start();
}

// Values that mean "missing" become empty.
void CsvSource::State::ReadNulls(Batch& batch) const {
  if (options.null_text.empty()) return;
  for (auto& column : batch.columns) {
    for (std::string_view& value : column) {
      if (value == options.null_text) value = value.substr(0, 0);
    }
  }
}

// Fills an empty batch from the parser, which has just read the first record.
// Stops where the buffer does: views into it hold until it is filled again.
absl::Status CsvSource::State::TakeParsed(Batch& batch) {
  batch.Reset(attributes.size());
  Parse parse = Parse::kRecord;
  while (parse == Parse::kRecord) {
    for (std::size_t c = 0; c < fields.size(); ++c) {
      batch.columns[c].push_back(Value(fields[c]));
    }
    batch.lines.push_back(record_line);
    if (batch.rows() == kRowsPerBatch) break;
    parse = NextRecord();
  }
  return parse == Parse::kError ? error : absl::OkStatus();
}

absl::StatusOr<bool> CsvSource::Next(Batch& batch) {
  State& s = *state_;
  s.at_start = false;
  for (;;) {
    if (!s.indexed) s.BuildIndex();
    if (s.index_row < s.index.rows) {
      s.TakeIndexed(batch);
      break;
    }
    const Parse parse = s.NextRecord();
    if (parse == Parse::kError) return s.error;
    if (parse == Parse::kRecord) {
      ANON_RETURN_IF_ERROR(s.TakeParsed(batch));
      break;
    }
    if (parse == Parse::kEnd) {
      if (!s.digest) s.digest = s.input.digest();
      batch.Reset(s.attributes.size());
      return false;
    }
    ANON_RETURN_IF_ERROR(s.Fill());
  }
  s.ReadNulls(batch);
  batch.slack = internal::CsvInput::kSlack;
  return true;
}

}  // namespace anon
