// sample_gateway --port 8090 [--address 127.0.0.1] [--late-ms 3000]
// The secret by which both sides sign is in CARD_GATEWAY_SECRET. Prints "gateway listening on ADDRESS:PORT", then
// "listening", and serves until SIGINT or SIGTERM.
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "samples/run_server.hpp"
#include "samples/sample_gateway/server.hpp"

namespace {

using shubbak::Errc;
using shubbak::Error;
using shubbak::Result;
using shubbak::samples::GatewayOptions;
using shubbak::samples::GatewayServer;

constexpr std::string_view usage =
    "sample_gateway --port PORT [--address ADDRESS] [--late-ms MS]\nA sample of a gateway of bank cards; the secret "
    "by which both sides sign is in CARD_GATEWAY_SECRET. PORT 0 takes any free port.\n";

Result<GatewayOptions> options_of(int count, char** arguments) {
  GatewayOptions options;
  const char* secret = std::getenv("CARD_GATEWAY_SECRET");
  options.secret = secret == nullptr ? "" : secret;
  if (options.secret.empty()) return Error{Errc::invalid, "CARD_GATEWAY_SECRET is not set"};
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    if (i + 1 == count) return Error{Errc::invalid, std::string(name) + " needs a value"};
    const std::string_view value = arguments[i + 1];
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool is_number = failed == std::errc() && end == value.data() + value.size();
    if (name == "--address") {
      options.address = value;
    } else if (name == "--port" && is_number && number <= 65'535) {
      options.port = static_cast<std::uint16_t>(number);
    } else if (name == "--late-ms" && is_number) {
      options.late = std::chrono::milliseconds(number);
    } else {
      return Error{Errc::invalid, std::string(name) + ": no such option, or not a number in its range"};
    }
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  return shubbak::samples::run_server<GatewayServer>("gateway", options_of(count, arguments), usage);
}
