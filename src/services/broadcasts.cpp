// Whether a number wants messages to many (src/broadcasts): broadcasts.opt_out, broadcasts.opt_in. Said twice is said.
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

Answer chosen(const Request& request, bool refuses) {
  const Caller& caller = request.caller;
  Answer made = answer("ok");
  made.changes.emplace_back(store::BroadcastChange(
      store::ChooseBroadcasts{.msisdn = caller.subject,
                              .person = *caller.person,
                              .refuses = refuses,
                              .at = request.now,
                              .carrier = caller.is_assisted() ? std::string() : std::string(caller.link)}));
  return made;
}

}  // namespace

boost::asio::awaitable<Answer> broadcasts_opt_in(World& /*world*/, Request request) {
  co_return chosen(request, false);
}

boost::asio::awaitable<Answer> broadcasts_opt_out(World& /*world*/, Request request) {
  co_return chosen(request, true);
}

}  // namespace shubbak::services
