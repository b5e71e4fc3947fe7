// SPDX-License-Identifier: Apache-2.0
#include "anon/vault/sqlite_vault.h"
