// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_IO_CSV_H_
#define ANON_IO_CSV_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/record_stream.h"

namespace anon {

// How a file writes characters. CP932 is what Windows calls Shift_JIS
// (Windows-31J).
enum class CsvEncoding { kUtf8, kCp932 };
std::string_view ToString(CsvEncoding encoding);  // "utf-8", "cp932"
// Also "utf8", "shift_jis", "windows-31j", in any case; nothing if unknown.
std::optional<CsvEncoding> ParseCsvEncoding(std::string_view name);

struct CsvOptions {
  char delimiter = ',';
  // The first line names the columns. Without it they are called 1, 2, 3, ...
  bool header = true;
  // Of a source; a sink writes UTF-8.
  CsvEncoding encoding = CsvEncoding::kUtf8;
  // Values of a source that equal this, in quotes or not, are read as empty.
  // Names of columns are not touched.
  std::string null_text = {};
  // Whether the source can tell the digest of the file. Costs a third of the
  // time; whoever reads a file once and compares nothing can do without.
  bool digest = true;
  // Records of another width than the first are left out and listed in
  // CsvSource::uneven() instead of refused: for whoever looks for all that is
  // wrong with a small file.
  bool skip_uneven = false;

  // Affects performance only.
  std::size_t block_bytes = 1 << 18;
  // False reads with the parser alone, which is what fast paths must equal.
  bool fast = true;
};

// A record that was left out; see CsvOptions::skip_uneven.
struct UnevenRecord {
  std::int64_t line = 0;
  std::size_t fields = 0;  // 0: a blank line among records
  std::string first;       // its first field
};

// Reads a CSV file ("-": standard input, which cannot be rewound if it is a
// pipe) in blocks: RFC 4180 quoting, LF or CRLF, UTF-8 (a byte order
// mark is skipped) or what the options say; values are UTF-8. Memory does not
// grow with the file. Strict, because what is guessed cannot be proven: a stray
// quote, a lone carriage return, a record with too few or too many fields,
// bytes that are not of the encoding and blank lines before the last record are
// input errors with file, line and column (the ordinal of the field).
class CsvSource final : public RecordSource {
 public:
  static absl::StatusOr<std::unique_ptr<CsvSource>> Open(
      const std::filesystem::path& path, const CsvOptions& options = {});
  ~CsvSource() override;

  const std::string& name() const override;
  const std::vector<std::string>& attributes() const override;
  absl::StatusOr<bool> Next(Batch& batch) override;
  absl::Status Rewind() override;
  std::optional<Digest> digest() const override;

  // What was left out since the beginning, in order of lines.
  const std::vector<UnevenRecord>& uneven() const;

  // Bytes read since the beginning, and in the whole file (0 if unknown).
  std::int64_t bytes_read() const;
  std::int64_t bytes_total() const;

 private:
  struct State;
  explicit CsvSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Writes a CSV file: a header line, then records, LF line ends; fields are
// quoted where they must be. The file is created by Create, with `mode`
// whatever the umask is, and must not exist; it is on the disk when Finish
// returns OK.
// "-" is standard output.
class CsvSink final : public RecordSink {
 public:
  static absl::StatusOr<std::unique_ptr<CsvSink>> Create(
      const std::filesystem::path& path,
      const std::vector<std::string>& attributes,
      const CsvOptions& options = {}, unsigned mode = 0644);
  ~CsvSink() override;

  absl::Status Append(const Batch& batch) override;
  absl::Status Finish() override;

 private:
  struct State;
  explicit CsvSink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_IO_CSV_H_
