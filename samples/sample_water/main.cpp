// sample_water --port 8084 [--address 127.0.0.1] [--currency SYP]
// The secret of client "shubbak" is in WATER_CLIENT_SECRET. Prints "water listening on ADDRESS:PORT", then
// "listening", and serves until SIGINT or SIGTERM.
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "samples/run_server.hpp"
#include "samples/sample_water/server.hpp"

namespace {

using shubbak::Errc;
using shubbak::Error;
using shubbak::Result;
using shubbak::samples::WaterOptions;
using shubbak::samples::WaterServer;

constexpr std::string_view usage =
    "sample_water --port PORT [--address ADDRESS] [--currency CODE]\nA sample of a water company's system; the "
    "secret "
    "of its client is in WATER_CLIENT_SECRET. PORT 0 takes any free port.\n";

Result<WaterOptions> options_of(int count, char** arguments) {
  WaterOptions options;
  const char* secret = std::getenv("WATER_CLIENT_SECRET");
  options.client_secret = secret == nullptr ? "" : secret;
  if (options.client_secret.empty()) return Error{Errc::invalid, "WATER_CLIENT_SECRET is not set"};
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    if (i + 1 == count) return Error{Errc::invalid, std::string(name) + " needs a value"};
    const std::string_view value = arguments[i + 1];
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool is_number = failed == std::errc() && end == value.data() + value.size();
    const Result<shubbak::Currency> currency = shubbak::parse_currency(value);
    if (name == "--address") {
      options.address = value;
    } else if (name == "--port" && is_number && number <= 65'535) {
      options.port = static_cast<std::uint16_t>(number);
    } else if (name == "--currency" && currency) {
      options.currency = *currency;
    } else {
      return Error{Errc::invalid, std::string(name) + ": no such option, or no value for it"};
    }
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  return shubbak::samples::run_server<WaterServer>("water", options_of(count, arguments), usage);
}
