// Accounts of staff in the store: the changes, which take part in the same transactions as all others, and the
// look-ups. Whether a change is allowed is decided inside its transaction by the pure rules of src/staff, so that
// what comes in at the same time cannot slip between look and act. Thread: as Store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "staff/account.hpp"
#include "staff/login.hpp"
#include "staff/session.hpp"

namespace shubbak::store {

using TokenHash = std::array<unsigned char, 32>;  // SHA-256 of a session's token

// --- changes
// Each change of an account is told to the audit trail, as is a lock after failed logins. Errc::invalid, before
// anything is queued: a `by` that audit::check() does not take.
// To stand first in a set that a member of staff asked for: the set is refused (denied) unless that session is alive
// and its account may do this there at the moment of the commit.
struct RequireStaff {
  TokenHash session;
  staff::Permission permission;
  WallTime now;
  staff::Scope wanted = staff::scope_of(staff::row_of(permission).reach);  // where it is done
  std::optional<staff::Role> role{};  // whose grant it takes; nothing: of any role that has the permission
  std::string not_of_office{};        // nobody whose grants name that office may; "": whatever they name
};
struct AddAccount {
  std::string name;
  std::string full_name;
  std::string email;
  std::string password_hash;
  std::vector<staff::Grant> grants;
  Actor by;
  WallTime at;
};  // conflict: the name is taken; invalid: a rule of staff::check_*
// Each ends every session of the account. not_found: no such account; conflict: it is not as it was when it had
// `generation` (unless that is 0).
struct SetGrants {
  std::string name;
  std::vector<staff::Grant> grants;
  std::int64_t generation;
  Actor by;
  WallTime at;
};
struct SetDisabled {
  std::string name;
  bool disabled;
  std::int64_t generation;
  Actor by;
  WallTime at;
};  // conflict also: opened, where another open account has its number by now
struct SetPassword {
  std::string name;
  std::string password_hash;
  std::int64_t generation;
  Actor by;
  WallTime at;
};  // also forgives the account's failed logins
struct SetPhone {
  std::string name;
  std::optional<Msisdn> msisdn;  // nothing: it has none any more
  std::int64_t generation;
  Actor by;
  WallTime at;
};  // conflict also: another open account has that number
struct SetStaffPin {
  std::string name;
  std::string hash;  // services/pin_hash.hpp
  std::int64_t generation;
  Actor by;
  WallTime at;
};  // also forgives the account's wrong PINs
// A service PIN was typed on an account's phone, and compared with the one it had at `generation`. What comes of it
// is Committed::tries' last; wrong also where the account is not as it was or has another number by now. Right: a
// session begins, and the one that this phone had before ends. denied: the phone's number is linked, and suspended or
// held since its SIM may have changed hands; nothing is counted.
struct SignIn {
  std::string name;
  Msisdn msisdn;
  std::int64_t generation;
  bool pin_matches;
  TokenHash session;
  WallTime at;
};
// The end of a try to log in, counted whatever it is: Committed::login tells. The session begins if it was granted.
struct Login {
  std::string name;
  std::string source;  // address
  bool password_matches;
  std::int64_t generation;  // of the account whose password was judged; 0: there was none
  TokenHash session;
  WallTime at;
};
struct TouchSession {
  TokenHash session;
  WallTime at;
};
struct EndSession {
  TokenHash session;
};
struct DropStaleStaff {  // to be queued now and then: dead sessions, forgotten failures
  WallTime now;
};
using StaffChange = std::variant<RequireStaff, AddAccount, SetGrants, SetDisabled, SetPassword, SetPhone, SetStaffPin,
                                 SignIn, Login, TouchSession, EndSession, DropStaleStaff>;

// --- look-ups
struct Credentials {
  staff::Account account;
  std::string password_hash;
};
struct PhoneAccount {
  staff::Account account;
  std::optional<std::string> pin_hash;  // none was set
};
struct FoundSession {
  staff::Session session;
  staff::Account account;
};

class StaffReads {
 public:
  virtual ~StaffReads() = default;
  virtual Result<std::optional<Credentials>> find_account(const std::string& name) = 0;
  // The open account that has this number.
  virtual Result<std::optional<PhoneAccount>> find_account_of(Msisdn msisdn) = 0;
  // Also one that is dead by now: staff::judge tells.
  virtual Result<std::optional<FoundSession>> find_session(const TokenHash& session) = 0;
  // By name, behind that one.
  virtual Result<std::vector<staff::Account>> accounts(const std::string& after, std::size_t rows_max) = 0;
  // Of the account of that name, which need not be there, and of the address.
  virtual Result<std::pair<staff::Failures, staff::Failures>> failures(const std::string& name,
                                                                       const std::string& source) = 0;
};

}  // namespace shubbak::store
