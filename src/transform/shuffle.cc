// SPDX-License-Identifier: Apache-2.0
//
// A uniform shuffle of more records than memory holds.
//
// Each record goes to one of B buckets, chosen uniformly and independently; at
// the end each bucket is shuffled in memory (Fisher-Yates) and the buckets are
// given out one after the other. Every permutation of n records is then equally
// likely: sorting records by independent random keys is a uniform shuffle, the
// bucket is the first digit of such a key and the shuffle in memory stands for
// the rest. (Rao 1961; Sandelius 1962.)
//
// A bucket is a buffer of records, each a run of length-prefixed fields. A full
// buffer is sealed with AES-256-GCM under a key drawn for this shuffle and
// appended to one unnamed temporary file; the nonce is a counter, never reused.
// Cost: each record is copied twice, and encrypted, written, read and decrypted
// once if the table is large. Tested in tests/transform/shuffle_test.cc.
#include "anon/transform/shuffle.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "anon/secret/reveal_secret.h"
#include "anon/secret/secret_bytes.h"
#include "base/fd.h"
#include "base/status_macros.h"

namespace anon {
namespace {

constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kRowsPerBatch = 8192;

// Bytes of a bucket that wait in the temporary file.
struct Chunk {
  std::uint64_t number = 0;  // the nonce
  off_t offset = 0;
  std::size_t size = 0;  // of the plain text; the tag follows
};

struct Bucket {
  std::string buffer;
  std::vector<Chunk> chunks;
};

struct CipherContextFree {
  void operator()(EVP_CIPHER_CTX* context) const {
    EVP_CIPHER_CTX_free(context);
  }
};

// Seals and opens chunks: text || tag, in place.
class ChunkCipher {
 public:
  explicit ChunkCipher(SecretBytes key)
      : key_(std::move(key)), context_(EVP_CIPHER_CTX_new()) {}

  bool Crypt(const Chunk& chunk, std::string& bytes, bool seal) {
    std::array<unsigned char, 12> nonce{};
    std::memcpy(nonce.data(), &chunk.number, sizeof(chunk.number));
    EVP_CIPHER_CTX* const c = context_.get();
    auto* const text = reinterpret_cast<unsigned char*>(bytes.data());
    auto* const tag = text + chunk.size;
    const auto* const key = reinterpret_cast<const unsigned char*>(
        RevealSecret::Bytes(key_).data());
    int size = 0;
    if (EVP_CipherInit_ex(c, EVP_aes_256_gcm(), nullptr, key, nonce.data(),
                          seal ? 1 : 0) != 1) {
      return false;
    }
    if (!seal &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag) != 1) {
      return false;
    }
    if (EVP_CipherUpdate(c, text, &size, text, static_cast<int>(chunk.size)) !=
            1 ||
        EVP_CipherFinal_ex(c, text + size, &size) != 1) {
      return false;
    }
    return !seal ||
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1;
  }

 private:
  SecretBytes key_;
  std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree> context_;
};

void AppendField(std::string& buffer, std::string_view field) {
  const auto size = static_cast<std::uint32_t>(field.size());
  buffer.append(reinterpret_cast<const char*>(&size), sizeof(size));
  buffer.append(field);
}

std::string_view TakeField(const char*& at) {
  std::uint32_t size = 0;
  std::memcpy(&size, at, sizeof(size));
  const std::string_view field(at + sizeof(size), size);
  at += sizeof(size) + size;
  return field;
}

}  // namespace

struct ShufflingSink::State {
  RecordSink& out;
  std::size_t columns;
  RandomSource& random;
  ShuffleOptions options;
  ChunkCipher cipher;
  std::vector<Bucket> buckets;
  internal::Fd file;  // opened at the first spill
  off_t file_size = 0;
  std::uint64_t next_number = 0;

  absl::Status Spill(Bucket& bucket);
  absl::StatusOr<std::string> Load(Bucket& bucket);
  absl::Status GiveOut(Bucket& bucket);
  absl::Status Failed(std::string_view action) const {
    return IoError(action, options.temporary_directory.string(), errno);
  }
};

