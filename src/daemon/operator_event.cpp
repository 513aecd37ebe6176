#include "daemon/operator_event.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "companies/signature.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t id_octets_max = store::ValueLimits::name_octets_max;

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

}  // namespace

std::string_view operator_named_in(std::string_view target) {
  constexpr std::string_view before = "/operator/";
  constexpr std::string_view behind = "/sim-change";
  if (!target.starts_with(before) || !target.ends_with(behind) || target.size() <= before.size() + behind.size())
    return {};
  return target.substr(before.size(), target.size() - before.size() - behind.size());
}

const OperatorConfig* signer_of(std::span<const OperatorConfig> operators, std::string_view name,
                                const HttpPost& request, WallTime now) {
  const auto op =
      std::ranges::find(operators, name, [](const OperatorConfig& one) -> std::string_view { return one.name; });
  if (op == operators.end()) return nullptr;
  const companies::SignedRequest one{request.timestamp, request.signature, request.target, request.body};
  return companies::is_signed(one, op->hook_secret, now) ? &*op : nullptr;
}

Result<OperatorEvent> read_operator_event(const std::string& body) {
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

}  // namespace shubbak::daemon
