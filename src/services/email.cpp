// Where copies of receipts and answers go by e-mail, as the person says: email.check, email.set, email.remove. A
// counter does the same (counter.hpp).
#include "domain/mail_address.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

store::Change mail_change(const Request& request, std::optional<MailAddress> address) {
  return store::MailChange(store::SetMailAddress{.msisdn = request.caller.subject,
                                                 .person = *request.caller.person,
                                                 .address = std::move(address),
                                                 .by = actor_of(request.caller),
                                                 .at = request.now});
}

}  // namespace

// Before a code is sent for it.
boost::asio::awaitable<Answer> email_check(World& world, Request request) {
  if (!world.sends_mail) co_return answer("none");
  const auto address = MailAddress::parse(text_arg(request, "address"));
  co_return answer(address ? "ok" : "malformed");
}

boost::asio::awaitable<Answer> email_set(World& world, Request request) {
  auto address = MailAddress::parse(text_arg(request, "address"));
  if (!world.sends_mail || !address) co_return answer("error");
  Answer set = answer("ok");
  set.changes.push_back(mail_change(request, *std::move(address)));
  co_return set;
}

boost::asio::awaitable<Answer> email_remove(World& world, Request request) {
  const auto registered = world.store.mail().mail_address(request.caller.subject);
  if (!registered) co_return answer("error");
  if (!*registered) co_return answer("none");
  Answer removed = answer("ok");
  removed.changes.push_back(mail_change(request, std::nullopt));
  co_return removed;
}

}  // namespace shubbak::services
