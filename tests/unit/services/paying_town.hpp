// Somebody linked who pays: what the tests of payments begin with.
#pragma once

#include "domain/check_digit.hpp"
#include "ledger/ledger.hpp"
#include "tests/unit/services/town.hpp"

namespace shubbak::services {

inline const Actor by_maker{Actor::Kind::staff, "amal"};
inline const Actor by_checker{Actor::Kind::staff, "basel"};

inline vouchers::Pin pin(std::int64_t number) {
  const std::string digits = std::to_string(100'000'000'000'000 + number);
  return *vouchers::Pin::parse(digits + check_digit(digits));
}

// Somebody linked, with 100,000 on their card, who has given the code for whatever they ask.
struct PayingTown : Town {
  static constexpr const char* payment_key = "00112233445566778899aabbccddeeff";

  explicit PayingTown(const payments::Rules& rules = {}, payments::Limits limits = {},
                      std::string_view who = "01234567890", const cases::Kinds& kinds = {})
      : Town(rules, std::move(limits), kinds) {
    person = companies::person(who);
    done({store::ChangeLink{caller, *person, identity::LinkEvent::import, Actor{Actor::Kind::command_line, "test"},
                            wall_now()},
          store::PaymentChange(store::OpenWallet{*person, card, wall_now()})});
    credit(100'000);
  }
  store::Committed done(std::vector<store::Change> changes) {
    auto committed = commit(std::move(changes));
    if (!committed) FAIL(committed.error().message);
    return *std::move(committed);
  }
  void credit(std::int64_t amount) {
    done({store::LedgerChange(store::MoveMoney{{.key = "credit." + std::to_string(amount),
                                                .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                .credit = store::account_of(card),
                                                .amount = {amount, Currency::SYP},
                                                .by = by_maker,
                                                .at = wall_now()}})});
  }
  // A batch of vouchers of 50,000, activated; with the PINs from 1 on.
  void sell(std::int64_t count) {
    const std::int64_t batch =
        done({store::VoucherChange(store::OpenBatch{
                 {{50'000, Currency::SYP}, count, wall_now() + std::chrono::hours(1), by_maker, wall_now()}})})
            .voucher_batch;
    std::vector<vouchers::Pin> pins;
    for (std::int64_t i = 1; i <= count; ++i) pins.push_back(pin(i));
    done({store::VoucherChange(store::AddVouchers{batch, 1, pins, by_maker})});
    done({store::VoucherChange(store::CloseBatch{batch, {7}, by_maker, wall_now()})});
    done({store::VoucherChange(store::ActivateBatch{batch, by_checker, wall_now()})});
  }
  std::string grant(std::string_view what_for = "pay") {
    const boost::json::object proof{{"purpose", what_for}, {"binds", boost::json::object{}}};
    boost::json::object sending = proof;
    sending.emplace("code", "123456");
    sending.emplace("message", "123456");
    boost::json::object verified = proof;
    verified.emplace("code", "123456");
    // Of the codes of one number only the last one stands, and they are not sent one after the other.
    if (ask("otp.send", sending).outcome.outcome != "ok") FAIL("no code was sent");
    if (ask("otp.verify", verified).outcome.outcome != "ok") FAIL("the code was not taken");
    return flows::authorisation_text(what_for, {});
  }
  Request request(const std::string& account, std::int64_t amount, const std::string& authorisation,
                  const std::string& under, const std::string& voucher) const {
    Request made{.caller = {.subject = caller,
                            .line = caller,
                            .link = "syriatel",
                            .person = person,
                            .locale = "en",
                            .channel = channel},
                 .args = {{"company", "aleppo"}, {"account", account}, {"amount", amount}},
                 .authorisation = authorisation,
                 .payment_key = under,
                 .deadline = std::chrono::steady_clock::now() + patience,
                 .now = wall_now()};
    if (!voucher.empty()) made.args.emplace("voucher", voucher);
    if (shown_fee != 0) made.args.emplace("fee", shown_fee);
    return made;
  }
  // And what it wants written is.
  std::string paid(const std::string& account, std::int64_t amount, const std::string& authorisation,
                   const std::string& under = payment_key, const std::string& voucher = {}) {
    Answer answer = companies::run(
        loop, services::run(*world, "payments.pay", request(account, amount, authorisation, under, voucher)));
    if (!answer.changes.empty()) done(std::move(answer.changes));
    told = std::move(answer.outcome.data);
    return answer.outcome.outcome;
  }
  std::int64_t available(const ledger::AccountId& id) {
    const auto account = kept->ledger().find_ledger_account(id).value();
    return account ? ledger::available(account->account) : 0;
  }
  std::int64_t on_card() { return available(store::account_of(card)); }
  std::int64_t owed_to_company() {
    return available({ledger::AccountKind::company_payable, "aleppo", Currency::SYP});
  }
  ledger::State state(const std::string& under = payment_key) {
    return kept->payments().find_payment(under).value()->state;
  }
  Answer due(const std::string& account) {
    return ask("bills.lookup", {{"governorate", "21"}, {"subscription", account}});
  }
  std::int64_t amount_due(const std::string& account) { return due(account).outcome.data.at("amount").as_int64(); }

  const store::Wallet card{"1234567890", Currency::SYP};
  std::int64_t shown_fee = 0;
  std::chrono::milliseconds patience = companies::patience;
  boost::json::object told;
};

}  // namespace shubbak::services
