// SPDX-License-Identifier: Apache-2.0
//
// URLs that let someone in: a user and password before the host, or a query
// that carries a session, a token or a key.
#include "residue/detector.h"

namespace anon::internal {
namespace {

constexpr std::string_view kSecretKeys[] = {
    "token",     "access_token",   "refresh_token",
    "id_token",  "auth",           "session",
    "sessionid", "session_id",     "sid",
    "key",       "api_key",        "apikey",
    "password",  "passwd",         "pwd",
    "secret",    "signature",      "sig",
    "code",      "ticket",         "jsessionid",
    "phpsessid", "x-amz-signature"};

constexpr std::size_t kShortestSecret = 8;

bool IsSecretKey(std::string_view key) {
  for (const std::string_view known : kSecretKeys) {
    if (key == known) return true;
  }
  return false;
}

// Whether the part after '?', '#' or ';' has a secret.
bool QueryHasSecret(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = query.find_first_of("&;#?");
    const std::string_view pair = query.substr(0, end);
    const std::size_t equal = pair.find('=');
    if (equal != std::string_view::npos &&
        pair.size() - equal - 1 >= kShortestSecret &&
        IsSecretKey(pair.substr(0, equal))) {
      return true;
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

void FindUrlSecrets(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.lower();
  for (std::size_t at = text.find("://"); at != std::string_view::npos;
       at = text.find("://", at + 3)) {
    std::size_t begin = at;
    while (begin > 0 && IsLetter(text[begin - 1])) --begin;
    std::size_t end = at + 3;
    while (end < text.size() && text[end] > ' ' && text[end] < 0x7F &&
           text[end] != '"' && text[end] != '<' && text[end] != '>') {
      ++end;
    }
    const std::string_view rest = text.substr(at + 3, end - at - 3);
    const std::size_t path = rest.find_first_of("/?#");
    const std::string_view authority = rest.substr(0, path);
    const std::size_t user = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    const bool credentials = user != std::string_view::npos && colon < user &&
                             colon > 0 && colon + 1 < user;
    const std::size_t query = rest.find_first_of("?#;");
    if (begin < at &&
        (credentials || (query != std::string_view::npos &&
                         QueryHasSecret(rest.substr(query + 1))))) {
      AddCertain(kUrlSecret, begin, end, matches);
    }
  }
}

}  // namespace anon::internal
