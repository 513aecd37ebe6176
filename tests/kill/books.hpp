// The books on both sides, held against each other and against what the phones were told: the ledger and the payments
// of the daemon's database, and the sample companies' exports. Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "store/bank_card.hpp"
#include "store/payment.hpp"
#include "tests/kill/phones.hpp"
#include "tests/kill/town.hpp"

namespace shubbak::kill {

constexpr std::string_view gateway_name = "sample";  // in the deployment

struct Posted {  // a row of a company's export
  std::string company;
  std::string reference;
  std::string account;
  std::int64_t minor = 0;
};
struct CompanyBooks {
  std::vector<Posted> posted;
  std::int64_t counted = 0;  // by the companies themselves (/v1/stats)
};
// Of all companies, from that day until now. Ends the program with a message if one does not answer.
CompanyBooks ask_companies(const std::vector<std::string>& urls, std::chrono::sys_days from);

struct OurPayment {
  std::size_t citizen = 0;
  store::StoredPayment payment;
};
struct OurBooks {
  std::vector<OurPayment> payments;
  std::vector<store::StoredCharge> charges;
  std::int64_t from_gateway_minor = 0;  // by the ledger
  std::int64_t in_dispute_minor = 0;    // likewise
  std::vector<std::string> faults;      // of the ledger itself, and of cards that do not hold what they must
  [[nodiscard]] std::size_t count(ledger::State state) const;
};
// Of the database in that folder, which no process has open; of a copy, so that it is left as the kill left it.
OurBooks read_database(const std::string& folder, const Town& town, const Phones& phones);

enum class Moment : std::uint8_t {
  killed,  // payments may be open, and phones may not know yet
  over,    // every payment is over and its phone knows
};
// One line for each thing that does not agree. None: the books are equal.
std::vector<std::string> compare(const Town& town, const Phones& phones, const OurBooks& ours,
                                 const CompanyBooks& theirs, Moment moment);

// Does its phone know how that payment ended? False also for one that was never asked for.
bool is_told(const Phones& phones, const OurPayment& ours);

}  // namespace shubbak::kill
