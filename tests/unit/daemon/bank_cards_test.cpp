// Money that a gateway of bank cards has taken, over real sockets into the real daemon: by callbacks, right and
// wrong, and by asking for what nobody called back about; through to the company, once.
#include "daemon/bank_cards.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "companies/signature.hpp"
#include "payments/receipt.hpp"
#include "tests/unit/companies/gateway_fixture.hpp"
#include "tests/unit/daemon/fixture.hpp"
#include "tests/unit/store/store_fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

namespace asio = boost::asio;
using payments::OrderState;

const NationalId payer = *NationalId::parse(Country::syria, person_of_one_account);
const store::Wallet payers_card{"1234567890", Currency::SYP};
const std::string callback = "/gateway/sample/callback";
const std::string account_at_aleppo = "2100345";

std::string notice(const std::string& state, const std::string& reference = "order.1", std::int64_t amount = 30'000,
                   const std::string& transaction = "G-1", const std::string& currency = "SYP") {
  return R"({"reference":")" + reference + R"(","state":")" + state + R"(","transaction":")" + transaction +
         R"(","amount_minor":)" + std::to_string(amount) + R"(,"currency":")" + currency + "\"}";
}

// A port that was free a moment ago.
std::uint16_t free_port(asio::io_context& io) {
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

class CardTown : public Town {
 public:
  explicit CardTown(samples::GatewayOptions options = {}) : gateway(std::move(options)) {
    port_ = free_port(loop.io);
    configure = [this](Config& config) {
      config.http.port = port_;
      config.card_gateways.front().base_url = gateway.url();
      config.card_gateways.front().secret = companies::gateway_secret;
      config.card_gateways.front().callback_base = "http://127.0.0.1:" + std::to_string(port_);
    };
    write({store::ChangeLink{*Msisdn::parse(subscriber), payer, identity::LinkEvent::import,
                             Actor{Actor::Kind::command_line, "test"}, wall_now() - 1h},
           english(subscriber), store::PaymentChange(store::OpenWallet{payer, payers_card, wall_now()})});
  }
  // As it was confirmed that long ago.
  void order(const std::string& key = "order.1", const std::string& account = account_at_aleppo,
             std::chrono::seconds ago = 0s, std::chrono::seconds lives = 900s) {
    const WallTime then = wall_now() - ago;
    write({store::BankCardChange(store::OrderByBankCard{.key = key,
                                                        .gateway = "sample",
                                                        .person = payer,
                                                        .msisdn = *Msisdn::parse(subscriber),
                                                        .link = "syriatel",
                                                        .wallet = payers_card,
                                                        .company = account.empty() ? "" : "aleppo",
                                                        .account = account,
                                                        .amount = {30'000, Currency::SYP},
                                                        .by = {Actor::Kind::citizen, "ussd"},
                                                        .at = then,
                                                        .expires = then + lives}),
           store::BankCardChange(store::NoteOrderOpen{key})});
  }
  long post(const std::string& body, const std::string& timestamp, const std::string& signature,
            const std::string& path = callback) {
    companies::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(daemon().http_port()) + path;
    request.body = body;
    request.timestamp = timestamp;
    request.signature = signature;
    return fetched(std::move(request));
  }
  long call_back(const std::string& body, const std::string& path = callback) {
    const std::string now = companies::timestamp_of(wall_now());
    return post(body, now, companies::request_signature(companies::gateway_secret, now, path, body), path);
  }
  // The person's browser.
  long press(const std::string& url) {
    companies::HttpRequest request;
    request.url = url;
    return fetched(std::move(request));
  }
  // The gateway has the order, as if we had asked for its link.
  std::string open_at_gateway(const std::string& key = "order.1") {
    companies::CardGateway asking(
        companies::gateway_config(gateway.url(), "http://127.0.0.1:" + std::to_string(port_)), browser);
    std::optional<Result<std::string>> url;
    auto opening = asking.open(companies::card_order(key), companies::patience);
    auto keeping = companies::keep(std::move(opening), url);
    asio::co_spawn(loop.io, std::move(keeping), asio::detached);
    loop.until([&] { return url.has_value(); });
    REQUIRE(url->ok());
    return **url;
  }
  store::StoredOrder kept(const std::string& key = "order.1") {
    const auto store = open_store();
    return store->bank_cards().find_order(key).value().value();
  }
  std::optional<ledger::State> payment(const std::string& key = "order.1") {
    const auto store = open_store();
    const auto found = store->payments().find_payment(key).value();
    return found ? std::optional(found->state) : std::nullopt;
  }
  std::int64_t available(const ledger::AccountId& id) {
    const auto store = open_store();
    const auto found = store->ledger().find_ledger_account(id).value();
    return found ? ledger::available(found->account) : 0;
  }
  std::int64_t on_card() { return available(store::account_of(payers_card)); }
  std::int64_t taken() { return -available({ledger::AccountKind::suspense, "sample", Currency::SYP}); }
  std::int64_t in_dispute() { return available({ledger::AccountKind::pending, "sample", Currency::SYP}); }
  std::int64_t with_company() { return available({ledger::AccountKind::company_payable, "aleppo", Currency::SYP}); }
  void until_settled(const std::string& key = "order.1") {
    loop.until([&] { return payment(key) == ledger::State::posted; });
  }

  companies::GatewayThread gateway;

 private:
  long fetched(companies::HttpRequest request) {
    request.timeout = companies::patience;
    std::optional<companies::HttpResult> result;
    auto fetching = browser.fetch(std::move(request));
    auto keeping = companies::keep(std::move(fetching), result);
    asio::co_spawn(loop.io, std::move(keeping), asio::detached);
    loop.until([&] { return result.has_value(); });
    REQUIRE(result->ok());
    return (*result)->status;
  }
  companies::HttpClient browser{loop.io.get_executor(), {}};
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE(
    "a callback pays the bill that was ordered: in the books before it is answered, at the company once, and told") {
  CardTown town;
  town.order();
  town.start();
  CHECK(town.call_back(notice("charged")) == 200);
  CHECK(town.kept().state == OrderState::charged);
  CHECK(town.taken() == 30'000);
  REQUIRE(town.payment().has_value());
  town.until_settled();
  CHECK(town.with_company() == 30'000);
  CHECK(town.on_card() == 0);
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "Your payment came through"));
  CHECK(contains(town.replies[0], "300 SYP *0345"));

  SECTION("told twice, or replayed: the same answer, and nothing again") {
    const std::string now = companies::timestamp_of(wall_now());
    const std::string signature =
        companies::request_signature(companies::gateway_secret, now, callback, notice("charged"));
    CHECK(town.post(notice("charged"), now, signature) == 200);
    CHECK(town.post(notice("charged"), now, signature) == 200);  // octet by octet
    CHECK(town.taken() == 30'000);
    CHECK(town.with_company() == 30'000);
    CHECK(town.replies.size() == 1);
  }
  SECTION("another amount or order under the same transaction is refused") {
    CHECK(town.call_back(notice("charged", "order.1", 30'001)) == 409);
    CHECK(town.call_back(notice("charged", "order.2")) == 409);
    CHECK(town.taken() == 30'000);
  }
  SECTION("that it was cancelled changes nothing any more") {
    CHECK(town.call_back(notice("cancelled")) == 200);
    CHECK(town.kept().state == OrderState::charged);
  }
  SECTION("money that comes once more is kept apart, and told") {
    CHECK(town.call_back(notice("charged", "order.1", 30'000, "G-2")) == 200);
    CHECK(town.in_dispute() == 30'000);
    CHECK(town.taken() == 60'000);
    town.wait_for_replies(2);
    CHECK(contains(town.replies[1], "looked into"));
    CHECK(contains(town.replies[1], "300 SYP G-2"));
  }
}

TEST_CASE("a callback is not answered before what it told is on disk") {
  CardTown town;
  town.order();
  town.start();
  std::optional<bool> waits;
  {
    const CommitsHeld held = town.hold_commits();
    companies::HttpClient client(town.loop.io.get_executor(), {});
    const std::string now = companies::timestamp_of(wall_now());
    companies::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(town.daemon().http_port()) + callback;
    request.body = notice("charged");
    request.timestamp = now;
    request.signature = companies::request_signature(companies::gateway_secret, now, callback, request.body);
    request.timeout = companies::soon;
    std::optional<companies::HttpResult> result;
    auto fetching = client.fetch(std::move(request));
    auto keeping = companies::keep(std::move(fetching), result);
    asio::co_spawn(town.loop.io, std::move(keeping), asio::detached);
    town.loop.until([&] { return result.has_value(); });
    waits = !result->ok() && result->error().code == Errc::timed_out;
  }
  CHECK(waits == true);
  // It tells it again, as it was not answered.
  CHECK(town.call_back(notice("charged")) == 200);
  town.until_settled();
  CHECK(town.taken() == 30'000);
  CHECK(town.with_company() == 30'000);
}

TEST_CASE("what the gateway did not sign, or signed long ago, changes nothing") {
  CardTown town;
  town.order();
  town.start();
  const std::string body = notice("charged");
  const std::string now = companies::timestamp_of(wall_now());
  const auto sign = [&](const std::string& secret, const std::string& stamp, const std::string& path = callback) {
    return companies::request_signature(secret, stamp, path, body);
  };
  const std::string& secret = companies::gateway_secret;
  CHECK(town.post(body, now, sign("another secret", now)) == 401);
  CHECK(town.post(notice("charged", "order.1", 40'000), now, sign(secret, now)) == 401);
  CHECK(town.post(body, companies::timestamp_of(wall_now() + 1s), sign(secret, now)) == 401);
  CHECK(town.post(body, now, "") == 401);
  CHECK(town.post(body, now, sign(secret, now, "/gateway/other/callback")) == 401);
  const std::string old = companies::timestamp_of(wall_now() - 301s);
  CHECK(town.post(body, old, sign(secret, old)) == 401);
  const std::string early = companies::timestamp_of(wall_now() + 302s);
  CHECK(town.post(body, early, sign(secret, early)) == 401);
  CHECK(town.call_back(body, "/gateway/other/callback") == 401);
  CHECK(town.taken() == 0);
  CHECK(town.kept().state == OrderState::open);
}

TEST_CASE("a signed callback that is not what it must be is said so") {
  CardTown town;
  town.order();
  town.start();
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), notice("paid"), notice("charged", "a b"),
        notice("charged", "order.1", 0), notice("charged", "order.1", -30'000),
        notice("charged", "order.1", 30'000, ""), notice("charged", "order.1", 30'000, "G-1", "USD")}) {
    INFO(body);
    CHECK(town.call_back(body) == 400);
  }
  CHECK(town.taken() == 0);
}

TEST_CASE("the callback that docs/operating.md shows is taken") {
  CardTown town;
  town.order();
  town.start();
  std::ifstream file(SHUBBAK_SOURCE_DIR "/docs/operating.md");
  std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::size_t from = page.find("body='{");
  REQUIRE(from != std::string::npos);
  std::string example = page.substr(from, page.find("```", from) - from);
  const auto put = [&example](const std::string& instead, const std::string& of) {
    const std::size_t at = example.find(of);
    REQUIRE(at != std::string::npos);
    example.replace(at, of.size(), instead);
  };
  put("order.1", "REFERENCE");
  put(std::to_string(town.daemon().http_port()), "9464");
  const store::TempFolder folder;
  const std::string script = folder.file("example");
  std::ofstream(script) << "CARD_GATEWAY_SECRET='" << companies::gateway_secret << "'\n" << example;
  const std::string command = "bash " + script + " >" + folder.file("told") + " 2>&1";
  std::atomic<bool> done = false;
  int status = -1;
  std::thread shell([&] {
    status = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe): no other thread of the test starts any
    done = true;
  });
  town.loop.until([&] { return done.load(); });
  shell.join();
  INFO(store::read_file(folder.file("told")));
  CHECK(status == 0);
  CHECK(contains(store::read_file(folder.file("told")), "\"done\""));
  CHECK(town.taken() == 30'000);
}

TEST_CASE("another amount, another currency and another order are kept apart, never on a card, never turned away") {
  CardTown town;
  town.order();
  town.order("order.2", "2100777");
  town.start();
  CHECK(town.call_back(notice("charged", "nobody", 30'000, "G-1")) == 200);
  CHECK(town.call_back(notice("charged", "order.1", 29'999, "G-2")) == 200);
  CHECK(town.call_back(notice("charged", "order.2", 30'000, "G-3", "KWD")) == 200);
  CHECK(town.taken() == 59'999);
  CHECK(town.in_dispute() == 59'999);
  CHECK(town.available({ledger::AccountKind::pending, "sample", Currency::KWD}) == 30'000);
  CHECK(town.on_card() == 0);
  CHECK_FALSE(town.payment().has_value());
  CHECK_FALSE(town.payment("order.2").has_value());
  town.wait_for_replies(2);
  CHECK(contains(town.replies[0], "299.99 SYP G-2"));
  CHECK(contains(town.replies[1], "30.000 KWD G-3"));
  CHECK(town.metric(R"(shubbak_bank_card_charges{use="disputed"})") ==
        R"(shubbak_bank_card_charges{use="disputed"} 3)");
}

TEST_CASE("money that comes late, or after the order was cancelled, is on the person's card, and they are told") {
  CardTown town;
  town.order("late", account_at_aleppo, 2'000s);
  town.order("cancelled", "2100777");
  town.start();
  CHECK(town.call_back(notice("charged", "late")) == 200);
  CHECK(town.on_card() == 30'000);
  CHECK(town.call_back(notice("cancelled", "cancelled")) == 200);
  CHECK(town.kept("cancelled").state == OrderState::over);
  CHECK(town.call_back(notice("charged", "cancelled", 30'000, "G-2")) == 200);
  CHECK(town.on_card() == 60'000);
  CHECK_FALSE(town.payment("late").has_value());
  town.wait_for_replies(2);
  CHECK(contains(town.replies[0], "on your service card. Amount and account: 300 SYP *0345"));
  CHECK(contains(town.replies[1], "300 SYP *0777"));
}

TEST_CASE("an order that failed is over, and money that is taken for it all the same is on the card, and told") {
  CardTown town;
  town.order();
  town.start();
  CHECK(town.call_back(notice("failed")) == 200);
  CHECK(town.kept().state == OrderState::over);
  CHECK(town.kept().evidence == "sample failed");
  CHECK(town.metric("shubbak_bank_card_orders_open") == R"(shubbak_bank_card_orders_open{gateway="sample"} 0)");
  CHECK(town.call_back(notice("charged")) == 200);
  CHECK(town.call_back(notice("failed")) == 200);
  CHECK(town.kept().state == OrderState::charged);
  CHECK(town.on_card() == 30'000);
  CHECK_FALSE(town.payment().has_value());
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "on your service card. Amount and account: 300 SYP *0345"));
}

TEST_CASE("how many orders are open, and what is in dispute, is told by gateway") {
  CardTown town;
  town.order();
  town.order("order.2", "2100777");
  town.start();
  CHECK(town.metric("shubbak_bank_card_orders_open") == R"(shubbak_bank_card_orders_open{gateway="sample"} 2)");
  CHECK(town.metric("shubbak_bank_card_disputes_open") ==
        R"(shubbak_bank_card_disputes_open{gateway="sample",currency="SYP"} 0)");
  CHECK(town.call_back(notice("charged", "order.1", 29'999)) == 200);
  CHECK(town.metric("shubbak_bank_card_orders_open") == R"(shubbak_bank_card_orders_open{gateway="sample"} 1)");
  CHECK(town.metric("shubbak_bank_card_disputes_open") ==
        R"(shubbak_bank_card_disputes_open{gateway="sample",currency="SYP"} 1)");
  CHECK(town.metric("shubbak_bank_card_disputed_minor_units") ==
        R"(shubbak_bank_card_disputed_minor_units{gateway="sample",currency="SYP"} 29999)");
}

TEST_CASE("money for somebody who was erased since, or that their card may not hold, is disputed, and taken once") {
  CardTown town;
  SECTION("erased: nobody is told, nobody comes back") {
    town.order("order.1", account_at_aleppo, 100'000s);
    town.write({link_event(subscriber, identity::LinkEvent::recycle, Actor::Kind::operator_hook),
                store::ErasePerson{payer, {Actor::Kind::staff, "amal"}, wall_now()}});
    town.start();
    CHECK(town.call_back(notice("charged")) == 200);
    CHECK(town.replies.empty());
    CHECK(town.open_store()->links_of(payer)->empty());
  }
  SECTION("over the ceiling that somebody has set: told") {
    town.order();
    town.write({store::LedgerChange(
        store::SetCeiling{store::account_of(payers_card), 29'999, {Actor::Kind::staff, "amal"}, wall_now()})});
    town.start();
    CHECK(town.call_back(notice("charged")) == 200);
    town.wait_for_replies(1);
    CHECK(contains(town.replies[0], "looked into"));
  }
  CHECK(town.call_back(notice("charged")) == 200);
  CHECK(town.in_dispute() == 30'000);
  CHECK(town.on_card() == 0);
  CHECK_FALSE(town.payment().has_value());
  CHECK(town.kept().state == OrderState::charged);
}

TEST_CASE("a card is topped up by a link") {
  CardTown town;
  town.order("order.1", "");
  town.start();
  CHECK(town.call_back(notice("charged")) == 200);
  CHECK(town.on_card() == 30'000);
  town.wait_for_replies(1);
  CHECK(town.replies[0] == "Money from your bank card is on your service card: 300 SYP");
}

TEST_CASE("of a number that is held, suspended or another one's by now nothing is paid: the money is on the card") {
  for (const auto event : {identity::LinkEvent::hold, identity::LinkEvent::suspend, identity::LinkEvent::recycle}) {
    INFO(to_string(event));
    CardTown town;
    town.order();
    town.write({link_event(subscriber, event, Actor::Kind::operator_hook)});
    town.start();
    CHECK(town.call_back(notice("charged")) == 200);
    CHECK(town.on_card() == 30'000);
    CHECK_FALSE(town.payment().has_value());
    const bool is_theirs = event == identity::LinkEvent::hold;
    if (is_theirs) town.wait_for_replies(1);
    CHECK(town.replies.size() == (is_theirs ? 1U : 0U));
  }
}

TEST_CASE("a payer who cannot be read makes no top-up of a payment: the gateway is to tell it again") {
  CardTown town;
  town.order();
  town.execute(
      "CREATE TABLE kept AS SELECT id, national_id_sealed AS sealed FROM link;"
      "UPDATE link SET national_id_sealed = zeroblob(length(national_id_sealed))");
  town.start();
  CHECK(town.call_back(notice("charged")) == 503);
  CHECK(town.taken() == 0);
  CHECK(town.kept().state == OrderState::open);
  town.execute(
      "UPDATE link SET national_id_sealed = (SELECT sealed FROM kept WHERE kept.id = link.id); DROP TABLE kept");
  CHECK(town.call_back(notice("charged")) == 200);
  town.until_settled();
  CHECK(town.with_company() == 30'000);
  CHECK(town.on_card() == 0);
}

TEST_CASE("what the company declines is on the card, one that does not answer heals, and both ends are told") {
  CardTown town;
  town.order("declined", "9000028");
  town.order("silent", "9000021");  // posts, and never answers
  town.start();
  CHECK(town.call_back(notice("charged", "declined")) == 200);
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "did not come through"));
  CHECK(town.on_card() == 30'000);
  CHECK(town.call_back(notice("charged", "silent", 30'000, "G-2")) == 200);
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "held, not lost"));
  CHECK(town.payment("silent") == ledger::State::reserved);
  town.wait_for_replies(3);
  CHECK(contains(town.replies[2], "came through"));
  CHECK(town.with_company() == 30'000);
  CHECK(town.on_card() == 30'000);
}

TEST_CASE(
    "the sample gateway: who pays on its page pays the bill, and twice, forged or never called back it is paid "
    "once") {
  for (const std::string how : {"", "?how=twice", "?how=forged", "?how=never"}) {
    INFO(how);
    CardTown town;
    town.order("order.1", account_at_aleppo, 60s);  // beyond what is left to the service
    const std::string page = town.open_at_gateway();
    town.start();
    CHECK(town.press(page + how) == 200);
    town.until_settled();
    CHECK(town.taken() == 30'000);
    CHECK(town.with_company() == 30'000);
    CHECK(town.kept().state == OrderState::charged);
    town.wait_for_replies(1);
    CHECK(contains(town.replies[0], "came through"));
  }
}

TEST_CASE("the sample gateway calls back with another amount: disputed, whatever it says when it is asked") {
  CardTown town;
  town.order();
  const std::string page = town.open_at_gateway();
  town.start();
  const std::string how = GENERATE("?how=other_amount", "?how=overcharged");
  CHECK(town.press(page + how) == 200);
  town.loop.until([&] { return town.in_dispute() == 60'000; });
  CHECK(town.on_card() == 0);
  CHECK_FALSE(town.payment().has_value());
}

TEST_CASE("an order that nobody called back about ends by asking, also after a restart, with evidence") {
  CardTown town;
  town.order("cancelled", account_at_aleppo, 60s);
  town.order("over", "2100777", 1'000s);  // the gateway never had it
  const std::string page = town.open_at_gateway("cancelled");
  CHECK(town.press(page + "?how=cancel") == 200);
  town.start();
  town.loop.until([&] {
    return town.kept("cancelled").state == OrderState::over && town.kept("over").state == OrderState::over;
  });
  CHECK(town.kept("cancelled").evidence == "sample cancelled");
  CHECK(town.kept("over").evidence == "sample has none after it was over");
  CHECK(town.taken() == 0);
  CHECK(town.replies.empty());
}

TEST_CASE(
    "a daemon that died between the books and the company pays nothing twice: the company is asked, and the money is "
    "freed") {
  CardTown town;
  town.order("order.1", "2100777", 300s);
  const WallTime then = wall_now() - 120s;
  town.write({store::BankCardChange(store::TakeCharge{
                  "sample", "G-1", "order.1", {30'000, Currency::SYP}, payments::ChargeUse::pays, then}),
              store::PaymentChange(store::BeginPayment{.key = "order.1",
                                                       .person = payer,
                                                       .msisdn = *Msisdn::parse(subscriber),
                                                       .link = "syriatel",
                                                       .wallet = payers_card,
                                                       .company = "aleppo",
                                                       .account = "2100777",
                                                       .amount = {30'000, Currency::SYP},
                                                       .by = {Actor::Kind::citizen, "ussd"},
                                                       .at = then,
                                                       .not_after = then + 15s,
                                                       .revision = {},
                                                       .session = {}})});
  town.start();
  CHECK(town.call_back(notice("charged")) == 200);  // it was not answered then
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "did not come through"));
  CHECK(town.on_card() == 30'000);
  CHECK(town.taken() == 30'000);
  CHECK(town.with_company() == 0);
}

// From the menu to the SMS with the code, and the code.
std::string begin_ordering(CardTown& town) {
  town.dial("*123*6*21*" + account_at_aleppo + "#");
  CHECK(contains(town.next_screen().text, "Due"));
  for (const auto& [press, shown] : {std::pair{"2", "How much"}, {"50", "Pay from"}, {"3", "Pay 50"}}) {
    town.ussd(press, 0x0100, 0x12);
    const Screen screen = town.next_screen();
    INFO(screen.text);
    CHECK(contains(screen.text, shown));
  }
  town.ussd("1", 0x0100, 0x12);
  CHECK(town.next_screen().last);
  town.wait_for_replies(1);
  return town.replies[0].substr(0, 6);
}

TEST_CASE("from the menu to the receipt: the link comes by SMS, the page is paid, the company has it") {
  CardTown town;
  town.start();
  const std::string code = begin_ordering(town);
  town.dial("*123*" + code + "#", 2);
  const Screen shown = town.next_screen();
  CHECK(shown.last);
  CHECK(contains(shown.text, "payment link"));
  town.wait_for_replies(2);
  const std::string link = town.replies[1].substr(town.replies[1].find("http://"));
  CHECK(contains(town.replies[1], "50 SYP"));
  CHECK(town.taken() == 0);
  CHECK(town.press(link) == 200);
  town.wait_for_replies(3);
  CHECK(contains(town.replies[2], "came through"));
  CHECK(town.taken() == 5'000);
  CHECK(town.with_company() == 5'000);
  CHECK(town.on_card() == 0);
}

TEST_CASE("a link that did not come at once follows by SMS when the gateway answers") {
  CardTown town({.refuse_first = 1});
  town.start();
  const std::string code = begin_ordering(town);
  town.dial("*123*" + code + "#", 2);
  CHECK(contains(town.next_screen().text, "with the payment link"));
  town.wait_for_replies(2);
  CHECK(town.replies[1].starts_with("The link to pay by your bank card; give it to nobody: " + town.gateway.url()));
  CHECK(town.press(town.replies[1].substr(town.replies[1].find("http://"))) == 200);
  town.wait_for_replies(3);
  CHECK(town.with_company() == 5'000);
}

}  // namespace shubbak::daemon::testing
