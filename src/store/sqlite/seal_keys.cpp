#include "store/sqlite/seal_keys.hpp"

#include <algorithm>
#include <vector>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

struct KnownKey {
  std::uint8_t id = 0;
  bool is_retired = false;  // seals nothing any more
};

Error missing(std::uint8_t id, const std::string& source) {
  return Error{Errc::not_found, source + " lacks key " + std::to_string(id) +
                                    ", which the database needs; put its line back, nothing was changed"};
}

// Is the ring's key of that id the database's?
Status compare(const KeyRing& keys, const std::string& source, std::uint8_t id,
               std::span<const unsigned char> check_value) {
  const Result<KeyCheck> check = key_check(*keys.find(id));
  if (!check.ok()) return check.error();
  if (std::ranges::equal(*check, check_value)) return {};
  return Error{Errc::denied, source + " holds another key " + std::to_string(id) +
                                 " than the one that sealed the database; put the right one back"};
}

Result<std::vector<KnownKey>> known_keys(const SQLite::Database& database, const KeyRing& keys,
                                         const std::string& source) {
  std::vector<KnownKey> known;
  SQLite::Statement list = prepare(database, statement("list_seal_keys"));
  Use use(list);
  while (use.next()) {
    const KnownKey key{static_cast<std::uint8_t>(use.integer(0)), use.integer(2) != 0};
    const bool is_needed = known.empty() || !key.is_retired;
    if (keys.find(key.id) == nullptr) {
      if (is_needed) return missing(key.id, source);
    } else if (Status same = compare(keys, source, key.id, use.octets(1)); !same.ok()) {
      return same.error();
    }
    known.push_back(key);
  }
  // It seals; sealing anew never retires it.
  if (!known.empty() && keys.find(known.back().id) == nullptr) return missing(known.back().id, source);
  return known;
}

void add(const SQLite::Database& database, const NumberedKey& key, const KeyCheck& check, WallTime now) {
  SQLite::Statement add_key = prepare(database, statement("add_seal_key"));
  run(add_key, std::int64_t{key.id}, std::span<const unsigned char>(check), now);
}

}  // namespace

Result<KeysInUse> match_keys(const SQLite::Database& database, const KeyRing& keys, const std::string& source,
                             NewKeys new_keys, WallTime now) {
  const Result<std::vector<KnownKey>> known = known_keys(database, keys, source);
  if (!known.ok()) return known.error();
  KeysInUse use;
  if (!known->empty()) use = {known->front().id, known->back().id};
  const std::uint8_t newest_known = use.newest;
  for (const NumberedKey& key : keys.keys()) {
    if (std::ranges::find(*known, key.id, &KnownKey::id) != known->end()) continue;
    if (key.id < newest_known) {
      return Error{Errc::invalid, source + ": key " + std::to_string(key.id) +
                                      " is new to the database, which has key " + std::to_string(newest_known) +
                                      " already; a new key has a higher number"};
    }
    if (!known->empty() && new_keys == NewKeys::leave) continue;
    if (!known->empty() && new_keys == NewKeys::refuse) {
      return Error{Errc::unavailable, source + ": key " + std::to_string(key.id) +
                                          " is not in use yet: restart shubbakd first, so that it opens what that " +
                                          "key seals"};
    }
    const Result<KeyCheck> check = key_check(key.key);
    if (!check.ok()) return check.error();
    add(database, key, *check, now);
    if (use.first == 0) use.first = key.id;
    use.newest = key.id;
  }
  return use;
}

Result<KeysInUse> match_first_key(const SQLite::Database& database, const KeyRing& keys, const std::string& source) {
  SQLite::Statement find = prepare(database, statement("find_first_seal_key"));
  Use found(find);
  if (!found.next()) return Error{Errc::not_found, "the database has no key yet"};
  const auto id = static_cast<std::uint8_t>(found.integer(0));
  if (keys.find(id) == nullptr) return missing(id, source);
  if (Status same = compare(keys, source, id, found.octets(1)); !same.ok()) return same.error();
  return KeysInUse{id, id};
}

}  // namespace shubbak::store
