#include "daemon/operator_hook.hpp"

#include <array>

#include <openssl/evp.h>

#include "audit/record.hpp"
#include "companies/signature.hpp"
#include "daemon/log.hpp"
#include "daemon/operator_event.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t digest_size = 32;

std::string sha256(std::string_view text) {
  std::array<unsigned char, digest_size> digest{};
  unsigned size = 0;
  SHUBBAK_ASSERT(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  return audit::to_hex(digest);
}

// An operator that could not reach us tells late: what it says was of the owner before, or has been looked into
// since. A hold is believed whenever it was. Clocks may differ by the window.
bool is_of_before(const OperatorEvent& event, const std::optional<store::StoredLink>& link) {
  if (!link) return false;
  const WallTime made = link->record.made == WallTime{} ? link->record.since : link->record.made;
  if (event.event == identity::LinkEvent::recycle) return event.at + companies::peer_clock_window < made;
  return event.event == identity::LinkEvent::suspend && event.at + companies::peer_clock_window < link->record.since;
}

HttpReply repeated(const std::string& known_hash, const std::string& hash) {
  if (known_hash == hash) return json_reply(200, "result", "done before");
  return json_reply(409, "error", "another request was sent under this id");
}

}  // namespace

OperatorHook::OperatorHook(Shared& shared, const std::vector<OperatorConfig>& operators)
    : shared_(shared), operators_(operators) {}

boost::asio::awaitable<HttpReply> OperatorHook::take(HttpPost request) {
  const WallTime now = wall_now();
  const std::string_view name = operator_named_in(request.target);
  if (name.empty()) co_return json_reply(404, "error", "no such path");
  const OperatorConfig* op = signer_of(operators_, name, request, now);
  if (op == nullptr) {
    log::warning("operator_event_refused", {{"reason", "signature or timestamp"}});
    co_return json_reply(401, "error", "the signature or the timestamp is wrong");
  }
  const auto event = read_operator_event(request.body);
  if (!event) co_return json_reply(400, "error", event.error().message);

  const std::string hash = sha256(request.body);
  auto known = shared_.store.find_operator_event(op->name, event->id);
  if (known && *known) co_return repeated(**known, hash);
  const store::NoteOperatorEvent note{op->name, event->id, hash, now};
  const auto link = shared_.store.find_link(event->msisdn);
  std::vector<store::Change> changes{note};
  const bool is_late = link && is_of_before(*event, *link);
  if (!is_late) {
    changes.emplace_back(store::ChangeLink{
        event->msisdn, std::nullopt, event->event, {Actor::Kind::operator_hook, op->name}, now, {}});
  }
  auto committing = services::commit(shared_.store, std::move(changes));
  auto committed = co_await std::move(committing);
  std::string_view result = is_late ? "nothing to do" : "done";
  if (!committed && (committed.error().code == Errc::not_found || committed.error().code == Errc::conflict)) {
    // The same request has overtaken this one, or there is no link that this could happen to.
    known = shared_.store.find_operator_event(op->name, event->id);
    if (known && *known) co_return repeated(**known, hash);
    std::vector<store::Change> only_note{note};
    auto noting = services::commit(shared_.store, std::move(only_note));
    committed = co_await std::move(noting);
    result = "nothing to do";
  }
  if (!committed) {
    shared_.metrics.count_store_failure();
    log::error("operator_event_not_written", {{"operator", op->name}, {"reason", committed.error().message}});
    co_return json_reply(503, "error", "not written; send it again");
  }
  log::info(
      "operator_event",
      {{"operator", op->name}, {"event", to_string(event->event)}, {"msisdn", event->msisdn}, {"result", result}});
  co_return json_reply(200, "result", result);
}

}  // namespace shubbak::daemon
