// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the write-only side over any store.
#ifndef ANON_SRC_VAULT_VAULT_SINK_H_
#define ANON_SRC_VAULT_VAULT_SINK_H_

#include <memory>
#include <string>

#include "anon/secret/deletion_sink.h"
#include "vault/store.h"

namespace anon::internal {

std::unique_ptr<DeletionSink> MakeVaultSink(std::unique_ptr<Store> store,
                                            std::string actor);

// `actor`, or the number of the user.
std::string ActorOr(std::string actor);

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_VAULT_SINK_H_
