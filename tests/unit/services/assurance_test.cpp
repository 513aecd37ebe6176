// Each service against PRODUCT.md's table of what must be known of who asks: refused without it, taken with it, by
// USSD and by SMS. What a confirm screen asks for the engine holds (flows/assurance_test.cpp).
#include <algorithm>
#include <set>
#include <utility>

#include "domain/check_digit.hpp"
#include "tests/unit/cases/sample_kinds.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

using flows::Assurance;
using flows::Channel;

struct AssuranceRow {
  const char* service;
  Assurance assurance;
  boost::json::object args{};
  const char* taken = "ok";  // where all is known that must be; "": asked in a test of its own
};

const std::string row_purpose = "row.prove";
const boost::json::object own_bill{{"company", "aleppo"}, {"account", "2100345"}};

boost::json::object own_bill_and(const char* name, std::int64_t value) {
  boost::json::object args = own_bill;
  args.emplace(name, value);
  return args;
}
boost::json::object proof_and(std::initializer_list<std::pair<const char*, const char*>> more) {
  boost::json::object args{{"purpose", row_purpose}, {"binds", boost::json::object{}}};
  for (const auto& [name, value] : more) args.emplace(name, value);
  return args;
}
std::string unsold_voucher() {
  const std::string digits = "700000000000001";
  return digits + check_digit(digits);
}

