// The services of src/admin as a command uses them, beside the daemon: on an event loop of its own, which turns until
// a service has answered. Thread: one.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "admin/flow_service.hpp"
#include "admin/staff_service.hpp"
#include "companies/directory.hpp"
#include "daemon/config.hpp"

namespace shubbak::cli {

// From the terminal without showing it, or the first line of the standard input. Error invalid.
Result<std::string> read_password(const std::string& prompt, bool twice);

class StaffDesk {
 public:
  // `config` must outlive it.
  static Result<std::unique_ptr<StaffDesk>> open(const daemon::Config& config);
  StaffDesk(admin::PasswordHasher passwords, const companies::HttpLimits& limits)
      : passwords_(std::move(passwords)), http_(loop_.get_executor(), limits) {}
  StaffDesk(const StaffDesk&) = delete;
  StaffDesk& operator=(const StaffDesk&) = delete;
  ~StaffDesk() = default;

  admin::World& world() { return *world_; }

  template <class T>
  Result<T, admin::ApiError> run(admin::Served<T> serving) {
    std::optional<Result<T, admin::ApiError>> answer;
    boost::asio::co_spawn(loop_, keep(std::move(serving), answer), boost::asio::detached);
    loop_.restart();
    while (!answer) loop_.run_one();
    return std::move(*answer);
  }

  // Whoever may read the key file may do everything; they are named as the machine knows them.
  static admin::Caller console();
  // A member of staff who tells their password, and may do this.
  Result<admin::Caller, admin::ApiError> log_in(const std::string& account, staff::Permission permission);
  void log_out(const admin::Caller& caller);

 private:
  template <class T>
  static boost::asio::awaitable<void> keep(admin::Served<T> serving,
                                           std::optional<Result<T, admin::ApiError>>& answer) {
    answer = co_await std::move(serving);
  }

  boost::asio::io_context loop_{1};
  // Nothing else keeps the loop waiting while the store's writer or the worker is busy.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{loop_.get_executor()};
  admin::PasswordHasher passwords_;
  admin::Worker worker_{loop_.get_executor()};
  companies::HttpClient http_;
  std::unique_ptr<companies::Directory> companies_;
  std::unique_ptr<store::Store> store_;
  std::optional<admin::World> world_;
};

}  // namespace shubbak::cli
