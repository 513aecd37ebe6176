#include "store/sqlite/seal_keys.hpp"

#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

Result<std::uint8_t> find_key(const SQLite::Database& database, const MasterKey& key, const std::string& key_file) {
  const Result<KeyCheck> check = key_check(key);
  if (!check.ok()) return check.error();
  const std::span<const unsigned char> check_value(*check);
  SQLite::Statement find = prepare(database, statement("find_seal_key"));
  Use found(find, check_value);
  if (found.next()) return static_cast<std::uint8_t>(found.integer(0));
  SQLite::Statement count = prepare(database, statement("count_seal_keys"));
  Use counted(count);
  counted.next();
  if (counted.integer(0) == 0) return Error{Errc::not_found, "the database has no key yet"};
  return Error{Errc::denied, "the key file " + key_file +
                                 " holds another key than the one that sealed the database; " +
                                 "put the right key file back"};
}

Result<std::uint8_t> find_or_add_key(const SQLite::Database& database, const MasterKey& key,
                                     const std::string& key_file, WallTime now) {
  Result<std::uint8_t> found = find_key(database, key, key_file);
  if (found.ok() || found.error().code != Errc::not_found) return found;
  const Result<KeyCheck> check = key_check(key);
  if (!check.ok()) return check.error();
  constexpr std::uint8_t first_key_id = 1;
  SQLite::Statement add = prepare(database, statement("add_seal_key"));
  run(add, std::int64_t{first_key_id}, std::span<const unsigned char>(*check), now);
  return first_key_id;
}

}  // namespace shubbak::store
