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
  KeyCheck check{};
};

enum class Need : std::uint8_t { first, newest, sealed };

Error missing(std::uint8_t id, Need need, const std::string& source) {
  std::string why;
  switch (need) {
    case Need::first:
      why = "by which the database finds persons for as long as it lives";
      break;
    case Need::newest:
      why = "with which the database is sealed now";
      break;
    case Need::sealed:
      why = "which the database needs until shubbak keys rotate has come to its end";
      break;
  }
  return Error{Errc::not_found,
               source + " lacks key " + std::to_string(id) + ", " + why + "; put its line back, nothing was changed"};
}

// Is the ring's key of that id the database's?
Status compare(const MasterKey& key, const std::string& source, std::uint8_t id,
               std::span<const unsigned char> check_value) {
  const Result<KeyCheck> check = key_check(key);
  if (!check.ok()) return check.error();
  if (Sealer::same(*check, check_value)) return {};
  return Error{Errc::denied, source + " holds another key " + std::to_string(id) +
                                 " than the one that sealed the database; put the right one back"};
}

std::vector<KnownKey> known_keys(const SQLite::Database& database) {
  std::vector<KnownKey> known;
  SQLite::Statement list = prepare(database, statement("list_seal_keys"));
  Use use(list);
  while (use.next()) {
    KnownKey key{static_cast<std::uint8_t>(use.integer(0)), use.integer(2) > 0};
    const auto check = use.octets(1);
    std::copy_n(check.begin(), std::min(check.size(), key.check.size()), key.check.begin());
    known.push_back(key);
  }
  return known;
}

// Has the ring what the database needs?
Status check_known(const std::vector<KnownKey>& known, const KeyRing& keys, const std::string& source) {
  for (const KnownKey& key : known) {
    if (const MasterKey* here = keys.find(key.id)) {
      if (Status same = compare(*here, source, key.id, key.check); !same.ok()) return same;
    } else if (key.id == known.front().id) {
      return missing(key.id, Need::first, source);
    } else if (key.id == known.back().id) {
      return missing(key.id, Need::newest, source);
    } else if (!key.is_retired) {
      return missing(key.id, Need::sealed, source);
    }
  }
  return {};
}

void add(const SQLite::Database& database, const NumberedKey& key, const KeyCheck& check, WallTime now) {
  SQLite::Statement add_key = prepare(database, statement("add_seal_key"));
  run(add_key, std::int64_t{key.id}, std::span<const unsigned char>(check), now);
}

}  // namespace

Result<KeysInUse> match_keys(const SQLite::Database& database, const KeyRing& keys, const std::string& source,
                             NewKeys new_keys, WallTime now) {
  const std::vector<KnownKey> known = known_keys(database);
  if (Status checked = check_known(known, keys, source); !checked.ok()) return checked.error();
  KeysInUse use;
  if (!known.empty()) use = {known.front().id, known.back().id};
  const std::uint8_t newest_known = use.newest;
  for (const NumberedKey& key : keys.keys()) {
    if (std::ranges::find(known, key.id, &KnownKey::id) != known.end()) continue;
    if (key.id < newest_known) {
      return Error{Errc::invalid, source + ": key " + std::to_string(key.id) +
                                      " is new to the database, which has key " + std::to_string(newest_known) +
                                      " already; a new key has a higher number"};
    }
    if (!known.empty() && new_keys == NewKeys::leave) continue;
    if (!known.empty() && new_keys == NewKeys::refuse) {
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
  const MasterKey* key = keys.find(id);
  if (key == nullptr) return missing(id, Need::first, source);
  if (Status same = compare(*key, source, id, found.octets(1)); !same.ok()) return same.error();
  return KeysInUse{id, id};
}

}  // namespace shubbak::store
