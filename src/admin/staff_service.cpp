#include "admin/staff_service.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "numbers/typed_number.hpp"
#include "services/commit.hpp"
#include "services/pin_hash.hpp"

namespace shubbak::admin {

namespace asio = boost::asio;

namespace {

std::uint32_t whole_seconds(std::chrono::milliseconds wait) {
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

ApiError locked(std::chrono::milliseconds wait) {
  const std::uint32_t seconds = whole_seconds(wait);
  return {Code::locked, "too many failed logins; try again in " + std::to_string(seconds) + " seconds", {}, seconds};
}

ApiError wrong_login() {
  return {Code::unauthenticated, "the name or the password is wrong", {}};
}

Served<store::Committed> commit(World& world, std::vector<store::Change> changes) {
  auto committing = services::commit(world.store, std::move(changes));
  auto committed = co_await std::move(committing);
  if (!committed) co_return change_error(committed.error());
  co_return std::move(*committed);
}

// Judges a password and counts what came of it. The session begins if it is right.
Served<store::Credentials> judge_password(World& world, std::string name, std::string password, std::string source,
                                          store::TokenHash session) {
  const auto failures = world.store.staff().failures(name, source);
  if (!failures) co_return api_error(failures.error());
  const WallTime now = world.now();
  const auto wait = std::max(staff::wait_before_try(staff::account_rule, failures->first, now),
                             staff::wait_before_try(staff::source_rule, failures->second, now));
  if (wait.count() > 0) co_return locked(wait);  // no hash is worked out for whoever only guesses
  auto found = world.store.staff().find_account(name);
  if (!found) co_return api_error(found.error());
  std::function<Result<bool>()> judge = [hasher = &world.passwords, password = std::move(password),
                                         hash = *found ? std::optional((*found)->password_hash) : std::nullopt] {
    return hasher->matches(password, hash ? &*hash : nullptr);
  };
  auto judging = world.worker.run<bool>(std::move(judge));
  const auto matches = co_await std::move(judging);
  if (!matches) co_return api_error(matches.error());
  std::vector<store::Change> changes;
  changes.emplace_back(store::StaffChange(store::Login{.name = std::move(name),
                                                       .source = std::move(source),
                                                       .password_matches = *matches,
                                                       .generation = *found ? (*found)->account.generation : 0,
                                                       .session = session,
                                                       .at = world.now()}));
  auto committing = commit(world, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  switch (committed->login.value().verdict) {
    case staff::LoginVerdict::granted:
      co_return std::move(**found);
    case staff::LoginVerdict::refused:
      co_return wrong_login();
    case staff::LoginVerdict::locked:
      co_return locked(committed->login->wait);
  }
  std::abort();
}

Served<std::string> hashed_by(World& world, std::function<Result<std::string>()> hash) {
  auto hashing = world.worker.run<std::string>(std::move(hash));
  auto hashed = co_await std::move(hashing);
  if (!hashed) co_return api_error(hashed.error());
  co_return std::move(*hashed);
}

Served<std::string> hash_of(World& world, std::string password) {
  return hashed_by(world,
                   [hasher = &world.passwords, password = std::move(password)] { return hasher->hash(password); });
}

Result<staff::Account, ApiError> account_named(World& world, const std::string& name) {
  auto found = world.store.staff().find_account(name);
  if (!found) return api_error(found.error());
  if (!*found) return ApiError{Code::not_found, "there is no account of that name", "name"};
  return std::move((*found)->account);
}

Result<std::monostate, ApiError> refuse_own(const Caller& caller, const std::string& name) {
  if (!caller.is_command_line() && caller.account.name == name)
    return ApiError{Code::forbidden, "nobody changes their own account: another admin does", "name"};
  return std::monostate();
}

// Commits one change of an account and tells what it is now.
Served<staff::Account> change_account(World& world, Caller caller, std::string name, store::StaffChange change) {
  if (const auto other = refuse_own(caller, name); !other) co_return other.error();
  auto committing = commit_if(world, required_of(world, caller, staff::Permission::staff_manage, staff::Scope()),
                              {store::Change(std::move(change))});
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return account_named(world, name);
}

}  // namespace

std::optional<store::RequireStaff> required_of(const World& world, const Caller& caller, staff::Permission permission,
                                               staff::Scope where) {
  if (caller.is_command_line()) return std::nullopt;
  return store::RequireStaff{caller.session.value(), permission, world.now(), std::move(where)};
}

ApiError change_error(const Error& error, std::string field) {
  ApiError told = api_error(error, std::move(field));
  const bool is_limit = error.message == store::over_ceiling || error.message.starts_with("over the limit of one ");
  const bool is_off = error.message == store::switched_off;
  if ((error.code == Errc::limit && is_limit) || is_off) told.code = Code::conflict;
  return told;
}

asio::awaitable<Result<store::Committed, ApiError>> commit_if(World& world,
                                                              std::optional<store::RequireStaff> required,
                                                              std::vector<store::Change> wanted) {
  std::vector<store::Change> changes;
  if (required) changes.emplace_back(store::StaffChange(std::move(*required)));
  std::ranges::move(wanted, std::back_inserter(changes));
  return commit(world, std::move(changes));
}

Served<LoggedIn> log_in(World& world, std::string name, std::string password, std::string source) {
  Token token = new_token();
  auto judging = judge_password(world, std::move(name), std::move(password), source, token.hash);
  auto credentials = co_await std::move(judging);
  if (!credentials) co_return credentials.error();
  LoggedIn in{std::move(token.text), {}};
  in.caller = {{Actor::Kind::staff, credentials->account.name}, token.hash, credentials->account, std::move(source)};
  co_return in;
}

Result<Caller, ApiError> find_caller(World& world, std::string_view token, std::string source) {
  const ApiError none{Code::unauthenticated, "log in: there is no session of that token, or it has ended", {}};
  const auto hash = hash_of_token(token);
  if (!hash) return none;
  auto found = world.store.staff().find_session(*hash);
  if (!found) return api_error(found.error());
  const WallTime now = world.now();
  if (!*found || staff::judge((*found)->session, (*found)->account, now) != staff::SessionState::alive) return none;
  if (staff::needs_touch((*found)->session, now)) {
    std::vector<store::Change> changes;
    changes.emplace_back(store::StaffChange(store::TouchSession{*hash, now}));
    // Should it fail, the session only ends sooner.
    world.store.change(std::move(changes), [](const Result<store::Committed>&) {});
  }
  staff::Account& account = (*found)->account;
  Actor actor{Actor::Kind::staff, account.name};
  return Caller{std::move(actor), *hash, std::move(account), std::move(source)};
}

Result<std::monostate, ApiError> authorize(const Caller& caller, staff::Permission permission) {
  if (!caller.is_command_line() && !staff::may(caller.account, permission)) {
    return ApiError{
        Code::forbidden,
        "this takes the permission " + std::string(staff::to_string(permission)) + ", which none of your roles gives",
        {}};
  }
  return std::monostate();
}

Served<> log_out(World& world, Caller caller) {
  std::vector<store::Change> changes;
  changes.emplace_back(store::StaffChange(store::EndSession{caller.session.value()}));
  auto committing = commit(world, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return std::monostate();
}

Served<> change_password(World& world, Caller caller, std::string old_password, std::string new_password) {
  const std::string name = caller.account.name;
  if (const Status fits = staff::check_password(new_password, name); !fits)
    co_return api_error(fits.error(), "new_password");
  // The session that this begins ends with all others when the password is set.
  auto judging = judge_password(world, name, std::move(old_password), caller.source, new_token().hash);
  const auto credentials = co_await std::move(judging);
  if (!credentials) {
    ApiError error = credentials.error();
    if (error.code == Code::unauthenticated) error = {Code::forbidden, "the old password is wrong", "old_password"};
    co_return error;
  }
  auto hashing = hash_of(world, std::move(new_password));
  auto hash = co_await std::move(hashing);
  if (!hash) co_return hash.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::StaffChange(
      store::SetPassword{name, std::move(*hash), credentials->account.generation, caller.actor, world.now()}));
  auto committing = commit(world, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return std::monostate();
}

Served<staff::Account> add_account(World& world, Caller caller, NewAccount account) {
  if (const Status fits = staff::check_name(account.name); !fits) co_return api_error(fits.error(), "name");
  if (const Status fits = staff::check_password(account.password, account.name); !fits)
    co_return api_error(fits.error(), "password");
  auto hashing = hash_of(world, std::move(account.password));
  auto hash = co_await std::move(hashing);
  if (!hash) co_return hash.error();
  store::AddAccount change{account.name,     std::move(account.full_name), std::move(account.email),
                           std::move(*hash), std::move(account.grants),    caller.actor,
                           world.now()};
  auto changing = change_account(world, std::move(caller), std::move(account.name), std::move(change));
  co_return co_await std::move(changing);
}

Served<staff::Account> set_grants(World& world, Caller caller, std::string name, std::vector<staff::Grant> grants,
                                  std::int64_t generation) {
  store::SetGrants change{name, std::move(grants), generation, caller.actor, world.now()};
  return change_account(world, std::move(caller), std::move(name), std::move(change));
}

Served<staff::Account> set_disabled(World& world, Caller caller, std::string name, bool disabled) {
  store::SetDisabled change{name, disabled, 0, caller.actor, world.now()};
  return change_account(world, std::move(caller), std::move(name), std::move(change));
}

Served<> set_password(World& world, Caller caller, std::string name, std::string password) {
  if (const Status fits = staff::check_password(password, name); !fits) co_return api_error(fits.error(), "password");
  auto hashing = hash_of(world, std::move(password));
  auto hash = co_await std::move(hashing);
  if (!hash) co_return hash.error();
  store::SetPassword change{name, std::move(*hash), 0, caller.actor, world.now()};
  auto changing = change_account(world, std::move(caller), std::move(name), std::move(change));
  const auto changed = co_await std::move(changing);
  if (!changed) co_return changed.error();
  co_return std::monostate();
}

Served<staff::Account> set_phone(World& world, Caller caller, std::string name, std::optional<std::string> typed) {
  store::SetPhone change{name, std::nullopt, 0, caller.actor, world.now()};
  if (typed) {
    const auto msisdn = numbers::parse_typed_mobile(*typed, world.country);
    if (!msisdn) co_return api_error(msisdn.error(), "msisdn");
    change.msisdn = *msisdn;
  }
  auto changing = change_account(world, std::move(caller), std::move(name), std::move(change));
  co_return co_await std::move(changing);
}

Served<> set_pin(World& world, Caller caller, std::string name, std::string pin) {
  if (!services::is_good_pin(pin))
    co_return ApiError{Code::invalid, "a service PIN has 5 digits, not an easy row like 12345 or 77777", "pin"};
  auto hashing = hashed_by(world, [pin = std::move(pin)] { return services::hash_pin(pin); });
  auto hash = co_await std::move(hashing);
  if (!hash) co_return hash.error();
  store::SetStaffPin change{name, std::move(*hash), 0, caller.actor, world.now()};
  auto changing = change_account(world, std::move(caller), std::move(name), std::move(change));
  const auto changed = co_await std::move(changing);
  if (!changed) co_return changed.error();
  co_return std::monostate();
}

Result<std::vector<staff::Account>, ApiError> list_accounts(World& world, const std::string& after) {
  auto page = world.store.staff().accounts(after, accounts_listed_max);
  if (!page) return api_error(page.error());
  return std::move(*page);
}

}  // namespace shubbak::admin
