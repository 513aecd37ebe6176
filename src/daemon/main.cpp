// shubbakd: reads its configuration, runs the daemon, and obeys signals: TERM and INT drain and stop, HUP reads flows
// and strings again.
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>

#include "daemon/config.hpp"
#include "daemon/daemon.hpp"
#include "daemon/flow_loading.hpp"
#include "daemon/log.hpp"

namespace {

namespace asio = boost::asio;
using shubbak::daemon::Daemon;

constexpr int exit_failed = 1;
constexpr int exit_config = 2;

void print(const std::vector<shubbak::flows::Diagnostic>& faults) {
  for (const auto& fault : faults) std::cerr << to_string(fault) << '\n';
}

asio::awaitable<void> obey_signals(asio::io_context& loop, Daemon& daemon) {
  asio::signal_set signals(loop, SIGTERM, SIGINT, SIGHUP);
  for (;;) {
    const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (number == SIGHUP) {
      daemon.reload();
      continue;
    }
    auto stopping = daemon.stop();
    co_await std::move(stopping);
    loop.stop();
    co_return;
  }
}

int run(shubbak::daemon::Config config) {
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  shubbak::daemon::log::start(config.log_level);
  int exit_code = 0;
  {
    asio::io_context loop(1);
    Daemon daemon(loop, std::move(config));
    if (const auto started = daemon.start(); !started) {
      std::cerr << "shubbakd: " << started.error().message << '\n';
      exit_code = exit_failed;
    } else {
      auto obeying = obey_signals(loop, daemon);
      asio::co_spawn(loop, std::move(obeying), asio::detached);
      loop.run();
    }
  }
  shubbak::daemon::log::stop();
  curl_global_cleanup();
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"shubbakd: the single service window of utilities and agencies, for any phone that can dial or text"};
  std::string config_file;
  bool check = false;
  bool reference = false;
  app.add_option("--config", config_file, "the configuration, a YAML file");
  app.add_flag("--check", check, "check the configuration and its flows, start nothing");
  app.add_flag("--config-reference", reference, "print the documentation of every setting");
  CLI11_PARSE(app, argc, argv);

  if (reference) {
    std::cout << shubbak::daemon::config_reference();
    return 0;
  }
  if (config_file.empty()) {
    std::cerr << "shubbakd: name the configuration: shubbakd --config FILE\n";
    return exit_config;
  }
  auto config = shubbak::daemon::read_config(config_file, shubbak::daemon::process_environment);
  if (!config) {
    print(config.error());
    return exit_config;
  }
  if (check) {
    const auto revision = shubbak::daemon::load_flows(*config);
    if (!revision) {
      print(revision.error());
      return exit_config;
    }
    std::cout << config_file << ": ok\n";
    return 0;
  }
  return run(std::move(*config));
}
