// sample_company --port 8081 --name damascus [--port 8082 --name aleppo ...] [--generated N] [--late-ms 2000]
//                [--payment-late-ms 12000] [--payments-take-ms 0] [--currency SYP] [--address 127.0.0.1]
// Prints "NAME listening on ADDRESS:PORT" for each company, then "listening", and serves until SIGINT or SIGTERM.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string_view>

#include <boost/asio/signal_set.hpp>

#include "samples/sample_company/server.hpp"

namespace {

using shubbak::Errc;
using shubbak::Error;
using shubbak::Result;
using shubbak::samples::SampleOptions;
using shubbak::samples::SampleServer;

constexpr std::string_view usage =
    "sample_company --port PORT --name NAME [--port PORT --name NAME ...] [--generated N] [--late-ms MS] "
    "[--payment-late-ms MS] [--payments-take-ms MS] [--currency CODE] [--address ADDRESS]\nA sample of a company's "
    "billing system, with made-up data. PORT 0 takes any free port.\n";

std::optional<std::uint64_t> number_up_to(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number > max) return std::nullopt;
  return number;
}

// Where the option's value goes. Null: it is no time.
std::chrono::milliseconds* time_of(std::string_view name, SampleOptions& options) {
  if (name == "--late-ms") return &options.late;
  if (name == "--payment-late-ms") return &options.payment_late;
  return name == "--payments-take-ms" ? &options.payments_take : nullptr;
}

Result<SampleOptions> options_of(int count, char** arguments) {
  SampleOptions options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    if (i + 1 == count) return Error{Errc::invalid, std::string(name) + " needs a value"};
    const std::string_view value = arguments[i + 1];
    std::optional<std::uint64_t> number = 0;
    if (name == "--port") {
      number = number_up_to(value, 65'535);
      options.companies.push_back({"", static_cast<std::uint16_t>(number.value_or(0))});
    } else if (name == "--name") {
      if (options.companies.empty()) return Error{Errc::invalid, "--name comes after its --port"};
      options.companies.back().name = value;
    } else if (name == "--generated") {
      number = number_up_to(value, 1'100'000);  // below the numbers of the named people
      options.generated = number.value_or(0);
    } else if (std::chrono::milliseconds* const time = time_of(name, options)) {
      number = number_up_to(value, 3'600'000);
      *time = std::chrono::milliseconds(number.value_or(0));
    } else if (name == "--currency") {
      const Result<shubbak::Currency> currency = shubbak::parse_currency(value);
      if (!currency) return currency.error();
      options.currency = *currency;
    } else if (name == "--address") {
      options.address = value;
    } else {
      return Error{Errc::invalid, "unknown option " + std::string(name)};
    }
    if (!number) return Error{Errc::invalid, std::string(name) + ": not a number in its range"};
  }
  for (const auto& company : options.companies) {
    if (company.name.empty()) return Error{Errc::invalid, "each --port needs a --name"};
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  const Result<SampleOptions> options = options_of(count, arguments);
  if (!options || options->companies.empty()) {
    std::fprintf(stderr, "%s%s", options ? "" : (options.error().message + "\n").c_str(), usage.data());
    return 2;
  }
  boost::asio::io_context loop(1);
  const auto server = SampleServer::listen(loop, *options);
  if (!server) {
    std::fprintf(stderr, "sample_company: %s\n", server.error().message.c_str());
    return 1;
  }
  for (std::size_t i = 0; i < options->companies.size(); ++i) {
    std::printf("%s listening on %s:%u\n", options->companies[i].name.c_str(), options->address.c_str(),
                static_cast<unsigned>((*server)->port(i)));
  }
  std::printf("listening\n");
  std::fflush(stdout);
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  loop.run();
  return 0;
}
