#include "tests/kill/books.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>

#include <boost/json.hpp>

#include "cli/open_store.hpp"
#include "payments/receipt.hpp"
#include "samples/sample_company/iso_time.hpp"
#include "store/ledger_book.hpp"
#include "tests/kill/fetch.hpp"
#include "tests/under_test/process.hpp"

namespace shubbak::kill {
namespace {

namespace fs = std::filesystem;
using ledger::State;
using under_test::die;

constexpr std::size_t page_rows = 500;

Posted posted_of(const std::string& company, const std::string& line) {
  std::istringstream fields(line);
  Posted row{.company = company, .reference = {}, .account = {}};
  std::string minor;
  std::getline(fields, row.reference, ',');
  std::getline(fields, row.account, ',');
  std::getline(fields, minor, ',');
  const auto [end, failed] = std::from_chars(minor.data(), minor.data() + minor.size(), row.minor);
  if (failed != std::errc() || end != minor.data() + minor.size()) die("not a line of an export: " + line);
  return row;
}

std::string show(const OurPayment& ours, const Town& town) {
  const store::StoredPayment& one = ours.payment;
  return "payment " + std::to_string(one.number) + " (" + one.key + ") of phone " +
         std::to_string(town.citizens[ours.citizen].msisdn.value() % 10'000) + ", " + format_amount(one.amount) +
         " to " + one.account;
}

class Comparison {
 public:
  Comparison(const Town& town, const Phones& phones, const OurBooks& ours, const CompanyBooks& theirs, Moment moment)
      : town_(town), phones_(phones), ours_(ours), theirs_(theirs), moment_(moment), faults_(ours.faults) {
    for (const OurPayment& one : ours.payments) {
      by_key_[one.payment.key] = &one;
      by_number_[one.payment.number] = &one;
    }
  }

  std::vector<std::string> run() {
    companies();
    payments();
    for (std::size_t citizen = 0; citizen < town_.citizens.size(); ++citizen) told(citizen);
    return std::move(faults_);
  }

 private:
  // What a company has posted is here, as it was asked for, once; at the end it is settled.
  void companies() {
    if (theirs_.counted != static_cast<std::int64_t>(theirs_.posted.size()))
      faults_.push_back("the companies count " + std::to_string(theirs_.counted) + " payments and export " +
                        std::to_string(theirs_.posted.size()));
    for (const Posted& row : theirs_.posted) {
      const std::string what = row.company + " has " + row.reference + " of " + std::to_string(row.minor);
      if (!posted_[row.reference]) {
        posted_[row.reference] = &row;
      } else {
        faults_.push_back(what + " twice");
      }
      const auto found = by_key_.find(row.reference);
      if (found == by_key_.end()) {
        faults_.push_back(what + " and the ledger has not");
        continue;
      }
      const store::StoredPayment& one = found->second->payment;
      if (one.company != row.company || one.account != row.account || one.amount.minor != row.minor)
        faults_.push_back(what + " on " + row.account + ", not as " + show(*found->second, town_));
      if (one.state != State::posted && one.state != State::reserved)
        faults_.push_back(what + ", and " + show(*found->second, town_) + " is released");
    }
  }

  // What is settled is at the company; one confirm screen paid once; at the end nothing is open or untold.
  void payments() {
    std::map<std::pair<std::size_t, std::int64_t>, int> of_screen;
    for (const OurPayment& one : ours_.payments) {
      const std::string what = show(one, town_);
      const State state = one.payment.state;
      if (state == State::posted && !posted_.contains(one.payment.key))
        faults_.push_back(what + " is settled, and the company has not posted it");
      if (++of_screen[{one.citizen, one.payment.amount.minor}] == 2)
        faults_.push_back(what + " is not the only one of its confirm screen");
      const Attempt* const attempt = attempt_of(one);
      if (attempt == nullptr || !attempt->begun) faults_.push_back(what + " was never authorised");
      if (state == State::posted && attempt != nullptr && attempt->told_not_paid)
        faults_.push_back(what + " is settled, and its phone was told that it was not paid");
      if (moment_ != Moment::over) continue;
      if (state == State::reserved) faults_.push_back(what + " is not over");
      if (!is_told(phones_, one)) faults_.push_back(what + " is over, and its phone does not know how it ended");
    }
  }

  // What a phone was told of is that very payment, settled; no confirm screen has two receipts.
  void told(std::size_t citizen) {
    for (const Attempt& attempt : phones_.attempts(citizen)) {
      const std::string where =
          "phone " + std::to_string(town_.citizens[citizen].msisdn.value() % 10'000) + " was told ";
      if (attempt.receipts.size() > 1) faults_.push_back(where + "two receipts for one confirm screen");
      for (const ToldReceipt& receipt : attempt.receipts) {
        const std::string what = where + "receipt " + receipt.number + " for " + std::to_string(attempt.minor);
        const auto number = payments::parse_receipt_number(receipt.number);
        const auto found = number ? by_number_.find(*number) : by_number_.end();
        if (found == by_number_.end()) {
          faults_.push_back(what + ", and the ledger has no such payment");
          continue;
        }
        const OurPayment& one = *found->second;
        if (one.payment.state != State::posted) faults_.push_back(what + ", and it is not settled");
        if (one.citizen != citizen || one.payment.amount.minor != attempt.minor ||
            one.payment.account != town_.citizens[citizen].account || one.payment.check_code != receipt.check)
          faults_.push_back(what + ", which is that of " + show(one, town_));
      }
    }
  }

  [[nodiscard]] const Attempt* attempt_of(const OurPayment& one) const {
    const auto& attempts = phones_.attempts(one.citizen);
    const auto index = static_cast<std::size_t>(one.payment.amount.minor / minor_per_pound) - 1;
    return index < attempts.size() ? &attempts[index] : nullptr;
  }

  const Town& town_;
  const Phones& phones_;
  const OurBooks& ours_;
  const CompanyBooks& theirs_;
  Moment moment_;
  std::map<std::string, const OurPayment*> by_key_;
  std::map<std::int64_t, const OurPayment*> by_number_;
  std::map<std::string, const Posted*> posted_;
  std::vector<std::string> faults_;
};

void read_payments(store::Store& store, const Town& town, OurBooks& books) {
  std::map<std::uint64_t, std::size_t> by_phone;
  std::map<std::string, const Citizen*> persons;  // by card
  for (std::size_t i = 0; i < town.citizens.size(); ++i) {
    by_phone[town.citizens[i].msisdn.value()] = i;
    persons[town.citizens[i].wallet.number] = &town.citizens[i];
  }
  for (const auto& [wallet, citizen] : persons) {
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    for (std::size_t rows = page_rows; rows == page_rows;) {
      auto page = store.payments().payments_of(citizen->person, before, page_rows);
      if (!page) die(page.error().message);
      rows = page->size();
      if (rows > 0) before = page->back().number;
      for (store::StoredPayment& one : *page)
        books.payments.push_back({by_phone.at(one.msisdn->value()), std::move(one)});
    }
  }
}

// And whose card each of them went to, if to one.
void read_charges(store::Store& store, OurBooks& books) {
  std::int64_t after = 0;
  for (std::size_t rows = page_rows; rows == page_rows;) {
    auto page = store.bank_cards().charges(false, after, page_rows);
    if (!page) die(page.error().message);
    rows = page->size();
    if (rows > 0) after = page->back().number;
    std::ranges::move(*page, std::back_inserter(books.charges));
  }
  const auto held = [&](ledger::AccountKind kind) {
    const auto account = store.ledger().find_ledger_account({kind, std::string(gateway_name), Currency::SYP});
    if (!account) die(account.error().message);
    return *account ? ledger::held((*account)->account) : 0;
  };
  books.from_gateway_minor = -held(ledger::AccountKind::suspense);
  books.in_dispute_minor = held(ledger::AccountKind::pending);
}

// A card holds what was put in and what its vouchers and bank cards brought, less what was settled; what is open is
// set aside.
void check_cards(store::Store& store, const Town& town, const Phones& phones, OurBooks& books) {
  std::map<std::string, std::int64_t> held;
  std::map<std::string, std::int64_t> reserved;
  std::map<std::string, const Citizen*> owners;
  for (std::size_t i = 0; i < town.citizens.size(); ++i) {
    const Citizen& citizen = town.citizens[i];
    if (owners.try_emplace(citizen.wallet.number, &citizen).second) held[citizen.wallet.number] = card_minor;
    for (const Attempt& attempt : phones.attempts(i)) {
      if (!attempt.voucher || !attempt.begun) continue;
      const auto number = static_cast<std::int64_t>(*attempt.voucher) + 1;
      const auto voucher = store.vouchers().find_voucher({town.voucher_batch, number});
      if (!voucher || !*voucher) die("a voucher cannot be read");
      if ((*voucher)->state == vouchers::VoucherState::redeemed) held[citizen.wallet.number] += voucher_minor;
    }
  }
  for (const store::StoredCharge& one : books.charges) {
    if (one.use == payments::ChargeUse::disputed) continue;
    const auto order = store.bank_cards().find_order(one.reference);
    if (!order || !*order) die("the order of a charge cannot be read");
    held[(*order)->wallet.number] += one.amount.minor;
  }
  for (const OurPayment& one : books.payments) {
    const std::string& wallet = town.citizens[one.citizen].wallet.number;
    if (one.payment.state == State::posted) held[wallet] -= one.payment.amount.minor;
    if (one.payment.state == State::reserved) reserved[wallet] += one.payment.amount.minor;
  }
  for (const auto& [number, citizen] : owners) {
    const auto account = store.ledger().find_ledger_account(store::account_of(citizen->wallet));
    if (!account || !*account) die("a card cannot be read");
    const ledger::Account& card = (*account)->account;
    if (ledger::held(card) != held[number] || card.balance.debits_pending != reserved[number])
      books.faults.push_back("card " + number + " holds " + std::to_string(ledger::held(card)) + " with " +
                             std::to_string(card.balance.debits_pending) + " set aside, not " +
                             std::to_string(held[number]) + " with " + std::to_string(reserved[number]));
  }
}

}  // namespace

CompanyBooks ask_companies(const std::vector<std::string>& urls, std::chrono::sys_days from) {
  CompanyBooks books;
  const std::array<std::string, 3> names{"damascus", "aleppo", "homs"};
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const auto today = std::chrono::floor<std::chrono::days>(wall_now());
    for (auto day = from; day <= today; day += std::chrono::days(1)) {
      std::istringstream lines(
          fetch(urls[i] + "/v1/payments/export", R"({"day":")" + samples::iso_day(day) + R"("})"));
      std::string line;
      std::getline(lines, line);  // the head
      while (std::getline(lines, line)) books.posted.push_back(posted_of(names.at(i), line));
    }
    const auto stats = boost::json::parse(fetch(urls[i] + "/v1/stats", {}));
    books.counted += stats.at("payments_posted").to_number<std::int64_t>();
  }
  return books;
}

std::size_t OurBooks::count(State state) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(payments, [&](const OurPayment& one) { return one.payment.state == state; }));
}

