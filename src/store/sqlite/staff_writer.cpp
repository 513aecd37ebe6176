#include "store/sqlite/staff_writer.hpp"

#include <algorithm>

#include "store/sqlite/statements.hpp"

namespace shubbak::store {

StaffWriter::StaffWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                         const otp::Policy& policy)
    : sealer_(sealer),
      audit_(audit),
      policy_(policy),
      reader_(database, &sealer),
      next_id_(prepare(database, statement("next_account_id"))),
      add_account_(prepare(database, statement("add_account"))),
      set_disabled_(prepare(database, statement("set_account_disabled"))),
      set_password_(prepare(database, statement("set_account_password"))),
      set_phone_(prepare(database, statement("set_account_phone"))),
      put_pin_(prepare(database, statement("put_staff_pin"))),
      set_pin_tries_(prepare(database, statement("set_staff_pin_tries"))),
      drop_phone_session_of_(prepare(database, statement("drop_phone_session_of"))),
      note_phone_session_(prepare(database, statement("note_phone_session"))),
      renew_(prepare(database, statement("renew_account"))),
      add_grant_(prepare(database, statement("add_staff_grant"))),
      drop_grants_(prepare(database, statement("drop_staff_grants"))),
      add_session_(prepare(database, statement("add_staff_session"))),
      touch_session_(prepare(database, statement("touch_staff_session"))),
      drop_session_(prepare(database, statement("drop_staff_session"))),
      drop_sessions_of_(prepare(database, statement("drop_staff_sessions_of"))),
      drop_oldest_sessions_of_(prepare(database, statement("drop_oldest_staff_sessions_of"))),
      drop_idle_sessions_(prepare(database, statement("drop_idle_staff_sessions"))),
      put_failures_(prepare(database, statement("put_login_failures"))),
      drop_failures_(prepare(database, statement("drop_login_failures"))),
      drop_old_failures_(prepare(database, statement("drop_old_login_failures"))) {}

Status StaffWriter::apply(const StaffChange& change, Committed& committed) {
  if (const auto* tried = std::get_if<Login>(&change)) {
    auto decided = login(*tried);
    if (!decided) return decided.error();
    committed.login = *decided;
    return {};
  }
  if (const auto* tried = std::get_if<SignIn>(&change)) {
    const auto verdict = sign_in(*tried);
    if (!verdict) return verdict.error();
    committed.tries.push_back(*verdict);
    return {};
  }
  return std::visit(
      [this]<class One>(const One& one) -> Status {
        if constexpr (std::is_same_v<One, Login> || std::is_same_v<One, SignIn>) {
          return {};
        } else {
          return apply(one);
        }
      },
      change);
}

Status StaffWriter::apply(const RequireStaff& change) {
  return reader_.judge(change);
}

Status StaffWriter::apply(const AddAccount& change) {
  if (Status fits = staff::check_name(change.name); !fits) return fits;
  if (Status fits = staff::check_contact(change.full_name, change.email); !fits) return fits;
  if (Status fits = staff::check_grants(change.grants); !fits) return fits;
  const auto found = reader_.find_account(change.name);
  if (!found) return found.error();
  if (*found) return Error{Errc::conflict, "there is an account of that name"};
  std::int64_t id = 0;
  {
    Use use(next_id_);
    use.next();
    id = use.integer(0);
  }
  SealedBytes full_name;
  SealedBytes email;
  const auto row = static_cast<std::uint64_t>(id);
  if (Status sealed = sealer_.seal({SealedField::staff_full_name, row}, change.full_name, full_name); !sealed)
    return sealed;
  if (Status sealed = sealer_.seal({SealedField::staff_email, row}, change.email, email); !sealed) return sealed;
  run(add_account_, id, change.name, std::span<const unsigned char>(full_name), std::span<const unsigned char>(email),
      change.password_hash, change.at);
  add_grants(id, change.grants);
  const Act act{change.name, change.by, change.at};
  tell(audit::Action::account_added, act);
  tell_grants(audit::Action::role_granted, act, change.grants, {});
  return {};
}

void StaffWriter::add_grants(std::int64_t account, const std::vector<staff::Grant>& grants) {
  for (const staff::Grant& grant : grants) {
    const std::string role(staff::to_string(grant.role));
    run(add_grant_, account, role, grant.scope.company, grant.scope.directorate, grant.scope.office);
  }
}

Result<staff::Account> StaffWriter::account_to_change(const std::string& name, std::int64_t generation) {
  const auto found = reader_.find_account(name);
  if (!found) return found.error();
  if (!*found) return Error{Errc::not_found, "there is no account of that name"};
  if (generation != 0 && generation != (*found)->account.generation)
    return Error{Errc::conflict, "somebody changed that account meanwhile; look at it again"};
  return (*found)->account;
}

