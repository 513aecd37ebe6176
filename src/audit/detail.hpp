// What is told of an act beside who, what and whom: a small JSON object with keys of a closed list, each with values
// of its own form, so that no name of a citizen, number or free text gets in. Pure. Thread: any, one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/result.hpp"

namespace shubbak::audit {

enum class Key : std::uint8_t {
  was,          // word: the state before
  reason,       // word
  channel,      // word: ussd, sms
  purpose,      // word: what a code or PIN was for
  role,         // word
  company,      // name out of the configuration
  directorate,  // name
  office,       // of a counter: named as an account is
  author,       // whose publication: as a staff account's name
  publication,  // count: its number
  proposal,     // count: its number
  note_octets,  // count: how long the note of a publication is
  tries,        // count
  seconds,      // count: how long a lock or a hold lasts
  fields,       // count: how many were sealed anew
  service,      // word: what an agent has carried out
  seal,         // hash: of the ledger
  amount,       // amount: minor units, as the ledger has them; so what may have more digits than a count
  vouchers,     // count
  first,        // count: a voucher's number in its batch
  last,         // count: likewise
  print_file,   // hash: of the file, as it was written
  day,          // amount: of a calendar, such as 20261126
  lines,        // amount: of a file
  cases,        // count: that were opened
  file,         // hash: of the file
  case_number,  // amount: without its check digit
  payment,      // amount: its number, likewise
  expected,     // amount: what there should have been
  // Of a roll-out switch, as it is and as it was.
  share,  // count: percent of the numbers
  from,   // time
  until,  // time: the first moment at which it is off again
  was_share,
  was_from,
  was_until,
  // Of a poll.
  choices,  // count
  days,     // count: how long a round is
  least,    // count: answers that are told of
  round,    // count: its number
  gallons,  // amount: of water
  main,     // amount: the case that another is joined to, or was, without its check digit
};

class Detail {
 public:
  static constexpr std::size_t octets_max = 512;
  static constexpr std::int64_t count_max = 999'999;  // six digits: neither a phone's nor a person's number

  Detail& add(Key key, std::int64_t count);
  Detail& add(Key key, std::string_view text);

  // {"was":"pending"}: without blanks, keys in the order of add(). Errors (invalid): a key twice, or a value that is
  // not of its key's form; (limit): longer than octets_max. The message names the key, never the value.
  [[nodiscard]] Result<std::string> json() const;

 private:
  std::vector<std::pair<Key, std::variant<std::int64_t, std::string>>> entries_;
};

// 1 to 64 octets that name an account, an operator or a Unix user: no control character, quote or backslash, no sign
// in front that makes a formula of it in a table, and six digits at most, in whatever script, so that no phone's or
// person's number passes for one.
bool is_account_name(std::string_view text);

}  // namespace shubbak::audit
