#include "staff/account.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace shubbak::staff {
namespace {

constexpr std::string_view all = "*";

bool part_covers(std::string_view granted, std::string_view wanted) {
  return wanted.empty() || granted == all || granted == wanted;
}

// So that no phone's or person's number passes for a name: the audit trail takes none with more.
bool has_few_digits(std::string_view text) {
  constexpr std::ptrdiff_t digits_max = 6;
  return std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }) <= digits_max;
}

bool is_scope_part(std::string_view text) {
  if (text == all) return true;
  return !text.empty() && text.size() <= Limits::name_max && has_few_digits(text) &&
         std::ranges::all_of(text,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// As the grants for it name them; `all` among them where one is for all.
std::set<std::string> offices_of(const Account& account, Permission permission) {
  std::set<std::string> offices;
  if (account.disabled) return offices;
  for (const Grant& grant : account.grants) {
    if (permits(grant.role, permission)) offices.insert(grant.scope.office);
  }
  return offices;
}

std::string listed(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

bool is_control(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7f;
}

std::size_t letters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Error invalid(std::string message) {
  return Error{Errc::invalid, std::move(message)};
}

}  // namespace

bool covers(const Scope& granted, const Scope& wanted) {
  return part_covers(granted.company, wanted.company) && part_covers(granted.directorate, wanted.directorate) &&
         part_covers(granted.office, wanted.office);
}

Scope scope_of(Reach reach) {
  switch (reach) {
    case Reach::anywhere:
      return {"", "", ""};
    case Reach::whole_deployment:
      return {};
  }
  std::abort();
}

Result<Grant> parse_grant(std::string_view text) {
  const std::size_t at = std::min(text.find('@'), text.size());
  const auto role = parse_role(text.substr(0, at));
  if (!role) {
    std::string names;
    for (const RoleName& one : roles) names.append(names.empty() ? "" : ", ").append(one.name);
    return invalid("'" + std::string(text.substr(0, at)) + "' is no role; roles are " + names);
  }
  Grant grant{*role, {}};
  if (at == text.size()) return grant;
  std::string_view rest = text.substr(at + 1);
  for (std::string* part : {&grant.scope.company, &grant.scope.directorate, &grant.scope.office}) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    *part = rest.substr(0, end);
    if (!is_scope_part(*part))
      return invalid("'" + std::string(text) +
                     "': a scope is COMPANY/DIRECTORATE/OFFICE, "
                     "each * or lower-case letters, up to six digits and _");
    if (end == rest.size()) return grant;
    rest.remove_prefix(end + 1);
  }
  return invalid("'" + std::string(text) + "': a scope has three parts at most");
}

std::string to_string(const Grant& grant) {
  std::string text(to_string(grant.role));
  if (grant.scope == Scope{}) return text;
  return text + "@" + grant.scope.company + "/" + grant.scope.directorate + "/" + grant.scope.office;
}

bool may(const Account& account, Permission permission, const Scope& wanted) {
  if (account.disabled) return false;
  return std::ranges::any_of(account.grants, [&](const Grant& grant) {
    return permits(grant.role, permission) && covers(grant.scope, wanted);
  });
}

bool may(const Account& account, Permission permission) {
  return may(account, permission, scope_of(row_of(permission).reach));
}

bool may_as(const Account& account, Role role, Permission permission, const Scope& wanted) {
  if (account.disabled || !permits(role, permission)) return false;
  return std::ranges::any_of(account.grants,
                             [&](const Grant& grant) { return grant.role == role && covers(grant.scope, wanted); });
}

bool is_of_office(const Account& account, std::string_view office) {
  return !office.empty() &&
         std::ranges::any_of(account.grants, [&](const Grant& grant) { return grant.scope.office == office; });
}

Scope at_office(std::string_view office) {
  return {"", "", std::string(office.empty() ? all : office)};
}

Result<std::string> choose_office(const Account& account, Permission permission,
                                  const std::optional<std::string>& named) {
  const std::set<std::string> offices = offices_of(account, permission);
  if (offices.empty()) return Error{Errc::denied, "this takes the permission " + std::string(to_string(permission))};
  if (named) {
    if (named->empty() || *named == all) return invalid("an office is called by its name");
    if (may(account, permission, at_office(*named))) return *named;
    return Error{Errc::denied, "not at that office: this account serves at " + listed(offices)};
  }
  if (offices.contains(std::string(all))) return std::string();
  if (offices.size() > 1) return invalid("this account serves at several offices; say which: " + listed(offices));
  return *offices.begin();
}

std::string usual_office(const Account& account, Permission permission) {
  const std::set<std::string> offices = offices_of(account, permission);
  const bool is_none_in_particular = offices.empty() || offices.contains(std::string(all));
  return is_none_in_particular ? std::string() : *offices.begin();
}

Status check_name(std::string_view name) {
  const bool fits = name.size() >= Limits::name_min && name.size() <= Limits::name_max && name[0] >= 'a' &&
                    name[0] <= 'z' && has_few_digits(name) && std::ranges::all_of(name, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                    });
  if (!fits)
    return invalid("an account's name is 2 to 32 of a-z 0-9 . _ - with six digits at most, and begins with a letter");
  return {};
}

Status check_password(std::string_view password, std::string_view account_name) {
  if (password.size() > Limits::password_max) return invalid("a password has 128 octets at most");
  if (letters_of(password) < Limits::password_min) return invalid("a password has at least 12 letters");
  if (password.find('\0') != std::string_view::npos) return invalid("a password holds no zero octet");
  if (!account_name.empty() && password.find(account_name) != std::string_view::npos)
    return invalid("a password does not hold the account's name");
  if (std::ranges::all_of(password, [&](char c) { return c == password[0]; }))
    return invalid("a password is not one letter again and again");
  return {};
}

Status check_grants(const std::vector<Grant>& grants) {
  if (grants.empty()) return invalid("an account needs a role; one that is not used any more is disabled");
  if (grants.size() > Limits::grants_max) return invalid("an account has 32 roles and scopes at most");
  for (std::size_t i = 0; i < grants.size(); ++i) {
    const Scope& scope = grants[i].scope;
    if (!is_scope_part(scope.company) || !is_scope_part(scope.directorate) || !is_scope_part(scope.office))
      return invalid("a part of a scope is * or lower-case letters, up to six digits and _");
    for (std::size_t j = 0; j < i; ++j) {
      if (grants[i] == grants[j]) return invalid("the role " + to_string(grants[i]) + " is given twice");
      const bool oversees = (grants[i].role == Role::overseer) != (grants[j].role == Role::overseer);
      if (oversees) return invalid("an overseer changes nothing: no other role stands beside that one");
    }
  }
  return {};
}

Status check_contact(std::string_view full_name, std::string_view email) {
  if (full_name.empty() || full_name.size() > Limits::full_name_max || std::ranges::any_of(full_name, is_control))
    return invalid("a full name has 1 to 100 octets, on one line");
  if (email.empty()) return {};
  const std::size_t at = email.find('@');
  const bool fits = email.size() <= Limits::email_max && at != std::string_view::npos && at > 0 &&
                    at + 1 < email.size() && email.find('@', at + 1) == std::string_view::npos &&
                    std::ranges::none_of(email, [](char c) { return is_control(c) || c == ' '; });
  if (!fits) return invalid("the e-mail address does not look like name@host");
  return {};
}

}  // namespace shubbak::staff
