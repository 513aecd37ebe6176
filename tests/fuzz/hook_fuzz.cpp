// Any octets as what an operator tells: its HTTP request, its signature and timestamp, and its body. Only what the
// operator signed, in its minutes, is taken as its word; a body is an event within its limits or is refused with a
// short reason that can be sent back.
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "companies/signature.hpp"
#include "daemon/operator_event.hpp"
#include "tests/fuzz/http_request.hpp"

namespace {

using namespace shubbak;
using daemon::HttpPost;

constexpr WallTime now{std::chrono::seconds(1'790'000'000)};
const std::string path = "/operator/syriatel/sim-change";

const std::array<daemon::OperatorConfig, 2>& operators() {
  static const std::array<daemon::OperatorConfig, 2> both = [] {
    std::array<daemon::OperatorConfig, 2> made;
    made[0].name = "syriatel";
    made[0].hook_secret = std::string(32, 's');
    made[1].name = "silent";  // tells nothing over HTTP
    return made;
  }();
  return both;
}

bool is_in_time(std::string_view timestamp) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (error != std::errc{} || end != timestamp.data() + timestamp.size()) return false;
  constexpr std::int64_t off_max = std::chrono::seconds(companies::peer_clock_window).count();
  const std::int64_t at = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return seconds >= at - off_max && seconds <= at + off_max;
}

void read_body(const std::string& body) {
  const auto event = daemon::read_operator_event(body);
  if (event) {
    SHUBBAK_ASSERT(!event->id.empty() && event->id.size() <= 64);
    SHUBBAK_ASSERT(Msisdn::parse(event->msisdn.reveal()).ok());
    return;
  }
  const std::string told = boost::json::serialize(boost::json::value(event.error().message));
  SHUBBAK_ASSERT(told.size() > 2 && told.size() < 200);
}

void judge(const HttpPost& post) {
  const std::string_view name = daemon::operator_named_in(post.target);
  const auto* signer = daemon::signer_of(operators(), name, post, now);
  if (signer == nullptr) return;
  SHUBBAK_ASSERT(signer->name == name && !signer->hook_secret.empty() && is_in_time(post.timestamp));
  SHUBBAK_ASSERT(post.signature ==
                 companies::request_signature(signer->hook_secret, post.timestamp, post.target, post.body));
}

// As the operator would sign it: taken when, and only when, its time is right.
void judge_signed(HttpPost post) {
  post.target = path;
  post.signature = companies::request_signature(operators()[0].hook_secret, post.timestamp, path, post.body);
  const auto* signer = daemon::signer_of(operators(), "syriatel", post, now);
  SHUBBAK_ASSERT((signer == operators().data()) == is_in_time(post.timestamp));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto request = fuzz::read_request(data, size)) {
    const HttpPost post{.target = std::string(request->target()),
                        .timestamp = std::string((*request)["X-Shubbak-Timestamp"]),
                        .signature = std::string((*request)["X-Shubbak-Signature"]),
                        .body = request->body()};
    judge(post);
    judge_signed(post);
    read_body(post.body);
  }
  read_body(std::string(reinterpret_cast<const char*>(data), size));  // without HTTP around it
  return 0;
}
