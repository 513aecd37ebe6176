// What the services of staff work with, whether a request came over HTTP or from the command line. Thread: the
// loop's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/message.hpp"
#include "admin/password_hash.hpp"
#include "admin/token.hpp"
#include "admin/worker.hpp"
#include "broadcasts/cost.hpp"
#include "cases/kind.hpp"
#include "companies/directory.hpp"
#include "domain/actor.hpp"
#include "domain/money.hpp"
#include "domain/national_id.hpp"
#include "flows/loader.hpp"
#include "polls/poll.hpp"
#include "services/counter.hpp"
#include "store/store.hpp"

namespace shubbak::admin {

// What the deployment says of flows that somebody wants to publish.
struct CheckedFlows {
  std::string revision;
  bool needs_second_person = false;
};
// How flows are published here. All are called on the worker's thread, one at a time.
struct Publishing {
  std::string database;
  std::function<Result<std::vector<flows::SourceFile>>()> read_folders;  // by their plain names
  std::function<Result<CheckedFlows>(const std::vector<flows::SourceFile>&)> check;
  store::OnDoubt on_doubt = store::end_in_doubt;
};

// Where the audit trail is.
struct TrailAt {
  std::string database;
};

struct World {
  store::Store& store;
  Worker& worker;
  Worker& searcher;  // for the audit trail and sums of cash: a long search holds up no login
  const PasswordHasher& passwords;
  Publishing publishing;
  services::Counter counter;
  TrailAt trail;
  Country country;
  std::function<WallTime()> now;
  const companies::Directory* companies = nullptr;  // of cash: nobody pays where there is none
  Currency currency = Currency::SYP;
  std::chrono::minutes utc_offset{0};  // of the deployment's days
  cases::Kinds case_kinds{};
  polls::Plan polls{};
  std::vector<broadcasts::Way> broadcast_ways{};            // of each operator; none: nobody is told
  std::vector<std::string> locales{};                       // of the deployment, its own first
  std::function<void(vouchers::FillVerdict)> count_fill{};  // for metrics; may be missing
};

// Who asks. The command line has no session: whoever may read the key file may do everything. Without either, nothing
// is permitted.
struct Caller {
  Actor actor;
  std::optional<store::TokenHash> session{};
  staff::Account account{};  // with a session
  std::string source{};      // address
  [[nodiscard]] bool is_command_line() const { return actor.kind == Actor::Kind::command_line; }
};

// What must still be so when a caller's act is committed; `where` it is done. Nothing: the command line may do
// everything.
std::optional<store::RequireStaff> required_of(const World& world, const Caller& caller, staff::Permission permission,
                                               staff::Scope where);
// Of what stands against a change: a ceiling or limit of money is no fault of the machine, but a conflict.
ApiError change_error(const Error& error, std::string field = {});
// Commits what a caller asked for, if that is so at that moment.
boost::asio::awaitable<Result<store::Committed, ApiError>> commit_if(World& world,
                                                                     std::optional<store::RequireStaff> required,
                                                                     std::vector<store::Change> wanted);

}  // namespace shubbak::admin
