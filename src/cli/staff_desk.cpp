#include "cli/staff_desk.hpp"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "cli/published_words.hpp"
#include "cli/this_user.hpp"
#include "daemon/publishing.hpp"

namespace shubbak::cli {
namespace {

// The terminal shows nothing of what is typed while this lives.
class EchoOff {
 public:
  EchoOff() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  ~EchoOff() {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }

 private:
  termios before_{};
};

bool ask(const std::string& prompt, std::string& answer) {
  std::fputs(prompt.c_str(), stderr);
  const EchoOff silent;
  return static_cast<bool>(std::getline(std::cin, answer));
}

}  // namespace

Result<std::string> read_password(const std::string& prompt, bool twice) {
  std::string password;
  if (::isatty(STDIN_FILENO) == 0) {
    if (!std::getline(std::cin, password)) return Error{Errc::invalid, "no password on the standard input"};
    return password;
  }
  std::string again;
  if (!ask(prompt + ": ", password) || (twice && !ask("once more: ", again)))
    return Error{Errc::invalid, "no password was typed"};
  if (twice && again != password) return Error{Errc::invalid, "the two passwords differ"};
  return password;
}

Result<std::unique_ptr<StaffDesk>> StaffDesk::open(const daemon::Config& config) {
  auto passwords = admin::PasswordHasher::create({});
  if (!passwords) return passwords.error();
  auto desk = std::make_unique<StaffDesk>(std::move(*passwords), config.company_limits);
  auto companies = companies::Directory::create(config.companies, desk->http_);
  if (!companies) return companies.error();
  desk->companies_ = std::move(*companies);
  const store::StoreConfig stored{.path = config.database,
                                  .key_file = config.key_file,
                                  .key_command = config.key_command,
                                  .is_daemons = false,
                                  .payment_limits = {config.payment_limits, config.utc_offset},
                                  .rollout = config.switches,
                                  .case_kinds = config.case_kinds,
                                  .fills = config.fills.taking};
  auto store = store::open_sqlite(stored, [loop = desk->loop_.get_executor()](std::function<void()> task) {
    boost::asio::post(loop, std::move(task));
  });
  if (!store) return store.error();
  desk->store_ = std::move(*store);
  services::Counter counter{.deployment = config.deployment,
                            .operators = {},
                            .words = [&config] { return words_of(config); },
                            .random = {},  // links are shubbak link's affair
                            .in_digits_of = daemon::digits_of_links(config),
                            .kept_words = [&config](const std::string& id) { return kept_words_of(config, id); }};
  for (const auto& op : config.operators) counter.operators.push_back(op.name);
  desk->world_.emplace(admin::World{.store = *desk->store_,
                                    .worker = desk->worker_,
                                    .searcher = desk->worker_,
                                    .passwords = desk->passwords_,
                                    .publishing = daemon::publishing_of(config, store::end_in_doubt),
                                    .counter = std::move(counter),
                                    .trail = {config.database},
                                    .country = config.country,
                                    .now = wall_now,
                                    .companies = desk->companies_.get(),
                                    .currency = config.currency,
                                    .utc_offset = config.utc_offset,
                                    .case_kinds = config.case_kinds,
                                    .polls = config.poll_plan(),
                                    .broadcast_ways = daemon::broadcast_ways(config),
                                    .locales = config.locales});
  return desk;
}

admin::Caller StaffDesk::console() {
  return {this_user(), std::nullopt, {}, {}};
}

Result<admin::Caller, admin::ApiError> StaffDesk::log_in(const std::string& account, staff::Permission permission) {
  const auto password = read_password("password of " + account, false);
  if (!password) return admin::api_error(password.error());
  auto in = run(admin::log_in(*world_, account, *password, "command line"));
  if (!in) return in.error();
  if (const auto may = admin::authorize(in->caller, permission); !may) {
    log_out(in->caller);
    return may.error();
  }
  return std::move(in->caller);
}

void StaffDesk::log_out(const admin::Caller& caller) {
  static_cast<void>(run(admin::log_out(*world_, caller)));
}

}  // namespace shubbak::cli
