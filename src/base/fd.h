// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a file descriptor that closes itself.
#ifndef ANON_SRC_BASE_FD_H_
#define ANON_SRC_BASE_FD_H_

#include <unistd.h>

#include <utility>

namespace anon::internal {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }

  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_FD_H_
