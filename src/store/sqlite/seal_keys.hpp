// Which keys a database knows, and what they do there. Private to store/sqlite. All throw SQLite::Exception.
//
// A database knows a key since a daemon was started with it (NewKeys::take). Only such a key seals: so nothing is
// sealed that a running daemon cannot open.
#pragma once

#include <cstdint>
#include <string>

#include <SQLiteCpp/Database.h>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "store/key_file.hpp"
#include "store/seal.hpp"

namespace shubbak::store {

// What becomes of keys that the database does not know. One that knows none takes all in any case.
enum class NewKeys : std::uint8_t { take, leave, refuse };

// Within a transaction; nothing is written where it fails. `source` names where the keys are from. Errors: denied: a
// key is another one than the database knows under its id; not_found: one that the database needs is missing;
// invalid: a new one has no higher id than the known ones; unavailable: a new one is refused.
Result<KeysInUse> match_keys(const SQLite::Database& database, const KeyRing& keys, const std::string& source,
                             NewKeys new_keys, WallTime now);

// For who makes indexes only, also of older databases: reads. Errors: denied and not_found as above; not_found also
// where the database knows no key.
Result<KeysInUse> match_first_key(const SQLite::Database& database, const KeyRing& keys, const std::string& source);

}  // namespace shubbak::store
