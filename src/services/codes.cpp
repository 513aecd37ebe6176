// One-time codes and service PINs: otp.send, otp.verify, pin.set. What is right, and how often one may try, is
// decided by the store in one transaction with the counters (otp/otp.hpp); here is only what stands around it.
#include "services/commit.hpp"
#include "services/offload.hpp"
#include "services/pin_hash.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

// What an agent types wrong counts as if it had come by SMS: nobody else locks a person's own USSD.
otp::Channel channel_of(const Caller& caller) {
  return caller.channel == flows::Channel::ussd && !caller.is_assisted() ? otp::Channel::ussd : otp::Channel::sms;
}

// Nothing: the flow did not say what it is for.
std::string binding_of(const Request& request) {
  const auto* binds = request.args.if_contains("binds");
  const std::string_view purpose = text_arg(request, "purpose");
  if (binds == nullptr || !binds->is_object() || purpose.empty()) return {};
  return flows::authorisation_text(purpose, binds->get_object());
}

bool would_take_pin(const Request& request) {
  const auto* pin = request.args.if_contains("pin");
  return pin != nullptr && pin->is_bool() && pin->get_bool();
}

// A place among those that wait for slow work; false: there is none.
class SlowTurn {
 public:
  explicit SlowTurn(World& world) : world_(world), has_place_(world.slow_work_waiting < slow_work_max) {
    if (has_place_) ++world_.slow_work_waiting;
  }
  ~SlowTurn() {
    if (has_place_) --world_.slow_work_waiting;
  }
  SlowTurn(const SlowTurn&) = delete;
  SlowTurn& operator=(const SlowTurn&) = delete;
  explicit operator bool() const { return has_place_; }

 private:
  World& world_;
  bool has_place_;
};

// Nothing: the person.
std::optional<Actor> typed_by(const Caller& caller) {
  if (!caller.is_assisted()) return std::nullopt;
  return actor_of(*caller.agent);
}

}  // namespace

std::string outcome_of(otp::SendVerdict verdict) {
  switch (verdict) {
    case otp::SendVerdict::sent:
    case otp::SendVerdict::stands:
      return "ok";
    case otp::SendVerdict::locked:
      return "locked";
    case otp::SendVerdict::too_soon:
    case otp::SendVerdict::number_limit:
    case otp::SendVerdict::prefix_limit:
    case otp::SendVerdict::deployment_limit:
      return "error";
  }
  std::abort();
}

std::string outcome_of(otp::TryVerdict verdict) {
  switch (verdict) {
    case otp::TryVerdict::right:
      return "ok";
    case otp::TryVerdict::wrong:
      return "wrong";
    case otp::TryVerdict::locked:
      return "locked";
    case otp::TryVerdict::over:
      return "error";
  }
  std::abort();
}

boost::asio::awaitable<Result<bool>> judge_pin(World& world, std::optional<std::string> kept, std::string pin) {
  const SlowTurn turn(world);
  if (!turn) co_return Error{Errc::unavailable, "too many PINs wait to be hashed"};
  std::function<Result<bool>()> hash = [pin = std::move(pin), kept = std::move(kept)] {
    return pin_matches(kept, pin);
  };
  auto hashing = offload<Result<bool>>(world.slow_work, std::move(hash));
  co_return co_await std::move(hashing);
}

boost::asio::awaitable<Answer> otp_send(World& world, Request request) {
  const std::string binding = binding_of(request);
  const std::string code(text_arg(request, "code"));
  const std::string message(text_arg(request, "message"));
  if (binding.empty() || code.empty() || message.empty()) co_return answer("error");
  if (would_take_pin(request)) {
    const auto pin = world.store.service_pin(*request.caller.person);
    if (pin && *pin) co_return answer("pin");
  }
  const Msisdn to = request.caller.subject;
  const std::string link(request.caller.link);
  store::SendCode send{.msisdn = to,
                       .person = *request.caller.person,
                       .binding = binding,
                       .code = code,
                       .channel = channel_of(request.caller),
                       .message = {.id = 0,
                                   .link = link,
                                   .to = to,
                                   .text = message,
                                   .created = request.now,
                                   .expires = request.now + world.code_lives},
                       .at = request.now,
                       .walk = std::move(request.waits)};
  auto committing = commit(world.store, asked_by(request.caller, std::move(send), request.now));
  const auto committed = co_await std::move(committing);
  if (!committed || committed->sends.empty()) co_return answer("error");
  const otp::SendVerdict verdict = committed->sends.front();
  if (world.count_code) world.count_code(verdict);
  if (verdict == otp::SendVerdict::sent && world.on_queued)
    world.on_queued(link, committed->outbox_ids.front(), to, message);
  co_return answer(outcome_of(verdict));
}

boost::asio::awaitable<Answer> otp_verify(World& world, Request request) {
  const std::string binding = binding_of(request);
  const std::string code(text_arg(request, "code"));
  std::string pin(text_arg(request, "pin"));
  if (binding.empty() || code.empty() == pin.empty()) co_return answer("error");
  const NationalId person = *request.caller.person;
  std::optional<store::Change> tried;
  if (!code.empty()) {
    tried.emplace(store::TryCode{.msisdn = request.caller.subject,
                                 .person = person,
                                 .binding = binding,
                                 .code = code,
                                 .channel = channel_of(request.caller),
                                 .at = request.now,
                                 .by = typed_by(request.caller)});
  } else {
    // The sender of an SMS may be forged, and a PIN is no agent's affair.
    if (request.caller.channel != flows::Channel::ussd || request.caller.is_assisted()) co_return answer("error");
    const auto kept = world.store.service_pin(person);
    if (!kept) co_return answer("error");
    const bool has_one = kept->has_value();
    auto judging = judge_pin(world, has_one ? std::optional((*kept)->hash) : std::nullopt, std::move(pin));
    const auto matches = co_await std::move(judging);
    if (!matches) co_return answer("error");
    tried.emplace(store::TryPin{.person = person,
                                .msisdn = request.caller.subject,
                                .binding = binding,
                                .matches = *matches,
                                .at = request.now,
                                .since = has_one ? std::optional((*kept)->since) : std::nullopt});
  }
  auto committing = commit(world.store, asked_by(request.caller, std::move(*tried), request.now));
  const auto committed = co_await std::move(committing);
  if (!committed && committed.error().code == Errc::conflict) co_return answer("again");
  if (!committed || committed->tries.empty()) co_return answer("error");
  if (world.count_try) world.count_try(committed->tries.front());
  co_return answer(outcome_of(committed->tries.front()));
}

boost::asio::awaitable<Answer> pin_set(World& world, Request request) {
  std::string pin(text_arg(request, "pin"));
  if (!is_good_pin(pin)) co_return answer("weak");
  const SlowTurn turn(world);
  if (!turn) co_return answer("error");
  std::function<Result<std::string>()> work = [pin = std::move(pin)] { return hash_pin(pin); };
  auto hashing = offload<Result<std::string>>(world.slow_work, std::move(work));
  auto hash = co_await std::move(hashing);
  if (!hash) co_return answer("error");
  Answer set = answer("ok");
  set.changes.emplace_back(store::SetPin{
      .person = *request.caller.person, .hash = std::move(*hash), .by = actor_of(request.caller), .at = request.now});
  co_return set;
}

}  // namespace shubbak::services
