// Services that answer what a designer wrote down, for rehearsals. Pure; any one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "flows/engine.hpp"

namespace shubbak::rehearsal {

// One answer of a service.
struct MockAnswer {
  std::string outcome = "ok";
  boost::json::object data;                  // with ok
  std::optional<boost::json::object> later;  // of an unknown payment: what it comes to, told when time passes
};

class MockServices {
 public:
  // `answers` one after the other, the last one for ever.
  void set(const std::string& service, std::vector<MockAnswer> answers);

  // A service without answers comes out as "error"; otp.send as ok and otp.verify by right_code or right_pin, unless
  // they are set. A payment that was answered for good is answered the same again under its key, and counted as what
  // it is: a repetition.
  MockAnswer ask(const flows::Call& call);

  static constexpr std::string_view right_code = "123456";
  static constexpr std::string_view right_pin = "24680";  // where otp.send is set to come out as pin
  static constexpr int wrong_codes_max = 3;

  [[nodiscard]] std::uint32_t asked(const std::string& service) const;
  // Payments that were taken, each once, against what the flow was told: equal as long as nothing was paid twice.
  [[nodiscard]] bool is_balanced() const { return paid_.size() == payments_told_; }

 private:
  struct Script {
    std::vector<MockAnswer> answers;
    std::size_t next = 0;
  };
  MockAnswer scripted(const flows::Call& call);
  MockAnswer verify(const flows::Call& call);

  std::map<std::string, Script, std::less<>> scripts_;
  std::map<std::string, std::uint32_t, std::less<>> asked_;
  std::map<std::string, MockAnswer, std::less<>> paid_;  // by the payment's key
  std::size_t payments_told_ = 0;
  int wrong_codes_ = 0;
};

}  // namespace shubbak::rehearsal
