// What a sample that listens on one port does once its options are read: it prints "NAME listening on ADDRESS:PORT",
// then "listening", and serves until SIGINT or SIGTERM. Thread: one.
#pragma once

#include <csignal>
#include <cstdio>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "domain/result.hpp"

namespace shubbak::samples {

// The exit code of sample_NAME: 2 for wrong options, 1 where it cannot listen.
template <class Server, class Options>
int run_server(const char* name, const Result<Options>& options, std::string_view usage) {
  if (!options) {
    std::fprintf(stderr, "%s\n%s", options.error().message.c_str(), usage.data());
    return 2;
  }
  boost::asio::io_context loop(1);
  const auto server = Server::listen(loop, *options);
  if (!server) {
    std::fprintf(stderr, "sample_%s: %s\n", name, server.error().message.c_str());
    return 1;
  }
  std::printf("%s listening on %s:%u\nlistening\n", name, options->address.c_str(),
              static_cast<unsigned>((*server)->port()));
  std::fflush(stdout);
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  loop.run();
  return 0;
}

}  // namespace shubbak::samples
