#include "tests/sim/invariants.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "payments/receipt.hpp"
#include "store/audit_trail.hpp"
#include "store/ledger_book.hpp"
#include "tests/sim/simulation.hpp"

namespace shubbak::sim {
namespace {

using ledger::State;

struct OurPayment {
  std::size_t phone = 0;
  std::size_t attempt = 0;  // of the phone
  store::StoredPayment payment;
};

class Inspection {
 public:
  Inspection(const Evidence& evidence, Moment moment) : evidence_(evidence), moment_(moment) {}

  std::vector<std::string> run() {
    chains();
    if (!read_payments()) return std::move(faults_);
    companies();
    payments();
    for (std::size_t phone = 0; phone < evidence_.phones.size(); ++phone) told(phone);
    cards();
    return std::move(faults_);
  }
  void count_into(Figures& figures) {
    if (!read_payments()) return;
    for (const OurPayment& one : ours_) {
      const State state = one.payment.state;
      const char* const end = state == State::posted ? "settled" : state == State::voided ? "released" : "open";
      ++figures.payments_by_end[end];
    }
    figures.vouchers = redeemed_vouchers();
  }

 private:
  void fault(std::string what) { faults_.push_back(std::move(what)); }

  // Entries sum to 0, balances are their replay, seals and the audit trail are whole.
  void chains() {
    const std::string path = evidence_.deployment.database();
    const auto book = store::LedgerBook::open(path);
    const auto verdict = book ? (*book)->verify() : Result<store::LedgerBook::Verdict>(book.error());
    if (!verdict) return fault("the ledger cannot be read: " + verdict.error().message);
    for (const std::string& broken : verdict->faults) fault("the ledger is broken: " + broken);
    const auto trail = store::AuditTrail::open(path);
    const auto whole = trail ? (*trail)->verify({}) : Result<store::AuditTrail::Verdict>(trail.error());
    if (!whole) return fault("the audit trail cannot be read: " + whole.error().message);
    if (whole->fault) fault("the audit trail is broken");
  }

  bool read_payments() {
    for (std::size_t phone = 0; phone < evidence_.phones.size(); ++phone) {
      const Citizen& citizen = evidence_.deployment.citizens[phone];
      auto page = evidence_.store.payments().payments_of(citizen.person, std::numeric_limits<std::int64_t>::max(),
                                                         std::numeric_limits<std::int32_t>::max());
      if (!page) {
        fault("payments cannot be read: " + page.error().message);
        return false;
      }
      for (store::StoredPayment& one : *page) {
        if (one.msisdn != citizen.msisdn) continue;  // by another phone of that person
        ours_.push_back({phone, attempt_of(phone, one), std::move(one)});
      }
    }
    for (const OurPayment& one : ours_) {
      by_key_[one.payment.key] = &one;
      by_number_[one.payment.number] = &one;
    }
    return true;
  }

  // Each confirm screen of a phone has an amount of its own. Beyond the last one: it had no such screen.
  [[nodiscard]] std::size_t attempt_of(std::size_t phone, const store::StoredPayment& payment) const {
    const auto& attempts = evidence_.phones[phone]->attempts();
    const auto found = std::ranges::find(attempts, payment.amount.minor, &Attempt::minor);
    return static_cast<std::size_t>(found - attempts.begin());
  }

  [[nodiscard]] static std::string show(const OurPayment& ours) {
    const store::StoredPayment& one = ours.payment;
    return "payment " + std::to_string(one.number) + " (" + one.key + ") of phone " + std::to_string(ours.phone) +
           ", " + format_amount(one.amount) + " to " + one.account;
  }

  // What a company has posted is here, as it was asked for, once, and is not released; at the end it is settled.
  void companies() {
    for (std::size_t i = 0; i < evidence_.companies.size(); ++i) {
      const std::string& name = evidence_.deployment.config.companies[i].name;
      for (const std::string& broken : evidence_.companies[i].faults()) fault(broken);
      for (const CompanyPosted& row : evidence_.companies[i].posted()) {
        const std::string what = name + " has " + row.reference + " of " + std::to_string(row.minor);
        if (!posted_.emplace(row.reference, &row).second) fault(what + " twice");
        const auto found = by_key_.find(row.reference);
        if (found == by_key_.end()) {
          fault(what + " and the ledger has not");
          continue;
        }
        const store::StoredPayment& one = found->second->payment;
        if (one.company != name || one.account != row.account || one.amount.minor != row.minor)
          fault(what + " on " + row.account + ", not as " + show(*found->second));
        if (one.state != State::posted && one.state != State::reserved)
          fault(what + ", and " + show(*found->second) + " is released");
      }
    }
  }