Status StaffWriter::apply(const SetGrants& change) {
  if (Status fits = staff::check_grants(change.grants); !fits) return fits;
  const auto account = account_to_change(change.name, change.generation);
  if (!account) return account.error();
  run(drop_grants_, account->id);
  add_grants(account->id, change.grants);
  run(renew_, account->id);
  run(drop_sessions_of_, account->id);
  const Act act{change.name, change.by, change.at};
  tell_grants(audit::Action::role_revoked, act, account->grants, change.grants);
  tell_grants(audit::Action::role_granted, act, change.grants, account->grants);
  return {};
}

Status StaffWriter::apply(const SetDisabled& change) {
  const auto account = account_to_change(change.name, change.generation);
  if (!account) return account.error();
  if (!change.disabled && account->msisdn) {
    if (Status free = must_be_free(*account->msisdn, account->id); !free) return free;
  }
  run(set_disabled_, account->id, std::int64_t{change.disabled ? 1 : 0});
  run(drop_sessions_of_, account->id);
  if (account->disabled != change.disabled) {
    tell(change.disabled ? audit::Action::account_closed : audit::Action::account_opened,
         {change.name, change.by, change.at});
  }
  return {};
}

Status StaffWriter::apply(const SetPassword& change) {
  const auto account = account_to_change(change.name, change.generation);
  if (!account) return account.error();
  run(set_password_, account->id, change.password_hash);
  run(drop_sessions_of_, account->id);
  tell(audit::Action::account_password_set, {change.name, change.by, change.at});
  run(drop_failures_, staff::account_subject(change.name));
  return {};
}

Status StaffWriter::must_be_free(Msisdn msisdn, std::int64_t account) {
  const auto owner = reader_.find_account_of(msisdn);
  if (!owner) return owner.error();
  if (*owner && (*owner)->account.id != account)
    return Error{Errc::conflict, "another open account has that number; take it from that one first"};
  return {};
}

Status StaffWriter::apply(const SetPhone& change) {
  const auto account = account_to_change(change.name, change.generation);
  if (!account) return account.error();
  if (change.msisdn && !account->disabled) {
    if (Status free = must_be_free(*change.msisdn, account->id); !free) return free;
  }
  run(set_phone_, account->id, change.msisdn);
  run(drop_sessions_of_, account->id);
  tell(audit::Action::account_phone_set, {change.name, change.by, change.at}, {}, change.msisdn);
  return {};
}

Status StaffWriter::apply(const SetStaffPin& change) {
  const auto account = account_to_change(change.name, change.generation);
  if (!account) return account.error();
  SealedBytes hash;
  const auto row = static_cast<std::uint64_t>(account->id);
  if (Status sealed = sealer_.seal({SealedField::staff_pin, row}, change.hash, hash); !sealed) return sealed;
  run(put_pin_, account->id, std::span<const unsigned char>(hash));
  run(renew_, account->id);
  run(drop_sessions_of_, account->id);
  tell(audit::Action::account_pin_set, {change.name, change.by, change.at});
  return {};
}

Result<otp::TryVerdict> StaffWriter::sign_in(const SignIn& change) {
  const auto found = reader_.find_account(change.name);
  if (!found) return found.error();
  if (!*found) return Error{Errc::not_found, "there is no account of that name"};
  const staff::Account& account = (*found)->account;
  const bool is_same =
      !account.disabled && account.generation == change.generation && account.msisdn == change.msisdn;
  const otp::ChannelTries before = reader_.pin_tries(account.id);
  otp::Tries tries{.ussd = before, .sms = {}};
  const otp::TryVerdict verdict = otp::try_pin(policy_, tries, change.pin_matches && is_same, change.at);
  if (tries.ussd != before)
    run(set_pin_tries_, account.id, std::int64_t{tries.ussd.failures}, tries.ussd.locked_until);
  tell_lock(change, before, tries.ussd);
  if (verdict != otp::TryVerdict::right) return verdict;
  run(drop_phone_session_of_, account.id);
  begin_session(change.session, account, change.at);
  run(note_phone_session_, account.id, std::span<const unsigned char>(change.session));
  return verdict;
}

void StaffWriter::begin_session(const TokenHash& session, const staff::Account& account, WallTime at) {
  run(add_session_, std::span<const unsigned char>(session), account.id, account.generation, at);
  // Never the new one, whatever the clock says.
  run(drop_oldest_sessions_of_, account.id, std::int64_t{staff::sessions_per_account_max},
      std::span<const unsigned char>(session));
}

