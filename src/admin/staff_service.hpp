// Logging in and out, and the management of accounts. The command line and the HTTP API both call these: there is no
// second logic. Passwords are judged on the worker's thread. Thread: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "admin/world.hpp"

namespace shubbak::admin {

template <class T = std::monostate>
using Served = boost::asio::awaitable<Result<T, ApiError>>;

// What takes long to look up, on the searcher's thread.
template <class R>
Served<R> on_searcher(World& world, std::function<Result<R>()> work) {
  auto working = world.searcher.run<R>(std::move(work));
  auto done = co_await std::move(working);
  if (!done) co_return api_error(done.error());
  co_return std::move(*done);
}

struct LoggedIn {
  std::string token;
  Caller caller;
};
// Errors: unauthenticated (a wrong name or password: the same words and the same time for both), locked.
Served<LoggedIn> log_in(World& world, std::string name, std::string password, std::string source);
// The owner of a session that is alive. Writes its last use now and then, without waiting for it.
Result<Caller, ApiError> find_caller(World& world, std::string_view token, std::string source);
// forbidden
Result<std::monostate, ApiError> authorize(const Caller& caller, staff::Permission permission);
Served<> log_out(World& world, Caller caller);
// Ends every session of the account, this one too. A wrong old password counts as a failed login.
Served<> change_password(World& world, Caller caller, std::string old_password, std::string new_password);

struct NewAccount {
  std::string name;
  std::string full_name;
  std::string email;
  std::string password;
  std::vector<staff::Grant> grants;
};
// These need staff.manage of a caller with a session, who cannot change their own account.
Served<staff::Account> add_account(World& world, Caller caller, NewAccount account);
Served<staff::Account> set_grants(World& world, Caller caller, std::string name, std::vector<staff::Grant> grants,
                                  std::int64_t generation);
Served<staff::Account> set_disabled(World& world, Caller caller, std::string name, bool disabled);
Served<> set_password(World& world, Caller caller, std::string name, std::string password);
// The phone from which the account's owner serves people; nothing: none any more. `typed`: as people type numbers.
Served<staff::Account> set_phone(World& world, Caller caller, std::string name, std::optional<std::string> typed);
// The service PIN that its owner gives on that phone.
Served<> set_pin(World& world, Caller caller, std::string name, std::string pin);
// In the order of names, behind that one.
inline constexpr std::size_t accounts_listed_max = 200;
Result<std::vector<staff::Account>, ApiError> list_accounts(World& world, const std::string& after);

}  // namespace shubbak::admin