  // What is settled is at the company; one confirm screen and one code, one payment; at the end none is open or
  // untold.
  void payments() {
    std::map<std::pair<std::size_t, std::size_t>, int> of_screen;
    std::map<std::size_t, std::size_t> of_phone;
    for (const OurPayment& one : ours_) {
      const std::string what = show(one);
      const State state = one.payment.state;
      if (state == State::posted && !posted_.contains(one.payment.key))
        fault(what + " is settled, and the company has not posted it");
      if (++of_screen[{one.phone, one.attempt}] == 2) fault(what + " is not the only one of its confirm screen");
      ++of_phone[one.phone];
      const auto& attempts = evidence_.phones[one.phone]->attempts();
      const Attempt* const attempt = one.attempt < attempts.size() ? &attempts[one.attempt] : nullptr;
      if (attempt == nullptr || !attempt->begun) fault(what + " was never authorised");
      if (state == State::posted && attempt != nullptr && attempt->told_not_paid)
        fault(what + " is settled, and its phone was told that it was not paid");
      if (moment_ != Moment::over) continue;
      if (state == State::reserved) fault(what + " is not over");
      if (attempt != nullptr && !is_told(one.phone, one.attempt))
        fault(what + " is over, and its phone was not told how it ended");
    }
    for (const auto& [phone, payments] : of_phone) {
      if (payments > evidence_.phones[phone]->codes_sent())
        fault("phone " + std::to_string(phone) + " has more payments than it has sent codes: one was taken twice");
    }
  }

  [[nodiscard]] bool is_told(std::size_t phone, std::size_t attempt) const {
    const Phone& of = *evidence_.phones[phone];
    if (!of.attempts()[attempt].receipts.empty() || of.attempts()[attempt].told_not_paid) return true;
    return std::ranges::any_of(of.told_not_made(),
                               [&](const ToldNotMade& told) { return told.attempts.contains(attempt); });
  }

  // What a phone was told of is that very payment, settled; no confirm screen has two receipts.
  void told(std::size_t phone) {
    const std::string who = "phone " + std::to_string(phone);
    const auto& attempts = evidence_.phones[phone]->attempts();
    for (const std::string& broken : evidence_.phones[phone]->faults()) fault(who + " " + broken);
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (attempts[i].receipts.size() > 1) fault(who + " was told two receipts for one confirm screen");
      for (const ToldReceipt& receipt : attempts[i].receipts) {
        const std::string what = who + " was told receipt " + receipt.number;
        const auto number = payments::parse_receipt_number(receipt.number);
        const auto found = number ? by_number_.find(*number) : by_number_.end();
        if (found == by_number_.end()) {
          fault(what + ", and the ledger has no such payment");
          continue;
        }
        const OurPayment& one = *found->second;
        if (one.payment.state != State::posted) fault(what + ", and it is not settled");
        if (one.phone != phone || one.attempt != i || one.payment.check_code != receipt.check)
          fault(what + ", which is that of " + show(one));
      }
    }
    // Whoever was told so and then goes on and authorises it after all has paid.
    for (const ToldNotMade& told : evidence_.phones[phone]->told_not_made()) {
      const bool all_were_made =
          !told.attempts.empty() && std::ranges::all_of(told.attempts, [&](std::size_t attempt) {
            return std::ranges::any_of(ours_, [&](const OurPayment& one) {
              return one.phone == phone && one.attempt == attempt && one.payment.state == State::posted &&
                     one.payment.at <= told.at;
            });
          });
      if (all_were_made) fault(who + " was told that a payment was not made, and it is settled");
    }
  }

  std::uint64_t redeemed_vouchers() {
    std::uint64_t redeemed = 0;
    const auto count = static_cast<std::int64_t>(evidence_.deployment.vouchers.size());
    for (std::int64_t number = 1; number <= count; ++number) {
      const auto voucher = evidence_.store.vouchers().find_voucher({evidence_.deployment.voucher_batch, number});
      if (!voucher || !*voucher) {
        fault("a voucher cannot be read");
      } else if ((*voucher)->state == vouchers::VoucherState::redeemed) {
        ++redeemed;
      }
    }
    return redeemed;
  }

  // No card is below 0; all cards together hold what was put in and what vouchers brought, less what was settled, and
  // have set aside what is open.
  void cards() {
    std::int64_t expected = static_cast<std::int64_t>(redeemed_vouchers()) * voucher_minor;
    std::int64_t reserved = 0;
    for (const OurPayment& one : ours_) {
      if (one.payment.state == State::posted) expected -= one.payment.amount.minor + one.payment.fee;
      if (one.payment.state == State::reserved) reserved += one.payment.amount.minor + one.payment.fee;
    }
    std::int64_t held = 0;
    std::int64_t pending = 0;
    for (const store::Wallet& wallet : evidence_.deployment.wallets) {
      expected += card_minor;
      const auto account = evidence_.store.ledger().find_ledger_account(store::account_of(wallet));
      if (!account || !*account) return fault("card " + wallet.number + " cannot be read");
      const ledger::Account& card = (*account)->account;
      held += ledger::held(card);
      pending += card.balance.debits_pending;
      if (ledger::available(card) < 0) fault("card " + wallet.number + " is below 0");
    }
    if (held != expected || pending != reserved)
      fault("the cards hold " + std::to_string(held) + " with " + std::to_string(pending) + " set aside, not " +
            std::to_string(expected) + " with " + std::to_string(reserved));
  }

  const Evidence& evidence_;
  Moment moment_;
  std::vector<OurPayment> ours_;
  std::map<std::string, const OurPayment*> by_key_;
  std::map<std::int64_t, const OurPayment*> by_number_;
  std::map<std::string, const CompanyPosted*> posted_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> broken_invariants(const Evidence& evidence, Moment moment) {
  return Inspection(evidence, moment).run();
}

void count(const Evidence& evidence, Figures& figures) {
  Inspection(evidence, Moment::any).count_into(figures);
}

}  // namespace shubbak::sim
