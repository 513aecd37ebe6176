// Accounts of staff: what they are granted, where, and what names and passwords may look like. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "staff/permission.hpp"

namespace shubbak::staff {

// Where a grant holds, and where something is done. In a grant each part is a name, or "*" for all. In what is done,
// "" stands for what belongs to nobody in particular (any grant covers it), "*" for what touches all.
struct Scope {
  std::string company = "*";
  std::string directorate = "*";
  std::string office = "*";
  bool operator==(const Scope&) const = default;
};
bool covers(const Scope& granted, const Scope& wanted);
Scope scope_of(Reach reach);

struct Grant {
  Role role;
  Scope scope;
  bool operator==(const Grant&) const = default;
};
// "clerk", "clerk@damascus", "clerk@damascus/rif/post_7": role, company, directorate, office. Error invalid.
Result<Grant> parse_grant(std::string_view text);
std::string to_string(const Grant& grant);

struct Account {
  std::int64_t id = 0;
  std::string name;       // to log in, and in the audit trail
  std::string full_name;  // personal: sealed in the store, never logged
  std::string email;      // personal; may be empty
  std::vector<Grant> grants;
  bool disabled = false;
  std::int64_t generation = 1;  // grows when grants, password or state change: sessions of an earlier one are dead
  WallTime since{};
  std::optional<Msisdn> msisdn{};  // the phone that its owner serves people from; no other open account has it
};

bool may(const Account& account, Permission permission, const Scope& wanted);
bool may(const Account& account, Permission permission);  // as far as the permission's row says
// By a grant of that role.
bool may_as(const Account& account, Role role, Permission permission, const Scope& wanted);
bool is_of_office(const Account& account, std::string_view office);  // a grant names it; false also where it is ""

// What a counter does is done at an office, by a grant that covers it. "": at none in particular, which takes a grant
// for all offices. A number belongs to no company or directorate, so these are "" in what is done.
Scope at_office(std::string_view office);
// Where the account does what the permission is for: at the office that it names. If it names none: at the one that
// all its grants for it name; at none in particular ("") where one of them is for all. Errors: denied, with the
// offices that it serves at; invalid: there are several, so that it must name one, or that is no office's name.
Result<std::string> choose_office(const Account& account, Permission permission,
                                  const std::optional<std::string>& named);
// The same where nobody can be asked: of several offices the first one by name; "" where it serves at none.
std::string usual_office(const Account& account, Permission permission);

struct Limits {
  static constexpr std::size_t name_min = 2;
  static constexpr std::size_t name_max = 32;
  static constexpr std::size_t full_name_max = 100;
  static constexpr std::size_t email_max = 254;  // RFC 5321
  static constexpr std::size_t password_min = 12;
  static constexpr std::size_t password_max = 128;
  static constexpr std::size_t grants_max = 32;
};
// All: octets but for the least length of a password, which is counted in letters. Errors invalid: what is wrong.
Status check_name(std::string_view name);  // a-z first, then a-z 0-9 . _ -, six digits at most
Status check_password(std::string_view password, std::string_view account_name);
// At least one, none twice; an overseer has no role beside it.
Status check_grants(const std::vector<Grant>& grants);
Status check_contact(std::string_view full_name, std::string_view email);

}  // namespace shubbak::staff
