#include "daemon/program.hpp"

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
#include "daemon/load_flows.hpp"
#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

namespace asio = boost::asio;

constexpr int exit_failed = 1;
constexpr int exit_config = 2;

void print_faults(const std::vector<flows::Diagnostic>& faults) {
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

int serve(Config config, StoreOpener open_store) {
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  log::start(config.log_level);
  int exit_code = 0;
  {
    asio::io_context loop(1);
    Daemon daemon(loop, std::move(config), std::move(open_store));
    if (const auto started = daemon.start(); !started) {
      std::cerr << "shubbakd: " << started.error().message << '\n';
      exit_code = exit_failed;
    } else {
      auto obeying = obey_signals(loop, daemon);
      asio::co_spawn(loop, std::move(obeying), asio::detached);
      loop.run();
    }
  }
  log::stop();
  curl_global_cleanup();
  return exit_code;
}

}  // namespace

int run_program(int argc, char** argv, StoreOpener open_store) {
  CLI::App app{"shubbakd: the single service window of utilities and agencies, for any phone that can dial or text"};
  std::string config_file;
  bool check = false;
  bool reference = false;
  app.add_option("--config", config_file, "the configuration, a YAML file");
  app.add_flag("--check", check, "check the configuration and its flows, start nothing");
  app.add_flag("--config-reference", reference, "print the documentation of every setting");
  CLI11_PARSE(app, argc, argv);

  if (reference) {
    std::cout << config_reference();
    return 0;
  }
  if (config_file.empty()) {
    std::cerr << "shubbakd: name the configuration: shubbakd --config FILE\n";
    return exit_config;
  }
  auto config = read_config(config_file, process_environment);
  if (!config) {
    print_faults(config.error());
    return exit_config;
  }
  if (check) {
    const auto revision = load_flows(*config);
    if (!revision) {
      print_faults(revision.error());
      return exit_config;
    }
    const auto faults = faults_in_force(*config);
    if (!faults) std::cerr << "shubbakd: what is published was not looked at: " << faults.error().message << '\n';
    if (faults && !faults->empty()) {
      print_faults(*faults);
      return exit_config;
    }
    std::cout << config_file << ": ok\n";
    return 0;
  }
  return serve(std::move(*config), std::move(open_store));
}

}  // namespace shubbak::daemon
