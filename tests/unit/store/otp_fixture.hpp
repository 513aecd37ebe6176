// What the tests of one-time codes in the store share.
#pragma once

#include <string>

#include "store_fixture.hpp"

namespace shubbak::store {

inline const std::string bill = "pay|aleppo|4711|125000|SYP";
inline const std::string other_bill = "pay|aleppo|4711|125001|SYP";
inline const std::string sample_code = "493817";
inline const Actor citizen{Actor::Kind::citizen, "ussd"};
inline const Actor counter{Actor::Kind::staff, "amal"};

inline SendCode send_code(std::int64_t when, const std::string& code = sample_code, Msisdn msisdn = number(),
                          const std::string& binding = bill, otp::Channel channel = otp::Channel::ussd) {
  return SendCode{msisdn,  syrian(), binding,
                  code,    channel,  OutboxMessage{0, "mtn", msisdn, "code " + code, at(when), at(when + 180)},
                  at(when)};
}
inline TryCode try_code(std::int64_t when, const std::string& code = sample_code,
                        otp::Channel channel = otp::Channel::ussd, const std::string& binding = bill) {
  return TryCode{number(), syrian(), binding, code, channel, at(when)};
}
inline TryPin try_pin(std::int64_t when, bool matches) {
  return TryPin{syrian(), number(), bill, matches, at(when)};
}
inline ConsumeGrant consume(std::int64_t when, const std::string& binding = bill) {
  return ConsumeGrant{number(), binding, at(when)};
}

class OtpFixture : public StoreFixture {
 public:
  otp::SendVerdict send(const SendCode& one) {
    const auto committed = change({one});
    REQUIRE(committed.ok());
    REQUIRE(committed->sends.size() == 1);
    return committed->sends.front();
  }
  template <class Try>
  otp::TryVerdict tried(const Try& one) {
    const auto committed = change({one});
    REQUIRE(committed.ok());
    REQUIRE(committed->tries.size() == 1);
    return committed->tries.front();
  }
};

}  // namespace shubbak::store
