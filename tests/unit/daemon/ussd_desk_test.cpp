// Dialogues as gateways bring them.
#include "daemon/ussd_desk.hpp"

#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {

TEST_CASE("a direct dial opens what was dialled, wherever the gateway writes it") {
  struct Row {
    std::string text;
    std::string destination;
  };
  const auto row = GENERATE(Row{"*123*4*21*2100345#", "123"}, Row{"", "*123*4*21*2100345#"});
  CAPTURE(row.text, row.destination);
  Town town;
  town.start();
  smpp::TlvBuilder tlvs;
  tlvs.add_u8(smpp::TlvTag::ussd_service_op, 0x01).add_u16(smpp::TlvTag::its_session_info, 0x0100);
  smpp::Sm sm = Town::message(row.text);
  sm.destination.digits = row.destination;
  sm.data_coding = 15;
  sm.tlvs = tlvs.list();
  town.deliver(sm);
  town.wait_for_replies(1);
  CHECK(town.replies[0].find("48,750") != std::string::npos);
}

}  // namespace shubbak::daemon::testing
