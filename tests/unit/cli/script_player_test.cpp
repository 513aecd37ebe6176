// The player and the network against a small service on a real TCP link: what holds must pass, what does not must
// fail.
#include "cli/script_player.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace shubbak;
using namespace shubbak::cli;
namespace asio = boost::asio;

namespace {

// Answers USSD "menu: TEXT", ends at "9", refuses nothing; answers short messages with "got: TEXT", "silence" with
// none.
class SmallService final : public gateways::LinkEvents {
 public:
  smpp::SessionEvents::Ack on_delivery(gateways::SmppLink& link,
                                       const smpp::SessionEvents::Delivery& delivery) override {
    const smpp::Sm& sm = delivery.sm;
    if (ussd::is_ussd(sm)) {
      const auto input = ussd::read_input(dialect_, sm);
      REQUIRE(input.ok());
      const std::string text = "menu: " + input->text;
      const ussd::UssdReply reply{.msisdn = input->msisdn.value(),
                                  .session = input->session,
                                  .last = input->text == "9",
                                  .text = text,
                                  .service_code = "123"};
      CHECK(link.send(builder_.build(dialect_, reply), 1).ok());
    } else if ((sm.esm_class & 0x04U) != 0) {
      ++receipts;
    } else {
      answer_sms(link, sm);
    }
    return smpp::SessionEvents::Ack::now;
  }
  void on_response(gateways::SmppLink&, std::uint64_t, smpp::SessionEvents::Outcome, smpp::CommandStatus,
                   std::string_view) override {}
  void on_protocol_error(gateways::SmppLink&, std::uint32_t, std::uint32_t, std::string_view) override { ++errors; }
  void on_up(gateways::SmppLink&) override {}
  void on_down(gateways::SmppLink&, std::string_view) override {}

  int receipts = 0;
  int errors = 0;

 private:
  void answer_sms(gateways::SmppLink& link, const smpp::Sm& sm) {
    const std::string text = smpp::decode_text(sm.text_octets(), sm.data_coding, smpp::Alphabet::gsm7);
    if (text == "silence") return;
    smpp::Buffer octets;
    smpp::encode_gsm7(octets, "got: " + text);
    smpp::Sm reply;
    reply.source = {3, 0, "123"};
    reply.destination = sm.source;
    reply.short_message = octets;
    reply.registered_delivery = 1;
    CHECK(link.send(reply, 2).ok());
  }

  ussd::Dialect dialect_;
  ussd::ReplyBuilder builder_;
};

struct Played {
  PlayResult result;
  int receipts = 0;
  bool bound = false;
};

Played play(const std::string& yaml) {
  auto conversations = load_conversations("talk.yaml", yaml);
  REQUIRE(conversations.ok());
  asio::io_context context{1};
  NetworkConfig config;
  config.port = 0;
  config.system_id = "shubbak";
  config.password = "secret";
  config.look.frames = false;
  Network network(context.get_executor(), config);
  REQUIRE(network.start().ok());

  SmallService service;
  gateways::SmppLinkConfig link_config;
  link_config.name = "test";
  link_config.host = "127.0.0.1";
  link_config.port = network.port();
  link_config.session.system_id = "shubbak";
  link_config.session.password = "secret";
  gateways::SmppLink link(context.get_executor(), link_config, service);
  link.start();

  PlayerConfig player_config{.expect_timeout = std::chrono::milliseconds(300),
                             .phone = *Msisdn::parse("963933123456")};
  ScriptPlayer player(network, player_config);
  Played played;
  const auto script = [&]() -> asio::awaitable<void> {
    played.bound = co_await network.wait_until_bound(std::chrono::seconds(10));
    played.result = co_await player.play(std::move(*conversations));
    network.stop();
    context.stop();
  };
  asio::co_spawn(context, script(), asio::detached);
  context.run();
  played.receipts = service.receipts;
  CHECK(service.errors == 0);
  return played;
}

}  // namespace

TEST_CASE("a conversation that holds is counted check by check") {
  const Played played = play(R"(conversation: walks
steps:
  - sms: bill
  - expect_sms: {contains: "got: bill", max_parts: 1}
  - dial: "*123#"
  - expect: {contains: [menu, "*123#"], not_contains: got, ended: false}
  - send: "9"
  - expect: {equals: "menu: 9", ended: true, max_octets: 7}
)");
  CHECK(played.bound);
  CHECK(played.result.failed == 0);
  // two screens with length and encoding each; 4 + 3 + 2 of the steps
  CHECK(played.result.checks == 13);
  CHECK(to_string(played.result) == "ok: 1 conversation, 13 checks");
  CHECK(played.receipts == 1);  // it was on the wire before the last answer was
}

TEST_CASE("dropping and redialling begins a new dialogue") {
  const Played played = play(R"(conversation: drops
given: {phone: "+963944000001"}
steps:
  - dial: "*123*5#"
  - expect: {contains: menu}
  - drop
  - redial
  - expect: {equals: "menu: *123*5#", ended: false}
  - hang_up
)");
  CHECK(played.result.failed == 0);
}

TEST_CASE("whatever does not hold fails the conversation, and the next one is played") {
  const char* failing[] = {
      "- dial: \"*123#\"\n  - expect: {contains: nothing like it}",
      "- dial: \"*123#\"\n  - expect: {not_contains: menu}",
      "- dial: \"*123#\"\n  - expect: {equals: menu}",
      "- dial: \"*123#\"\n  - expect: {ended: true}",
      "- dial: \"*123#\"\n  - expect: {max_octets: 5}",
      "- send: \"1\"\n  - expect: {contains: menu}",
      "- dial: \"*999#\"\n  - expect: {contains: menu}",
      "- dial: \"*123#\"\n  - expect: {contains: menu}\n  - drop\n  - send: \"1\"",
      "- sms: silence\n  - expect_sms: {contains: got}",
      "- sms: bill\n  - expect_sms: {contains: paid}",
      "- expect: {contains: menu}",
      "- sms: bill\n  - dial: \"*123#\"\n  - expect: {contains: menu}",
  };
  for (const char* steps : failing) {
    CAPTURE(steps);
    const Played played =
        play(std::string("conversation: fails\nsteps:\n  ") + steps +
             "\n---\nconversation: holds\nsteps: [{dial: \"*123#\"}, {expect: {contains: menu}}]\n");
    CHECK(played.result.conversations == 2);
    CHECK(played.result.failed == 1);
  }
}

TEST_CASE("staff act only where it is said on which deployment") {
  const Played played = play(R"(conversation: works
given: {phone: "+963944000001", staff: {name: samir, role: case_worker, password: at the mill}}
steps:
  - staff: [cases, list]
  - sms: bill
  - expect_sms: {contains: "got: bill"}
)");
  CHECK(played.bound);
  CHECK(played.result.failed == 1);
}
