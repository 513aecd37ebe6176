#include "store/sqlite/staff_reader.hpp"

#include "store/sqlite/statements.hpp"

namespace shubbak::store {

StaffReader::StaffReader(const SQLite::Database& database, Sealer* sealer)
    : sealer_(sealer),
      find_account_(prepare(database, statement("find_account"))),
      find_account_by_id_(prepare(database, statement("find_account_by_id"))),
      find_account_by_number_(prepare(database, statement("find_account_by_number"))),
      find_pin_(prepare(database, statement("find_staff_pin"))),
      list_accounts_(prepare(database, statement("list_accounts"))),
      grants_of_(prepare(database, statement("staff_grants_of"))),
      find_session_(prepare(database, statement("find_staff_session"))),
      find_failures_(prepare(database, statement("find_login_failures"))) {}

Result<std::string> StaffReader::open(SealedField field, std::int64_t id, std::span<const unsigned char> sealed) {
  if (sealer_ == nullptr) return std::string();
  Result<std::string> plain = sealer_->open({field, static_cast<std::uint64_t>(id)}, sealed);
  if (!plain) return Error{Errc::io, "database, account " + std::to_string(id) + ": " + plain.error().message};
  return plain;
}

Result<Credentials> StaffReader::credentials_of(const Use& row) {
  Credentials found;
  staff::Account& account = found.account;
  account.id = row.integer(0);
  account.name = row.text(1);
  auto full_name = open(SealedField::staff_full_name, account.id, row.octets(2));
  if (!full_name) return full_name.error();
  account.full_name = std::move(*full_name);
  auto email = open(SealedField::staff_email, account.id, row.octets(3));
  if (!email) return email.error();
  account.email = std::move(*email);
  found.password_hash = row.text(4);
  account.disabled = row.integer(5) != 0;
  account.generation = row.integer(6);
  account.since = row.time(7);
  // Without a phone: 0, which is no number.
  if (const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(row.integer(8)))) account.msisdn = *msisdn;
  Use grants(grants_of_, account.id);
  while (grants.next()) {
    // A role of a newer program is none here.
    if (const auto role = staff::parse_role(grants.text(0)))
      account.grants.push_back({*role, {grants.text(1), grants.text(2), grants.text(3)}});
  }
  return found;
}

Result<std::optional<Credentials>> StaffReader::find_account(const std::string& name) {
  Use use(find_account_, name);
  if (!use.next()) return std::optional<Credentials>();
  auto found = credentials_of(use);
  if (!found) return found.error();
  return std::optional(std::move(*found));
}

Result<std::optional<PhoneAccount>> StaffReader::find_account_of(Msisdn msisdn) {
  Use use(find_account_by_number_, msisdn);
  if (!use.next()) return std::optional<PhoneAccount>();
  auto found = credentials_of(use);
  if (!found) return found.error();
  PhoneAccount of_phone{std::move(found->account), std::nullopt};
  Use pin(find_pin_, of_phone.account.id);
  if (pin.next()) {
    auto hash = open(SealedField::staff_pin, of_phone.account.id, pin.octets(0));
    if (!hash) return hash.error();
    of_phone.pin_hash = std::move(*hash);
  }
  return std::optional(std::move(of_phone));
}

otp::ChannelTries StaffReader::pin_tries(std::int64_t account) {
  Use use(find_pin_, account);
  if (!use.next()) return {};
  return {static_cast<std::uint32_t>(use.integer(1)), use.time(2)};
}

Result<std::optional<FoundSession>> StaffReader::find_session(const TokenHash& session) {
  Use use(find_session_, std::span<const unsigned char>(session));
  if (!use.next()) return std::optional<FoundSession>();
  const std::int64_t account = use.integer(0);
  FoundSession found{{account, use.integer(1), use.time(2), use.time(3)}, {}};
  Use owner(find_account_by_id_, account);
  if (!owner.next()) return std::optional<FoundSession>();
  auto credentials = credentials_of(owner);
  if (!credentials) return credentials.error();
  found.account = std::move(credentials->account);
  return std::optional(std::move(found));
}

Result<std::vector<staff::Account>> StaffReader::accounts(const std::string& after, std::size_t rows_max) {
  std::vector<staff::Account> all;
  const auto limit = static_cast<std::int64_t>(rows_max);
  Use use(list_accounts_, after, limit);
  while (use.next()) {
    auto found = credentials_of(use);
    if (!found) return found.error();
    all.push_back(std::move(found->account));
  }
  return all;
}

staff::Failures StaffReader::failures(const std::string& subject) {
  Use use(find_failures_, subject);
  if (!use.next()) return {};
  return {static_cast<std::uint32_t>(use.integer(0)), use.time(1)};
}

Status StaffReader::judge(const RequireStaff& required) {
  const auto found = find_session(required.session);
  if (!found) return found.error();
  if (!*found || staff::judge((*found)->session, (*found)->account, required.now) != staff::SessionState::alive)
    return Error{Errc::denied, "the session has ended"};
  const staff::Account& account = (*found)->account;
  if (staff::is_of_office(account, required.not_of_office))
    return Error{Errc::denied, "nobody of the office that it is about may do this"};
  const bool may = required.role ? staff::may_as(account, *required.role, required.permission, required.wanted)
                                 : staff::may(account, required.permission, required.wanted);
  if (may) return {};
  const std::string where = staff::may(account, required.permission) ? " at that office" : "";
  return Error{Errc::denied,
               "this takes the permission " + std::string(staff::to_string(required.permission)) + where};
}

}  // namespace shubbak::store
