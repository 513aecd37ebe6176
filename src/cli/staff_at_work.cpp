#include "cli/staff_at_work.hpp"

#include <chrono>
#include <thread>

#include "cli/command.hpp"

namespace shubbak::cli {

Result<StaffAtWork, int> StaffAtWork::open(std::string_view command, daemon::Config config,
                                           const std::string& account, staff::Permission permission) {
  auto work = open_to_read(command, std::move(config));
  if (!work) return work;
  auto caller = work->staff_->log_in(account, permission);
  if (!caller) return failed(command, caller.error().message);
  work->permission_ = permission;
  work->caller_ = std::move(*caller);
  return work;
}

Result<StaffAtWork, int> StaffAtWork::open_to_read(std::string_view command, daemon::Config config) {
  StaffAtWork work(std::make_unique<daemon::Config>(std::move(config)));
  auto opened = StaffDesk::open(*work.config_);
  if (!opened) return failed(command, opened.error().message);
  work.staff_ = std::move(*opened);
  work.caller_ = StaffDesk::console();
  return work;
}

StaffAtWork::~StaffAtWork() {
  if (staff_ && caller_ && caller_->session) staff_->log_out(*caller_);
}

Result<store::Committed, admin::ApiError> StaffAtWork::put(store::Change change, const staff::Scope& where) {
  std::vector<store::Change> changes;
  changes.push_back(std::move(change));
  return put(std::move(changes), where);
}

Result<store::Committed, admin::ApiError> StaffAtWork::put(std::vector<store::Change> changes,
                                                           const staff::Scope& where) {
  admin::World& world = staff_->world();
  return staff_->run(
      admin::commit_if(world, admin::required_of(world, *caller_, permission_.value(), where), std::move(changes)));
}

Result<store::Committed, admin::ApiError> StaffAtWork::put_page(store::Change change, const staff::Scope& where) {
  const auto began = std::chrono::steady_clock::now();
  auto committed = put(std::move(change), where);
  std::this_thread::sleep_for(std::chrono::steady_clock::now() - began);
  return committed;
}

}  // namespace shubbak::cli