OurBooks read_database(const std::string& folder, const Town& town, const Phones& phones) {
  const fs::path copy = fs::path(folder) / "looked-at";
  fs::remove_all(copy);
  fs::create_directory(copy);
  for (const char* part : {"shubbak.db", "shubbak.db-wal"}) {
    if (fs::exists(fs::path(folder) / part)) fs::copy_file(fs::path(folder) / part, copy / part);
  }
  daemon::Config config;
  config.database = database_of(copy.string());
  config.key_file = folder + "/shubbak.key";
  const auto opened = cli::OpenStore::open(config);
  if (!opened) die(opened.error().message);
  OurBooks books;
  const auto book = store::LedgerBook::open(config.database);
  if (!book) die(book.error().message);
  const auto verdict = (*book)->verify();
  if (!verdict) die(verdict.error().message);
  for (const std::string& fault : verdict->faults) books.faults.push_back("the ledger is broken: " + fault);
  read_payments((*opened)->store(), town, books);
  read_charges((*opened)->store(), books);
  check_cards((*opened)->store(), town, phones, books);
  return books;
}

bool is_told(const Phones& phones, const OurPayment& ours) {
  const auto& attempts = phones.attempts(ours.citizen);
  const auto index = static_cast<std::size_t>(ours.payment.amount.minor / minor_per_pound) - 1;
  return index < attempts.size() && (!attempts[index].receipts.empty() || attempts[index].told_not_paid);
}

std::vector<std::string> compare(const Town& town, const Phones& phones, const OurBooks& ours,
                                 const CompanyBooks& theirs, Moment moment) {
  return Comparison(town, phones, ours, theirs, moment).run();
}

}  // namespace shubbak::kill
