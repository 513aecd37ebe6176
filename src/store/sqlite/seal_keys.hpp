// Which key a database was made with. Private to store/sqlite. Both throw SQLite::Exception.
#pragma once

#include <cstdint>
#include <string>

#include <SQLiteCpp/Database.h>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "store/key_file.hpp"

namespace shubbak::store {

// The id under which the key seals there. Errors: denied: another key sealed it; not_found: none has.
Result<std::uint8_t> find_key(const SQLite::Database& database, const MasterKey& key, const std::string& key_file);
// The same; a database that has no key takes this one. Within a transaction.
Result<std::uint8_t> find_or_add_key(const SQLite::Database& database, const MasterKey& key,
                                     const std::string& key_file, WallTime now);

}  // namespace shubbak::store