const std::vector<AssuranceRow>& product_table() {
  using enum Assurance;
  static const std::vector<AssuranceRow> all{
      // public information: nothing
      {"bills.lookup", open, {{"governorate", "21"}, {"subscription", "2100345"}}},
      {"cases.kinds", open},
      {"cases.offices", open, {}, "none"},
      {"offices.areas", open, {{"governorate", "Cairo"}}, "not_found"},
      {"offices.governorates", open},
      {"offices.near", open, {{"area", "Maadi"}}, "not_found"},
      {"receipts.verify", open, {{"number", "00000013"}, {"check", "1234567"}}, "not_found"},
      {"readings.verify", open, {{"reference", "7K3M9QRS"}}, "not_found"},
      // a counter's question to a phone whose link is not active yet (links_test.cpp)
      {"links.pending", open, {}, "none"},
      {"links.confirm", open, {}, ""},
      {"links.confirm_by_code", open, {{"code", "123456"}}, "none"},
      {"links.refuse", open, {}, ""},
      // members of staff, by their own PIN and session (agents_test.cpp)
      {"agent.sign_in", open, {}, ""},
      {"agent.ask", open, {}, ""},
      {"agent.begin", open, {}, ""},
      {"agent.link", open, {}, ""},
      // own bills and status: an active link
      {"bills.accounts", link},
      {"bills.due", link, own_bill},
      {"bills.debts", link},
      {"bills.find",
       link,
       {{"category", "private"}, {"national_id", "01234567890"}, {"number", "7777777"}, {"by", "any"}},
       "not_found"},
      {"bills.list", link, own_bill},
      {"fills.offer", open},
      {"fills.quote", link, {{"gallons", 2'000}}},
      {"fills.mine", link},
      {"fills.code", link, {{"receipt", "00000013"}}, "not_found"},
      {"email.check", link, {{"address", "amal@example.org"}}},
      {"notices.subscribe", link, {{"governorate", "21"}, {"account", "2100345"}}},
      {"notices.cancel", link, {{"account", "2100345"}}, "none"},
      {"notices.list", link},
      {"broadcasts.opt_in", link},
      {"broadcasts.opt_out", link},
      {"payments.history", link, own_bill},
      {"payments.quote",
       link,
       {{"company", "aleppo"}, {"account", "2100345"}, {"amount", 30'000}, {"due", 4'875'000}}},
      {"payments.quote_all", link, {}, ""},  // pay_all_test.cpp
      {"payments.receipts", link},
      {"cases.mine", link},
      {"polls.question", link, {}, "none"},
      {"polls.answer", link, {{"poll", "service"}, {"choice", "good"}}, "none"},
      {"cases.status", link, {{"tracking", "2234567892"}}, "not_found"},
      {"cases.fee", link, {{"tracking", "2234567892"}}, "not_found"},
      {"cases.slots", link, {{"tracking", "2234567892"}}, "not_found"},
      {"readings.last", link, own_bill},
      {"readings.history", link, own_bill},
      {"readings.used", link, {{"last", 9'904}, {"value", 9'990}}},
      {"wallet.balance", link, {}, "none"},
      {"wallet.movements", link, {}, "none"},
      {"wallet.open", link},
      {"otp.send", link, proof_and({{"code", "123456"}, {"message", "123456"}})},
      {"otp.verify", link, proof_and({{"code", "000000"}}), "wrong"},
      // reading, complaint, request: a link and yes
      {"cases.open", confirm, {{"kind", "outage"}, {"text", "no light"}, {"address", "by the mill"}}},
      {"cases.book", confirm, {{"tracking", "2234567892"}, {"slot", "2026-12-01 09:00-12:00"}}, "not_found"},
      {"cases.rate", confirm, {{"tracking", "2234567892"}, {"stars", 5}}, "not_found"},
      {"cases.reopen", confirm, {{"tracking", "2234567892"}}, "not_found"},
      {"cases.answer", confirm, {{"tracking", "2234567892"}, {"text", "by the mill"}}, "not_found"},
      {"readings.submit", confirm, own_bill_and("value", 9'990)},
      {"email.remove", confirm, {}, "none"},
      // pay, top up, change PIN: a link and a code that is bound to it. Suspending is as final
      {"payments.pay", code, own_bill_and("amount", 30'000), "insufficient"},
      {"fills.buy", code, {{"gallons", 2'000}}, "declined"},  // of another amount; fills_test.cpp
      {"payments.pay_all", code, {{"payees", "aleppo/2100345/30000/0"}, {"total", 30'000}}, ""},  // pay_all_test.cpp
      {"payments.pay_by_bank_card", code, own_bill_and("amount", 30'000), ""},  // bank_card_test.cpp
      {"wallet.top_up", code, {{"voucher", unsold_voucher()}}, "refused"},
      {"wallet.top_up_by_bank_card", code, {{"card", "1234567890"}, {"amount", 30'000}}, ""},
      {"pin.set", code, {{"pin", "39517"}}},
      {"links.suspend", code},
      // where copies go of what is otherwise told to the linked number only
      {"email.set", code, {{"address", "amal@example.org"}}},
  };
  return all;
}

const flows::ServiceSignature& signature_of(std::string_view name) {
  const auto found = std::ranges::find(signatures(), name, &flows::ServiceSignature::name);
  REQUIRE(found != signatures().end());
  return *found;
}

struct AssuranceTown : Town {
  explicit AssuranceTown(Channel by) : Town({}, {}, cases::sample_kinds()) {
    channel = by;
    world->fills = {.company = "aleppo", .account = "2100345", .price = {500, Currency::SYP}};
    world->sends_mail = true;
    const Actor console{Actor::Kind::command_line, "test"};
    REQUIRE(commit({store::ChangeLink{caller, *person, identity::LinkEvent::import, console, wall_now()}}).ok());
  }
  Answer asked(const AssuranceRow& row, std::string authorisation = {}) {
    Request request{.caller = {.subject = caller,
                               .line = caller,
                               .link = "syriatel",
                               .person = person,
                               .locale = "en",
                               .channel = channel},
                    .args = row.args,
                    .authorisation = std::move(authorisation),
                    .payment_key = "00112233445566778899aabbccddeeff",
                    .deadline = std::chrono::steady_clock::now() + companies::patience,
                    .now = wall_now()};
    return companies::run(loop, run(*world, row.service, std::move(request)));
  }
  // As a flow would, for what is done behind it.
  std::string authorised() {
    REQUIRE(ask("otp.send", proof_and({{"code", "123456"}, {"message", "123456"}})).outcome.outcome == "ok");
    REQUIRE(ask("otp.verify", proof_and({{"code", "123456"}})).outcome.outcome == "ok");
    return flows::authorisation_text(row_purpose, {});
  }
  void check_refused(const AssuranceRow& row, const std::string& authorisation = {}) {
    const std::size_t sent_before = sent.size();
    const Answer answer = asked(row, authorisation);
    CHECK(answer.outcome.outcome == (signature_of(row.service).moves_money ? "declined" : "error"));
    CHECK(answer.outcome.data.empty());
    CHECK(answer.changes.empty());
    CHECK(sent.size() == sent_before);
  }
};

}  // namespace

TEST_CASE("every service asks for what the product's table says, and none is left out of it") {
  std::set<std::string_view> named;
  for (const AssuranceRow& row : product_table()) {
    CAPTURE(row.service);
    named.insert(row.service);
    CHECK(signature_of(row.service).assurance == row.assurance);
  }
  CHECK(named.size() == product_table().size());
  for (const flows::ServiceSignature& signature : signatures()) {
    CAPTURE(signature.name);
    CHECK(named.contains(signature.name));
  }
}

TEST_CASE("of what moves money nothing is bound without being shown but the case whose fee it pays") {
  std::vector<std::string> unseen;
  for (const flows::ServiceSignature& service : signatures()) {
    if (!service.moves_money) continue;
    for (const flows::Parameter& argument : service.args) {
      if (argument.is_own_words) unseen.push_back(service.name + " " + argument.name);
    }
  }
  CHECK(unseen == std::vector<std::string>{"payments.pay tracking"});
}

TEST_CASE("what a service tells apart only since flows were published is none of the outcomes that these must name") {
  CHECK(signature_of("payments.quote_all").later_outcomes == std::vector<std::string>{"not_payable"});
  CHECK(signature_of("readings.submit").later_outcomes == std::vector<std::string>{"implausible"});
}

TEST_CASE("every service is refused without the link that the table asks for, and taken with it, on both channels") {
  const Channel channel = GENERATE(Channel::ussd, Channel::sms);
  const auto row = GENERATE(from_range(product_table()));
  CAPTURE(row.service, channel == Channel::sms);
  if (row.assurance == Assurance::code) return;
  AssuranceTown town(channel);
  const auto linked = town.person;
  if (row.assurance != Assurance::open) {
    town.person.reset();
    town.check_refused(row);
    town.person = linked;
  } else {
    town.person.reset();
  }
  if (std::string_view(row.taken).empty()) return;
  if (std::string_view(row.service) == "otp.verify") {
    REQUIRE(town.ask("otp.send", proof_and({{"code", "123456"}, {"message", "123456"}})).outcome.outcome == "ok");
  }
  CHECK(town.asked(row).outcome.outcome == row.taken);
}

TEST_CASE(
    "every service of the table's last row is refused without link or code, and taken with them, on both channels") {
  const Channel channel = GENERATE(Channel::ussd, Channel::sms);
  const auto row = GENERATE(from_range(product_table()));
  CAPTURE(row.service, channel == Channel::sms);
  if (row.assurance != Assurance::code) return;
  AssuranceTown town(channel);
  const store::Wallet card{"1234567890", Currency::SYP};
  REQUIRE(town.commit({store::PaymentChange(store::OpenWallet{*town.person, card, wall_now()})}).ok());
  town.check_refused(row);
  const std::string authorisation = town.authorised();
  const auto linked = std::exchange(town.person, std::nullopt);
  town.check_refused(row, authorisation);
  town.person = linked;
  if (std::string_view(row.taken).empty()) return;
  Answer taken = town.asked(row, authorisation);
  CHECK(taken.outcome.outcome == row.taken);
  if (!taken.changes.empty()) CHECK(town.commit(std::move(taken.changes)).ok());
}

}  // namespace shubbak::services
