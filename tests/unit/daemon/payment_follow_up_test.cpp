// Payments that no company has answered for: asked by reference, also after a restart, ended once, and told.
#include "daemon/payment_follow_up.hpp"

#include "ledger/ledger.hpp"
#include "payments/receipt.hpp"
#include "tests/unit/daemon/published.hpp"

namespace shubbak::daemon::testing {
namespace {

using ledger::State;

const NationalId person = *NationalId::parse(Country::syria, person_of_one_account);
const store::Wallet card{"1234567890", Currency::SYP};

// A payment of 300.00 at aleppo as it was begun that long ago by a process that then died.
store::Change begun(const std::string& key, const std::string& account, std::chrono::seconds ago) {
  const WallTime then = wall_now() - ago;
  return store::PaymentChange(store::BeginPayment{.key = key,
                                                  .person = person,
                                                  .msisdn = *Msisdn::parse(subscriber),
                                                  .link = "syriatel",
                                                  .wallet = card,
                                                  .company = "aleppo",
                                                  .account = account,
                                                  .amount = {30'000, Currency::SYP},
                                                  .by = {Actor::Kind::citizen, "ussd"},
                                                  .at = then,
                                                  .not_after = then + 13s,
                                                  .revision = {},
                                                  .session = {}});
}

class PaymentTown : public Town {
 public:
  explicit PaymentTown(std::chrono::milliseconds late = 300ms) : Town(late) {
    write({store::ChangeLink{*Msisdn::parse(subscriber), person, identity::LinkEvent::import,
                             Actor{Actor::Kind::command_line, "test"}, wall_now() - 1h},
           english(subscriber)});
    write({store::PaymentChange(store::OpenWallet{person, card, wall_now()}),
           store::LedgerChange(store::MoveMoney{{.key = "credit",
                                                 .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                 .credit = store::account_of(card),
                                                 .amount = {100'000, Currency::SYP},
                                                 .by = {Actor::Kind::staff, "amal"},
                                                 .at = wall_now()}})});
  }
  // What the company has of it before the daemon asks.
  void post_at_company(const std::string& key, const std::string& account) {
    companies::Company aleppo(companies::config_of("aleppo", company_url(1)), http);
    std::optional<Result<companies::PaymentAnswer>> said;
    auto paying = aleppo.pay({account, {30'000, Currency::SYP}, key, wall_now() + 60s}, companies::soon);
    auto keeping = companies::keep(std::move(paying), said);
    boost::asio::co_spawn(loop.io, std::move(keeping), boost::asio::detached);
    loop.until([&] { return said.has_value(); });
  }
  void register_address() {
    write({store::MailChange(store::SetMailAddress{.msisdn = *Msisdn::parse(subscriber),
                                                   .person = person,
                                                   .address = *MailAddress::parse("amal@example.org"),
                                                   .by = {Actor::Kind::command_line, "test"},
                                                   .at = wall_now()})});
  }
  std::vector<std::string> mails() {
    const auto store = open_store();
    std::vector<std::string> texts;
    for (auto mail = store->mail().next_mail(0).value(); mail; mail = store->mail().next_mail(mail->id).value())
      texts.push_back(mail->text);
    return texts;
  }
  State state(const std::string& key) {
    const auto store = open_store();
    return store->payments().find_payment(key).value()->state;
  }
  std::int64_t on_card() {
    const auto store = open_store();
    return ledger::available(store->ledger().find_ledger_account(store::account_of(card)).value()->account);
  }

  companies::HttpClient http{loop.io.get_executor(), {}};
};

}  // namespace

TEST_CASE("a payment that the company has is settled after a restart, once, and the receipt is told") {
  PaymentTown town;
  town.post_at_company("P1", "9000021");  // posts, and never answers
  town.write({begun("P1", "9000021", 20s)});
  town.register_address();
  town.start();
  town.wait_for_replies(1);
  CHECK(town.state("P1") == State::posted);
  CHECK(town.on_card() == 70'000);
  const auto store = town.open_store();
  const auto payment = store->payments().find_payment("P1").value();
  CHECK(town.mails() == std::vector<std::string>{town.replies[0]});
  CHECK(town.replies[0] ==
        "Your payment came through. Amount, account, then receipt number and check code: 300 SYP "
        "*0021. " +
            payments::receipt_number(payment->number) + " " + payment->check_code);
  const std::string today =
      R"(shubbak_today_minor_units{company="aleppo",currency="SYP",channel="ussd",outcome="settled"})";
  CHECK(town.metric(today) == today + " 30000");
}

TEST_CASE("what a limit has refused is in the metrics, whichever process was asked for it") {
  PaymentTown town;
  town.start();
  const std::string counter = "shubbak_payments_over_limit_total{per=\"card\"}";
  CHECK(town.metric(counter) == counter + " 0");
  const auto beside =
      town.open_store({.all = {{.per = payments::Scope::card, .amount = Money{29'999, Currency::SYP}}}});
  std::optional<Result<store::Committed>> refused;
  beside->change({begun("P1", "2100345", 20s)}, [&](Result<store::Committed> told) { refused = std::move(told); });
  town.loop.until([&] { return refused.has_value(); });
  CHECK_FALSE(refused->ok());
  CHECK(town.metric(counter) == counter + " 1");
}

TEST_CASE("a company that does not tell at first is asked again, and nothing is freed meanwhile") {
  PaymentTown town;
  town.post_at_company("P1", "9000027");  // its status is unknown three times
  town.write({begun("P1", "9000027", 20s)});
  town.start();
  const std::string vain = R"(shubbak_company_answers{company="aleppo",outcome="http_status"})";
  town.loop.until([&] { return town.metric(vain).size() > vain.size() && town.metric(vain) != vain + " 0"; });
  CHECK(town.state("P1") == State::reserved);
  CHECK(town.on_card() == 70'000);
  town.wait_for_replies(1);
  CHECK(town.state("P1") == State::posted);
}

TEST_CASE("a payment that never came to the company is on the card again, when it can come no more") {
  PaymentTown town;
  town.write({begun("young", "2100345", 40s), begun("old", "2100777", 120s)});
  town.start();
  town.wait_for_replies(1);
  CHECK(town.replies[0] ==
        "Your payment did not come through. The money is on your service card. Amount and "
        "account: 300 SYP *0777");
  CHECK(town.state("old") == State::voided);
  CHECK(town.state("young") == State::reserved);
  CHECK(town.on_card() == 70'000);
}

TEST_CASE("a payment ends though its number is another person's by now, and they are told nothing of it") {
  PaymentTown town;
  town.write({begun("old", "2100777", 120s)});
  town.write({recycled(subscriber)});
  town.start();
  town.loop.until([&] { return town.state("old") == State::voided; });
  const auto store = town.open_store();
  CHECK(store->outbox_sizes().value().empty());
  CHECK(town.replies.empty());
}

TEST_CASE("a payment does not end while its person cannot be looked up, and ends untold where that lasts") {
  PaymentTown town;
  town.write({begun("old", "2100777", 2h), begun("new", "2100345", 120s)});
  town.execute("UPDATE link SET national_id_sealed = zeroblob(length(national_id_sealed))");  // damaged
  town.start();
  town.loop.until([&] { return town.state("old") == State::voided; });
  const std::string failures = "shubbak_store_failures_total";
  town.loop.until([&] { return town.metric(failures) != failures + " 0"; });
  CHECK(town.state("new") == State::reserved);
  CHECK(town.replies.empty());
}

// From the menu to the SMS with the code, and the code.
std::string begin_paying(PaymentTown& town, const std::string& account) {
  town.dial("*123*6*21*" + account + "#");
  CHECK(contains(town.next_screen().text, "Due"));
  for (const auto& [press, shown] : {std::pair{"2", "How much"}, {"50", "Pay from"}, {"1", "Pay 50"}}) {
    town.press(press);
    const Screen screen = town.next_screen();
    INFO(screen.text);
    CHECK(contains(screen.text, shown));
  }
  town.press("1");
  CHECK(town.next_screen().last);
  town.wait_for_replies(1);
  return town.replies[0].substr(0, 6);
}

TEST_CASE("a dialogue that is dropped while the company is asked: dialled again it shows that payment, once") {
  PaymentTown town;
  town.register_address();
  town.start();
  const std::string code = begin_paying(town, "9000021");  // posts, and never answers
  town.dial("*123*" + code + "#", 2);
  const auto is_begun = [&] {
    const auto store = town.open_store();
    const auto payments = store->payments().payments_of(person, INT64_MAX, 10).value();
    return payments.size() == 1;
  };
  town.loop.until(is_begun);
  town.hang_up(2);
  town.dial("*123#", 3);
  const Screen shown = town.next_screen();
  CHECK(shown.last);
  CHECK(contains(shown.text, "Paid: 50 SYP"));
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "you paid 50 SYP"));
  CHECK(town.mails() == std::vector<std::string>{town.replies[1]});  // the code is not among them
  CHECK(town.on_card() == 95'000);
  // It is over: what is dialled now begins anew, and the first call comes to nothing.
  town.dial("*123#", 4);
  CHECK(contains(town.next_screen().text, "1 "));
  const std::string unknown = R"(shubbak_service_calls_total{outcome="unknown",service="payments.pay"})";
  town.loop.until([&] { return !town.metric(unknown).empty(); });
  CHECK(town.on_card() == 95'000);
  CHECK(town.replies.size() == 2);
}

TEST_CASE("what a company declined is shown again where the SMSC never answered for its screen") {
  PaymentTown town;
  town.start();
  const std::string code = begin_paying(town, "9000028");  // an account that is closed
  town.answer = [](const smpp::Sm&) -> std::optional<smpp::CommandStatus> { return std::nullopt; };
  town.dial("*123*" + code + "#", 2);
  CHECK(contains(town.next_screen().text, "was not made. Nothing was taken"));
  town.lose_link();
  town.answer = {};
  town.take_link_up();
  town.dial("*123#", 3);
  CHECK(contains(town.next_screen().text, "was not made. Nothing was taken"));
  town.dial("*123#", 4);
  CHECK(contains(town.next_screen().text, "One window"));
}

TEST_CASE("what a company declined is shown on dialling again, once, if its screen was lost") {
  PaymentTown town;
  town.start();
  const std::string code = begin_paying(town, "9000028");  // an account that is closed
  {
    const auto held = town.hold_commits();
    town.dial("*123*" + code + "#", 2);
    town.loop.until([&] { return town.resp_to(town.last_tag()).has_value(); });
    town.lose_link();
  }
  const std::string lost = R"(shubbak_ussd_lost_total{operator="syriatel"})";
  town.loop.until([&] { return town.metric(lost) == lost + " 1"; });
  CHECK(town.on_card() == 100'000);
  town.take_link_up();
  town.dial("*123#", 3);
  const Screen shown = town.next_screen();
  CHECK(shown.last);
  CHECK(contains(shown.text, "was not made. Nothing was taken"));
  town.dial("*123#", 4);
  CHECK(contains(town.next_screen().text, "One window"));
  CHECK(town.on_card() == 100'000);
}

namespace {

// Of the person's newest payment.
std::string key_of_newest(PaymentTown& town) {
  std::string key;
  town.loop.until([&] {
    const auto store = town.open_store();
    const auto payments = store->payments().payments_of(person, INT64_MAX, 1).value();
    if (!payments.empty()) key = payments.front().key;
    return !key.empty();
  });
  return key;
}

}  // namespace

TEST_CASE("what was released while its company says that it has it is told as it ended, not as held") {
  PaymentTown town(2s);
  town.start();
  const std::string code = begin_paying(town, "9000023");  // the right answer, late
  town.dial("*123*" + code + "#", 2);
  const std::string key = key_of_newest(town);
  town.write({store::PaymentChange(
      store::ReleasePayment{key, {"released by hand", Actor{Actor::Kind::staff, "amal"}, wall_now()}, false})});
  const Screen shown = town.next_screen();
  CHECK(shown.last);
  CHECK(contains(shown.text, "was not made. Nothing was taken"));
  CHECK(town.state(key) == State::voided);
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("a payment is told of in the words it was made in, whatever was published since, and restarted") {
  PaymentTown town;
  town.start();
  const std::string code = begin_paying(town, "9000021");  // posts, and never answers
  town.dial("*123*" + code + "#", 2);
  const std::string key = key_of_newest(town);
  const std::string revision = town.open_store()->payments().find_payment(key).value()->revision;
  put_in_force(town, files_of(), revision, 1);
  publish(town, "Two windows", 2);
  CHECK(contains(town.next_screen().text, "held, not lost"));
  SECTION("at once") {
    town.loop.until([&] { return contains(town.metric("shubbak_publication"), " 2"); });
  }
  SECTION("and restarted, when nobody can dial it up any more") {
    town.stop();
    town.execute("DELETE FROM walk");
    town.start();
  }
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "you paid 50 SYP"));
  CHECK(contains(town.replies[1], "9000021"));
}

TEST_CASE(
    "what was confirmed on flows of folders finishes on them, though the folders are others by the next start") {
  PaymentTown town;
  const std::filesystem::path copy = copied_deployment(town);
  town.configure = [&](Config& config) { config.folders.back() = copy.string(); };
  town.start();
  const std::string code = begin_paying(town, "9000021");  // posts, and never answers
  town.stop();
  std::string words;
  {
    std::ifstream file(copy / "strings/en.yaml", std::ios::binary);
    words.assign(std::istreambuf_iterator<char>(file), {});
  }
  for (const auto& [from, to] :
       {std::pair{"The amount is held, not lost", "It is in doubt"}, {"One window", "Two windows"}}) {
    const std::size_t at = words.find(from);
    REQUIRE(at != std::string::npos);
    words.replace(at, std::string_view(from).size(), to);
  }
  std::ofstream(copy / "strings/en.yaml", std::ios::binary) << words;
  town.start();
  town.dial("*123*" + code + "#", 2);
  CHECK(contains(town.next_screen().text, "held, not lost"));
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "you paid 50 SYP"));
  const auto kept = [&town] {
    return SQLite::Database(town.database()).execAndGet("SELECT count(*) FROM folder_revision").getInt();
  };
  CHECK(kept() == 2);
  town.stop();
  town.execute("DELETE FROM walk");
  town.start();
  CHECK(kept() == 2);  // nothing is on the others any more: for a day
  town.stop();
  town.execute("UPDATE folder_revision SET unnamed_since = 1 WHERE unnamed_since IS NOT NULL");
  town.start();
  CHECK(kept() == 1);
  town.dial("*123#", 3);
  CHECK(contains(town.next_screen().text, "Two windows"));
}

TEST_CASE("payments of a company that is configured no more are counted, and wait") {
  PaymentTown town;
  store::Change of_nobody = begun("old", "2100777", 2h);
  std::get<store::BeginPayment>(std::get<store::PaymentChange>(of_nobody)).company = "gone";
  town.write({std::move(of_nobody), begun("young", "2100345", 10s)});
  town.start();
  const std::string waiting = "shubbak_payments_of_unknown_companies";
  CHECK(town.metric(waiting) == waiting + " 1");
  for (const auto& [company, payments] : {std::pair{"gone", " 1"}, {"aleppo", " 0"}, {"damascus", " 0"}}) {
    const std::string overdue = "shubbak_payments_overdue{company=\"" + std::string(company) + "\"}";
    CHECK(town.metric(overdue) == overdue + payments);
  }
  CHECK(town.state("old") == State::reserved);
}

TEST_CASE("news has the digits that the operator's phones show") {
  PaymentTown town;
  town.configure = [](Config& config) { config.operators.front().sms.digits = flows::DigitStyle::arabic; };
  town.post_at_company("P1", "9000021");
  town.write({begun("P1", "9000021", 20s), store::SetLocale{*Msisdn::parse(subscriber), "ar"}});
  town.start();
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "٣٠٠ SYP *٠٠٢١"));
}

TEST_CASE("who is suspended when a payment ends is told nothing, and finds it among the receipts afterwards") {
  PaymentTown town;
  town.post_at_company("P1", "9000021");
  town.write(
      {begun("P1", "9000021", 20s), link_event(subscriber, identity::LinkEvent::suspend, Actor::Kind::command_line)});
  town.start();
  town.loop.until([&] { return town.state("P1") == State::posted; });
  CHECK(town.open_store()->outbox_sizes().value().empty());
  CHECK(town.replies.empty());
  town.stop();
  town.write({link_event(subscriber, identity::LinkEvent::resume, Actor::Kind::command_line)});
  town.start();
  town.dial("*123*13#");
  CHECK(contains(town.next_screen().text, "300"));
  town.press("1");
  CHECK(contains(town.next_screen().text, "Paid: 300 SYP"));
}

}  // namespace shubbak::daemon::testing
