#include "samples/sample_gateway/gateway_book.hpp"

namespace shubbak::samples {

std::string_view to_string(GatewaySession::State state) {
  switch (state) {
    case GatewaySession::State::open:
      return "open";
    case GatewaySession::State::charged:
      return "charged";
    case GatewaySession::State::failed:
      return "failed";
    case GatewaySession::State::cancelled:
      return "cancelled";
    case GatewaySession::State::expired:
      return "expired";
  }
  return "";
}

GatewaySession* GatewayBook::open(GatewaySession asked, std::chrono::sys_seconds now) {
  if (GatewaySession* known = find(asked.reference, now)) {
    const bool is_same = known->amount_minor == asked.amount_minor && known->currency == asked.currency &&
                         known->callback_url == asked.callback_url;
    return is_same ? known : nullptr;
  }
  references_.emplace(asked.token, asked.reference);
  return &sessions_.emplace(asked.reference, asked).first->second;
}

GatewaySession* GatewayBook::find(const std::string& reference, std::chrono::sys_seconds now) {
  const auto found = sessions_.find(reference);
  if (found == sessions_.end()) return nullptr;
  expire(found->second, now);
  return &found->second;
}

GatewaySession* GatewayBook::find_by_token(const std::string& token, std::chrono::sys_seconds now) {
  const auto found = references_.find(token);
  return found == references_.end() ? nullptr : find(found->second, now);
}

bool GatewayBook::charge(GatewaySession& session, std::int64_t minor) {
  if (!end(session, GatewaySession::State::charged)) return false;
  session.charged_minor = minor;
  session.transaction = "G-" + std::to_string(++charges_);
  return true;
}

bool GatewayBook::end(GatewaySession& session, GatewaySession::State state) {
  if (session.state != GatewaySession::State::open) return false;
  session.state = state;
  return true;
}

void GatewayBook::expire(GatewaySession& session, std::chrono::sys_seconds now) {
  if (now >= session.expires) end(session, GatewaySession::State::expired);
}

}  // namespace shubbak::samples
