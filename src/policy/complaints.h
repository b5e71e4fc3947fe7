// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: everything that is wrong with one policy file.
#ifndef ANON_SRC_POLICY_COMPLAINTS_H_
#define ANON_SRC_POLICY_COMPLAINTS_H_

#include <yaml-cpp/mark.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"

namespace anon::internal {

// A name as a message may show it: on one line, without control characters, and
// not too long.
std::string Shown(std::string_view name);

// Collects complaints with their places, so that a user mends a file once and
// not once per error. Places come as yaml-cpp marks: lines from 0, columns in
// bytes from 0.
class Complaints {
 public:
  // `text` is what was given to yaml-cpp and must outlive this.
  Complaints(std::string file, std::string_view text);

  // `sentence` says what is wrong and what to write instead.
  void Add(const YAML::Mark& mark, std::string_view sentence);

  // The same for byte `offset` of the text.
  void AddAtOffset(std::size_t offset, std::string_view sentence);

  Place PlaceOf(const YAML::Mark& mark) const;
  std::size_t size() const { return found_.size(); }

  // OK, or all complaints in the order of the file, one a line.
  absl::Status ToStatus() const;

 private:
  struct Complaint {
    Place place;
    std::string sentence;
  };
  std::string file_;
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::vector<Complaint> found_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_COMPLAINTS_H_
