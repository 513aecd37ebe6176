// Whether a number wants messages to many (src/broadcasts): broadcasts.opt_out, broadcasts.opt_in. Said twice is
// said.
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

Answer chosen(const Request& request, bool refuses) {
  const Caller& caller = request.caller;
  // By which operator a phone answers is told by what nobody can forge, from that phone itself.
  const bool is_by_phone = caller.channel == flows::Channel::ussd && !caller.is_assisted();
  Answer made = answer("ok");
  made.changes.emplace_back(store::BroadcastChange(
      store::ChooseBroadcasts{.msisdn = caller.subject,
                              .person = *caller.person,
                              .refuses = refuses,
                              .at = request.now,
                              .carrier = is_by_phone ? std::string(caller.link) : std::string()}));
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
