#include "tests/kill/gateway_books.hpp"

#include <map>
#include <set>
#include <sstream>

#include "tests/kill/fetch.hpp"
#include "tests/under_test/process.hpp"

namespace shubbak::kill {
namespace {

using payments::ChargeUse;

std::string show(const GatewayCharge& one) {
  return "charge " + one.transaction + " of " + std::to_string(one.minor) + " for order " + one.reference;
}

}  // namespace

std::vector<GatewayCharge> ask_gateway(const std::string& url) {
  std::istringstream table(fetch(url + "/v1/charges", {}));
  std::vector<GatewayCharge> charges;
  std::string line;
  std::getline(table, line);  // the head
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    GatewayCharge& one = charges.emplace_back();
    std::string minor;
    std::string currency;
    std::string acknowledged;
    std::getline(fields, one.transaction, ',');
    std::getline(fields, one.reference, ',');
    std::getline(fields, minor, ',');
    std::getline(fields, currency, ',');
    std::getline(fields, acknowledged, ',');
    if (minor.empty() || acknowledged.empty()) under_test::die("not a line of the gateway's table: " + line);
    one.minor = std::stoll(minor);
    one.is_acknowledged = acknowledged == "1";
  }
  return charges;
}

std::vector<std::string> compare_charges(const OurBooks& ours, const std::vector<GatewayCharge>& theirs,
                                         Reached reached) {
  std::vector<std::string> faults;
  std::map<std::string, const GatewayCharge*> taken;
  for (const GatewayCharge& one : theirs) taken[one.transaction] = &one;
  std::map<std::string, const store::StoredPayment*> payments;
  for (const OurPayment& one : ours.payments) payments[one.payment.key] = &one.payment;

  std::set<std::string> in_books;
  std::int64_t altogether = 0;
  std::int64_t disputed = 0;
  for (const store::StoredCharge& one : ours.charges) {
    const std::string what = "charge " + one.transaction + " in the books";
    altogether += one.amount.minor;
    disputed += one.use == ChargeUse::disputed ? one.amount.minor : 0;
    if (!in_books.insert(one.transaction).second) faults.push_back(what + " is there twice");
    const auto found = taken.find(one.transaction);
    if (found == taken.end()) {
      faults.push_back(what + ", and the gateway has not taken it");
      continue;
    }
    if (found->second->minor != one.amount.minor || found->second->reference != one.reference)
      faults.push_back(what + " is not " + show(*found->second));
    const auto paid = payments.find(one.reference);
    if (one.use == ChargeUse::pays && (paid == payments.end() || paid->second->amount != one.amount))
      faults.push_back(what + " pays, and there is no such payment");
    if (one.use != ChargeUse::pays && paid != payments.end())
      faults.push_back(what + " does not pay, and there is a payment of its key");
  }
  for (const GatewayCharge& one : theirs) {
    const bool must_be_there = one.is_acknowledged || reached == Reached::all;
    if (must_be_there && !in_books.contains(one.transaction))
      faults.push_back(show(one) + (one.is_acknowledged ? " was acknowledged" : "") + ", and is not in the books");
  }
  if (ours.from_gateway_minor != altogether)
    faults.push_back("the ledger has " + std::to_string(ours.from_gateway_minor) +
                     " from the gateway, and charges of " + std::to_string(altogether));
  if (ours.in_dispute_minor != disputed)
    faults.push_back("the ledger has " + std::to_string(ours.in_dispute_minor) + " in dispute, and charges of " +
                     std::to_string(disputed));
  return faults;
}

}  // namespace shubbak::kill
