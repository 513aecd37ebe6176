// What the sample company does wrong on purpose, by account or national number (the table in samples/README.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "samples/sample_company/reply.hpp"

namespace shubbak::samples {

enum class Misbehaviour : std::uint8_t {
  hangs = 1,      // never answers
  resets,         // resets the connection
  answers_twice,  // the right answer, two times
  late,           // the right answer, late
  huge,           // 10 MB
  garbage,        // status 200, a body that is not JSON
  wrong_types,    // JSON with numbers as texts and texts as numbers
  somebody_else,  // another account's data
  status_500,
  html,                // status 200, an HTML page
  half,                // half an answer, then closes
  not_http,            // octets that are not HTTP
  endless_headers,     // 10 MB of headers
  other_currency,      // amounts in EGP
  ten_thousand,        // a list of 10,000 entries
  control_characters,  // texts that would garble a screen
  deep,                // JSON nested 1,000 deep
  drips,               // the right answer, one octet every 50 ms
  redirects,           // 302 to another address
  closes,              // closes without an answer
};
constexpr std::uint64_t misbehaving_first = 9'000'001;  // account of Misbehaviour::hangs, and so on upward
constexpr std::uint64_t misbehaving_last = misbehaving_first + 19;

// Of accounts that are right in everything but in how a payment on them is answered.
enum class PaidMisbehaviour : std::uint8_t {
  pays_then_hangs = 1,  // posts, never answers
  hangs_before,         // never answers, keeps nothing
  pays_late,            // the right answer, late
  other_reference,      // posts, and names another reference
  garbage_after_posting,
  status_500_after_posting,
  status_unknown_for_a_while,  // posts, never answers; the first three times its status is asked: 503
  declines,                    // right, but the account is closed
};
constexpr std::uint64_t misbehaving_when_paid_first = misbehaving_last + 1;  // account of pays_then_hangs, and so on
constexpr std::uint64_t misbehaving_when_paid_last = misbehaving_when_paid_first + 7;

std::optional<PaidMisbehaviour> misbehaviour_when_paid(std::string_view account);
// Of a payment of that amount: the account that all water for tankers is paid onto is right but for one of these.
constexpr std::int64_t misbehaving_fill_minor = 6'500;  // pays_then_hangs
std::optional<PaidMisbehaviour> misbehaviour_when_paid(std::string_view account, std::int64_t amount_minor);
std::optional<Misbehaviour> misbehaviour_of_account(std::string_view account);
// A person for whom something goes wrong: "0000" + misbehaving account, at every company; "0001" + ..., at the first
// company only; "0002" + ..., when the account is asked for, which the first company lists. With a number of Kuwait's
// form "2000101" + '0', the digit that is fourth above, the account's last two and any check digit; of Egypt's
// "2000101" + "01", that digit, the account's last two and any two.
struct OddPerson {
  char where;           // '0', '1' or '2'
  std::string account;  // that misbehaves; with '2' also when paid
};
std::optional<OddPerson> odd_person(std::string_view national_id);
// What the search by person does wrong.
std::optional<Misbehaviour> misbehaviour_of_person(std::string_view national_id, std::uint64_t company_index);

// The right answer bent into the wrong one, for those that differ in the body or status only.
Reply bend(Misbehaviour misbehaviour, Reply right);
Reply bend(PaidMisbehaviour misbehaviour, Reply right);

}  // namespace shubbak::samples
