#include "daemon/operator_hook.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "audit/record.hpp"
#include "daemon/log.hpp"
#include "services/commit.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t digest_size = 32;
constexpr std::size_t id_octets_max = store::ValueLimits::name_octets_max;

std::string sha256(std::string_view text) {
  std::array<unsigned char, digest_size> digest{};
  unsigned size = 0;
  SHUBBAK_ASSERT(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  return audit::to_hex(digest);
}

// Two digits of a time, as in "07".
std::optional<unsigned> two_digits(std::string_view text, std::size_t at) {
  unsigned value = 0;
  const char* first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + 2, value);
  if (error != std::errc{} || end != first + 2) return std::nullopt;
  return value;
}

// "2026-11-25T22:00:00Z" or with "+03:00" in place of the Z (RFC 3339, no fractions).
std::optional<WallTime> time_in(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() <= form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return std::nullopt;
  }
  const std::chrono::year_month_day day{
      std::chrono::year(static_cast<int>(*two_digits(text, 0) * 100 + *two_digits(text, 2))),
      std::chrono::month(*two_digits(text, 5)), std::chrono::day(*two_digits(text, 8))};
  if (!day.ok() || *two_digits(text, 11) > 23 || *two_digits(text, 14) > 59 || *two_digits(text, 17) > 60)
    return std::nullopt;
  const WallTime local = std::chrono::sys_days(day) + std::chrono::hours(*two_digits(text, 11)) +
                         std::chrono::minutes(*two_digits(text, 14)) + std::chrono::seconds(*two_digits(text, 17));
  const std::string_view zone = text.substr(form.size());
  if (zone == "Z") return local;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = two_digits(zone, 1);
  const auto minutes = two_digits(zone, 4);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return zone[0] == '+' ? local - ahead : local + ahead;
}

struct OperatorEvent {
  Msisdn msisdn;
  identity::LinkEvent event;
  WallTime at;
  std::string id;
};

std::optional<identity::LinkEvent> event_named(std::string_view name) {
  if (name == "sim_change" || name == "port" || name == "imsi_change") return identity::LinkEvent::hold;
  if (name == "suspend") return identity::LinkEvent::suspend;
  if (name == "recycled") return identity::LinkEvent::recycle;
  return std::nullopt;
}

std::string_view text_of(const boost::json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

Result<OperatorEvent> read_event(const std::string& body) {
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(body, failed);
  const auto* object = failed ? nullptr : parsed.if_object();
  if (object == nullptr) return Error{Errc::malformed, "the body is no JSON object"};
  const std::string_view number = text_of(*object, "msisdn");
  const auto msisdn = Msisdn::parse(number);
  if (!number.starts_with('+') || !msisdn) return Error{Errc::malformed, "msisdn must look like +963933123456"};
  const auto event = event_named(text_of(*object, "event"));
  if (!event) {
    return Error{Errc::invalid, "event must be one of sim_change, port, imsi_change, suspend, recycled"};
  }
  const auto at = time_in(text_of(*object, "at"));
  if (!at) return Error{Errc::malformed, "at must look like 2026-11-25T22:00:00Z"};
  const std::string_view id = text_of(*object, "id");
  if (id.empty() || id.size() > id_octets_max) return Error{Errc::malformed, "id must be 1 to 64 octets"};
  return OperatorEvent{*msisdn, *event, *at, std::string(id)};
}

// An operator that could not reach us tells late: what it says was of the owner before, or has been looked into
// since. A hold is believed whenever it was. Clocks may differ by the window.
bool is_of_before(const OperatorEvent& event, const std::optional<store::StoredLink>& link) {
  if (!link) return false;
  const WallTime made = link->record.made == WallTime{} ? link->record.since : link->record.made;
  if (event.event == identity::LinkEvent::recycle) return event.at + OperatorHook::window < made;
  return event.event == identity::LinkEvent::suspend && event.at + OperatorHook::window < link->record.since;
}

HttpReply reply(unsigned status, std::string_view member, std::string_view text) {
  const boost::json::object body{{member, std::string(text)}};
  return {status, boost::json::serialize(body) + "\n"};
}

HttpReply repeated(const std::string& known_hash, const std::string& hash) {
  if (known_hash == hash) return reply(200, "result", "done before");
  return reply(409, "error", "another request was sent under this id");
}

// "/operator/NAME/sim-change"; "" where it is another path.
std::string_view name_in(std::string_view target) {
  constexpr std::string_view before = "/operator/";
  constexpr std::string_view behind = "/sim-change";
  if (!target.starts_with(before) || !target.ends_with(behind) || target.size() <= before.size() + behind.size())
    return {};
  return target.substr(before.size(), target.size() - before.size() - behind.size());
}

}  // namespace

std::string hook_signature(std::string_view secret, std::string_view timestamp, std::string_view target,
                           std::string_view body) {
  std::string text(timestamp);
  text.append(".").append(target).append(".").append(body);
  std::array<unsigned char, digest_size> digest{};
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  SHUBBAK_ASSERT(made != nullptr && size == digest_size);
  return audit::to_hex(digest);
}

OperatorHook::OperatorHook(Shared& shared, const std::vector<OperatorConfig>& operators)
    : shared_(shared), operators_(operators) {}

// Nothing: no such operator, none that may tell anything, or not its signature over this body at this time. The
// caller hears the same of all of them.
const OperatorConfig* OperatorHook::signer_of(std::string_view name, const HttpPost& request, WallTime now) const {
  const auto op =
      std::ranges::find(operators_, name, [](const OperatorConfig& one) -> std::string_view { return one.name; });
  if (op == operators_.end() || op->hook_secret.empty()) return nullptr;
  const std::string right = hook_signature(op->hook_secret, request.timestamp, request.target, request.body);
  if (request.signature.size() != right.size() ||
      CRYPTO_memcmp(request.signature.data(), right.data(), right.size()) != 0) {
    return nullptr;
  }
  std::int64_t seconds = 0;
  const char* last = request.timestamp.data() + request.timestamp.size();
  const auto [end, error] = std::from_chars(request.timestamp.data(), last, seconds);
  constexpr std::int64_t far = 100'000'000'000;  // seconds; nothing to be added up overflows below it
  if (error != std::errc{} || end != last || seconds < 0 || seconds > far) return nullptr;
  const auto off = std::chrono::abs(WallTime(std::chrono::seconds(seconds)) - now);
  return off <= window ? &*op : nullptr;
}

boost::asio::awaitable<HttpReply> OperatorHook::take(HttpPost request) {
  const WallTime now = wall_now();
  const std::string_view name = name_in(request.target);
  if (name.empty()) co_return reply(404, "error", "no such path");
  const OperatorConfig* op = signer_of(name, request, now);
  if (op == nullptr) {
    log::warning("operator_event_refused", {{"reason", "signature or timestamp"}});
    co_return reply(401, "error", "the signature or the timestamp is wrong");
  }
  const auto event = read_event(request.body);
  if (!event) co_return reply(400, "error", event.error().message);

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
    co_return reply(503, "error", "not written; send it again");
  }
  log::info(
      "operator_event",
      {{"operator", op->name}, {"event", to_string(event->event)}, {"msisdn", event->msisdn}, {"result", result}});
  co_return reply(200, "result", result);
}

}  // namespace shubbak::daemon