Result<staff::LoginDecision> StaffWriter::login(const Login& change) {
  const auto found = reader_.find_account(change.name);
  if (!found) return found.error();
  const std::string account_subject = staff::account_subject(change.name);
  const std::string source_subject = staff::source_subject(change.source);
  const staff::LoginFacts facts{
      .account_is_usable = *found && !(*found)->account.disabled && (*found)->account.generation == change.generation,
      .password_matches = change.password_matches,
      .of_account = reader_.failures(account_subject),
      .of_source = reader_.failures(source_subject),
      .now = change.at};
  const staff::LoginDecision decision = staff::decide_login(facts);
  // What nobody can be named may be anything, such as a password in the wrong field: it is not kept.
  if (decision.of_account != facts.of_account && staff::check_name(change.name)) {
    put_failures(account_subject, decision.of_account);
  }
  // A name that nobody has may be anything that somebody typed: nothing is told of it.
  if (*found) tell_lock(change, facts.of_account, decision.of_account);
  if (decision.of_source != facts.of_source) put_failures(source_subject, decision.of_source);
  if (decision.verdict != staff::LoginVerdict::granted) return decision;
  begin_session(change.session, (*found)->account, change.at);
  return decision;
}

void StaffWriter::tell(audit::Action action, const Act& act, const audit::Detail& detail,
                       const std::optional<Msisdn>& number) {
  audit_.append({.at = act.at,
                 .by = act.by,
                 .action = std::string(word(action)),
                 .msisdn = number ? pseudonym_of(sealer_.index_of(*number)) : std::string(),
                 .thing = act.account,
                 .detail = detail.json().value()});
}

void StaffWriter::tell_grants(audit::Action action, const Act& act, const std::vector<staff::Grant>& grants,
                              const std::vector<staff::Grant>& others) {
  const auto add = [](audit::Detail& detail, audit::Key key, const std::string& part) {
    if (part != "*") detail.add(key, part);
  };
  for (const staff::Grant& grant : grants) {
    if (std::ranges::find(others, grant) != others.end()) continue;
    audit::Detail detail;
    detail.add(audit::Key::role, staff::to_string(grant.role));
    add(detail, audit::Key::company, grant.scope.company);
    add(detail, audit::Key::directorate, grant.scope.directorate);
    add(detail, audit::Key::office, grant.scope.office);
    tell(action, act, detail);
  }
}

void StaffWriter::tell_lock(const Login& change, const staff::Failures& before, const staff::Failures& now) {
  const auto wait = staff::wait_before_try(staff::account_rule, now, change.at);
  if (now.count <= before.count || wait.count() == 0) return;
  audit::Detail detail;
  detail.add(audit::Key::tries, std::min<std::int64_t>(now.count, audit::Detail::count_max));
  detail.add(audit::Key::seconds, std::chrono::ceil<std::chrono::seconds>(wait).count());
  tell(audit::Action::account_locked, {change.name, Actor{}, change.at}, detail);
}

void StaffWriter::tell_lock(const SignIn& change, const otp::ChannelTries& before, const otp::ChannelTries& now) {
  if (now.locked_until <= before.locked_until || now.locked_until <= change.at) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(now.locked_until - change.at).count();
  audit::Detail detail;
  detail.add(audit::Key::channel, "ussd");
  detail.add(audit::Key::tries, std::min<std::int64_t>(now.failures, audit::Detail::count_max));
  detail.add(audit::Key::seconds, std::min<std::int64_t>(seconds, audit::Detail::count_max));
  tell(audit::Action::pin_locked, {change.name, Actor{}, change.at}, detail);
}

void StaffWriter::put_failures(const std::string& subject, const staff::Failures& failures) {
  if (failures.count == 0) {
    run(drop_failures_, subject);
  } else {
    run(put_failures_, subject, std::int64_t{failures.count}, failures.last);
  }
}

Status StaffWriter::apply(const TouchSession& change) {
  run(touch_session_, std::span<const unsigned char>(change.session), change.at);
  return {};
}

Status StaffWriter::apply(const EndSession& change) {
  run(drop_session_, std::span<const unsigned char>(change.session));
  return {};
}

Status StaffWriter::apply(const DropStaleStaff& change) {
  const WallTime idle_since = change.now - staff::session_idle_max;
  const WallTime forgotten = change.now - std::max(staff::account_rule.forget_after, staff::source_rule.forget_after);
  run(drop_idle_sessions_, idle_since);
  run(drop_old_failures_, forgotten);
  return {};
}

}  // namespace shubbak::store
