#include "cli/this_user.hpp"

#include <pwd.h>
#include <unistd.h>

#include "audit/detail.hpp"

namespace shubbak::cli {

Actor this_user() {
  const passwd* account = ::getpwuid(::getuid());
  std::string name = account != nullptr ? account->pw_name : "";
  if (!audit::is_account_name(name)) name = "unknown";
  return {Actor::Kind::command_line, std::move(name)};
}

}  // namespace shubbak::cli
