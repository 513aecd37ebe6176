// The sample gateway's orders: one for each reference, charged at most once. Thread: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace shubbak::samples {

struct GatewaySession {
  enum class State : std::uint8_t { open, charged, failed, cancelled, expired };
  std::string reference;
  std::int64_t amount_minor = 0;
  std::string currency;
  std::string description;
  std::string callback_url;
  std::chrono::sys_seconds expires{};
  std::string token;  // of its page
  State state = State::open;
  std::string transaction{};  // of its charge
  std::int64_t charged_minor = 0;
  bool is_acknowledged = false;  // a callback about its end was taken
};
std::string_view to_string(GatewaySession::State state);

class GatewayBook {
 public:
  // The one that has the reference already, if it is about the same; nothing: it is about something else.
  GatewaySession* open(GatewaySession asked, std::chrono::sys_seconds now);
  GatewaySession* find(const std::string& reference, std::chrono::sys_seconds now);
  GatewaySession* find_by_token(const std::string& token, std::chrono::sys_seconds now);
  // Of one that is open; that amount is taken. False: it is not.
  bool charge(GatewaySession& session, std::int64_t minor);
  static bool end(GatewaySession& session, GatewaySession::State state);

  [[nodiscard]] const std::map<std::string, GatewaySession>& sessions() const { return sessions_; }

 private:
  static void expire(GatewaySession& session, std::chrono::sys_seconds now);
  std::map<std::string, GatewaySession> sessions_;  // by reference
  std::map<std::string, std::string> references_;   // by token
  std::uint64_t charges_ = 0;
};

}  // namespace shubbak::samples
