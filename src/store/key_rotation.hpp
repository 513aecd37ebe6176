// Which key seals what in a database, and sealing anew with the newest key what older ones have sealed, beside
// running daemons: in small transactions, each good by itself, so that an end at any point is harmless and the next
// run goes on. What daemons write meanwhile is sealed with the newest key and left alone. A connection of its own.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "store/key_file.hpp"

namespace shubbak::store {

// One that the database knows.
struct KeyUse {
  std::uint8_t id = 0;
  WallTime since;                                                   // known
  std::vector<std::pair<std::string_view, std::int64_t>> fields{};  // what it seals, and how many: "national numbers"
  bool is_retired = false;                                          // a rotation found that it seals nothing any more
};

struct RotationProgress {
  std::string_view what;         // as in KeyUse
  std::int64_t sealed_anew = 0;  // of these, by this run
};

struct RotationOutcome {
  std::uint8_t newest = 0;
  std::int64_t sealed_anew = 0;
  std::int64_t damaged = 0;    // do not open, and were left as they are
  std::int64_t remaining = 0;  // are sealed by older keys still, at least; the damaged ones too
};

class KeyRotation {
 public:
  static constexpr std::int64_t rows_at_once = 500;

  // The database is brought up to date. With `takes_new_keys` a key that the database does not know comes into use;
  // no daemon may run then that was started without it. Errors: not_found: no such database, or a key that it needs
  // is missing; denied: a key is not the database's; unavailable: a key is not in use yet.
  static Result<std::unique_ptr<KeyRotation>> open(const std::string& path, const KeySource& source,
                                                   bool takes_new_keys);
  KeyRotation(const KeyRotation&) = delete;
  KeyRotation& operator=(const KeyRotation&) = delete;
  ~KeyRotation();

  // May the database be opened with these keys? Errors of open(). Writes nothing.
  static Status check(const std::string& path, const KeySource& source);
  // The lowest key first. Needs no keys, and writes nothing.
  static Result<std::vector<KeyUse>> status(const std::string& path);

  // `tell` is called after each transaction, and with `what` "keys" when what older ones seal has been counted. Where
  // something was sealed anew, the audit trail is told. Durable on return.
  using Tell = std::function<void(const RotationProgress&)>;
  Result<RotationOutcome> rotate(const Actor& by, const Tell& tell);

 private:
  struct Parts;
  explicit KeyRotation(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
