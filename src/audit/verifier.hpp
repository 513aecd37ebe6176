// Is a chain of records whole? Finds what was deleted, edited, reordered and, by the heads that were published, what
// was cut off or written anew. Without a head from outside the database nobody can tell a chain that was rewritten
// from some record to its end, heads in the database included: that is what the heads by SMS are for. Pure. Thread:
// any, one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/record.hpp"

namespace shubbak::audit {

// The end of the chain at some time, as somebody outside may hold it.
struct Head {
  static constexpr std::size_t digits_min = 16;  // 64 bits: what an SMS carries
  std::int64_t number = 0;                       // from 1: of an empty chain there is no head
  std::string hash;                              // the first 16 to 64 hexadecimal digits, lower case
  std::string where;                             // where it comes from, for the message: "published on 2026-11-25"
};
// "1234:0123456789abcdef". Error (malformed): what it must look like.
Result<Head> parse_head(std::string_view text);

enum class FaultKind : std::uint8_t {
  gap,            // there is no record of that number, but later ones
  edited,         // it does not follow from the record before it
  reordered,      // the same, and it does follow from another one
  truncated,      // the chain ends before the record of a published head
  head_mismatch,  // a published head is of another record of that number
};
struct Fault {
  FaultKind kind;
  std::int64_t number;  // of the first record that is wrong
  std::string message;  // with the number
};

class Verifier {
 public:
  // `from`: up to it the chain is known to be whole.
  Verifier(HashFunction hash, std::vector<Head> heads, const Position& from = {});

  // Records in ascending order of their numbers, all of them. The first fault ends it: nothing is added after it.
  std::optional<Fault> add(const Record& record);
  // After the last record.
  [[nodiscard]] std::optional<Fault> finish() const;

  [[nodiscard]] const Position& position() const { return position_; }
  [[nodiscard]] std::size_t heads_met() const { return next_head_; }

 private:
  std::optional<Fault> meet_heads();

  Chain chain_;
  std::vector<Head> heads_;  // by number
  std::size_t next_head_ = 0;
  Position position_;
};

// Tells `reordered` from `edited`: the record that a Verifier found at fault is shown every record of the chain.
class Misplaced {
 public:
  Misplaced(HashFunction hash, Record record) : chain_(std::move(hash)), record_(std::move(record)) {}
  // True: the record follows from that one, so it stands in another's place.
  bool follows(const Record& other);
  [[nodiscard]] Fault fault() const;

 private:
  bool follows_as(const Hash& before, std::int64_t number);

  Chain chain_;
  Record record_;
};

// All at once, of records in memory.
std::optional<Fault> verify(std::span<const Record> records, std::vector<Head> heads, const HashFunction& hash);

}  // namespace shubbak::audit