absl::Status ShufflingSink::State::Spill(Bucket& bucket) {
  if (!file.ok()) {
    file = internal::Fd(open(options.temporary_directory.c_str(),
                             O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file.ok()) return Failed("open a temporary file in");
  }
  const Chunk chunk{.number = next_number++,
                    .offset = file_size,
                    .size = bucket.buffer.size()};
  bucket.buffer.resize(chunk.size + kTagBytes);
  if (!cipher.Crypt(chunk, bucket.buffer, /*seal=*/true)) {
    return absl::InternalError("shuffle: encryption failed");
  }
  std::string_view rest = bucket.buffer;
  while (!rest.empty()) {
    const ssize_t wrote =
        pwrite(file.get(), rest.data(), rest.size(), file_size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Failed("write a temporary file in");
    rest.remove_prefix(static_cast<std::size_t>(wrote));
    file_size += wrote;
  }
  bucket.chunks.push_back(chunk);
  bucket.buffer.clear();
  return absl::OkStatus();
}

// All bytes of a bucket, in order of arrival.
absl::StatusOr<std::string> ShufflingSink::State::Load(Bucket& bucket) {
  std::string all;
  std::string sealed;
  for (const Chunk& chunk : bucket.chunks) {
    sealed.resize(chunk.size + kTagBytes);
    std::size_t done = 0;
    while (done < sealed.size()) {
      const ssize_t got =
          pread(file.get(), sealed.data() + done, sealed.size() - done,
                chunk.offset + static_cast<off_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return Failed("read a temporary file in");
      done += static_cast<std::size_t>(got);
    }
    if (!cipher.Crypt(chunk, sealed, /*seal=*/false)) {
      return absl::InternalError("shuffle: a temporary file was altered");
    }
    all.append(sealed, 0, chunk.size);
  }
  all += bucket.buffer;
  bucket = Bucket();
  return all;
}

absl::Status ShufflingSink::State::GiveOut(Bucket& bucket) {
  ANON_ASSIGN_OR_RETURN(const std::string bytes, Load(bucket));
  std::vector<std::size_t> starts;
  for (const char* at = bytes.data(); at < bytes.data() + bytes.size();) {
    starts.push_back(static_cast<std::size_t>(at - bytes.data()));
    for (std::size_t c = 0; c < columns; ++c) TakeField(at);
  }
  for (std::size_t i = starts.size(); i > 1; --i) {
    std::swap(starts[i - 1], starts[random.Below(i)]);
  }
  Batch batch;
  for (std::size_t from = 0; from < starts.size(); from += kRowsPerBatch) {
    batch.Reset(columns);
    const std::size_t to = std::min(starts.size(), from + kRowsPerBatch);
    for (std::size_t i = from; i < to; ++i) {
      const char* at = bytes.data() + starts[i];
      for (auto& column : batch.columns) column.push_back(TakeField(at));
      batch.lines.push_back(0);
    }
    ANON_RETURN_IF_ERROR(out.Append(batch));
  }
  return absl::OkStatus();
}

ShufflingSink::ShufflingSink(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ShufflingSink::~ShufflingSink() = default;

absl::StatusOr<std::unique_ptr<ShufflingSink>> ShufflingSink::Create(
    RecordSink& out, std::size_t columns, RandomSource& random,
    const ShuffleOptions& options) {
  if (columns == 0 || options.buckets == 0) {
    return PolicyError("a shuffle needs at least one column and one bucket");
  }
  ANON_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::Random(32, random));
  return std::unique_ptr<ShufflingSink>(
      new ShufflingSink(std::make_unique<State>(State{
          .out = out,
          .columns = columns,
          .random = random,
          .options = options,
          .cipher = ChunkCipher(std::move(key)),
          .buckets = std::vector<Bucket>(options.buckets),
          .file = {},
      })));
}

absl::Status ShufflingSink::Append(const Batch& batch) {
  State& s = *state_;
  for (std::size_t r = 0; r < batch.rows(); ++r) {
    Bucket& bucket = s.buckets[s.random.Below(s.buckets.size())];
    for (const auto& column : batch.columns) {
      AppendField(bucket.buffer, column[r]);
    }
    if (bucket.buffer.size() >= s.options.bucket_buffer_bytes) {
      ANON_RETURN_IF_ERROR(s.Spill(bucket));
    }
  }
  return absl::OkStatus();
}

absl::Status ShufflingSink::Finish() {
  for (Bucket& bucket : state_->buckets) {
    ANON_RETURN_IF_ERROR(state_->GiveOut(bucket));
  }
  return state_->out.Finish();
}

}  // namespace anon
