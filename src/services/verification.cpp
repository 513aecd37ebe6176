#include "services/verification.hpp"

#include "domain/text.hpp"

namespace shubbak::services {
namespace {

// Letters only: "A. H." and "a h" are the same.
std::string letters(const std::string& initials) {
  std::string folded = fold(initials);
  std::erase(folded, ' ');
  return folded;
}

Status judge(const companies::RegistryAnswer& answer, const std::string& initials) {
  switch (answer.standing) {
    case companies::PersonStanding::unknown:
      return Error{Errc::invalid, "the register of persons knows no such national number"};
    case companies::PersonStanding::deceased:
      return Error{Errc::invalid, "the register of persons says that this person has died"};
    case companies::PersonStanding::exists:
      break;
  }
  if (!initials.empty() && !answer.initials.empty() && letters(initials) != letters(answer.initials)) {
    return Error{Errc::invalid, "the initials are not those that the register of persons has"};
  }
  return {};
}

}  // namespace

boost::asio::awaitable<Result<identity::LinkEvent>> verified_event(companies::Registry* registry,
                                                                   identity::LinkEvent wanted, NationalId person,
                                                                   std::string initials) {
  if (registry == nullptr) co_return wanted;
  auto asking = registry->ask(std::move(person));
  const auto answer = co_await std::move(asking);
  if (answer) {
    const Status judged = judge(*answer, initials);
    if (!judged) co_return judged.error();
    co_return wanted;
  }
  const bool may_wait = registry->config().on_down == companies::RegistryConfig::OnDown::pending;
  if (may_wait && wanted == identity::LinkEvent::make) co_return identity::LinkEvent::make_unverified;
  co_return answer.error();
}

}  // namespace shubbak::services
