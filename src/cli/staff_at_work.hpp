// A member of staff at work on the command line: logged in by their password, each act judged again when it is
// committed; or whoever reads there. Thread: one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/staff_desk.hpp"

namespace shubbak::cli {

class StaffAtWork {
 public:
  // Asks for the password. The error is an exit code: what is wrong was told, as of `command`.
  static Result<StaffAtWork, int> open(std::string_view command, daemon::Config config, const std::string& account,
                                       staff::Permission permission);
  // For what only reads: whoever may read the key file asks, and tells no password.
  static Result<StaffAtWork, int> open_to_read(std::string_view command, daemon::Config config);
  StaffAtWork(StaffAtWork&&) = default;
  StaffAtWork& operator=(StaffAtWork&&) = delete;
  StaffAtWork(const StaffAtWork&) = delete;
  StaffAtWork& operator=(const StaffAtWork&) = delete;
  ~StaffAtWork();  // logs out

  [[nodiscard]] const daemon::Config& config() const { return *config_; }
  [[nodiscard]] const Actor& by() const { return caller_->actor; }
  [[nodiscard]] const admin::Caller& caller() const { return *caller_; }
  admin::World& world() { return staff_->world(); }
  store::Store& store() { return staff_->world().store; }
  template <class T>
  Result<T, admin::ApiError> run(admin::Served<T> serving) {
    return staff_->run(std::move(serving));
  }
  // `where`: that the permission must cover.
  Result<store::Committed, admin::ApiError> put(store::Change change, const staff::Scope& where = {});
  Result<store::Committed, admin::ApiError> put(std::vector<store::Change> changes, const staff::Scope& where = {});
  // One of many that follow each other: whoever waits to write is not kept waiting by the next one.
  Result<store::Committed, admin::ApiError> put_page(store::Change change, const staff::Scope& where = {});

 private:
  explicit StaffAtWork(std::unique_ptr<daemon::Config> config) : config_(std::move(config)) {}

  std::unique_ptr<daemon::Config> config_;
  std::optional<staff::Permission> permission_;  // nothing: it only reads
  std::unique_ptr<StaffDesk> staff_;
  std::optional<admin::Caller> caller_;
};

}  // namespace shubbak::cli
