#include "daemon/audit_heads.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "audit/action.hpp"
#include "audit/verifier.hpp"
#include "daemon/log.hpp"
#include "flows/engine.hpp"
#include "ussd/screen.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::minutes failure_pause{1};

// The day whose hour came last, in local time.
std::string day_of(WallTime now, const Config& config) {
  const auto shifted = now + config.utc_offset - config.audit_head_at.since_midnight;
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(shifted)};
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {text.data(), static_cast<std::size_t>(size)};
}

// {"link.confirmed":12}: the words need no escaping.
std::string json_of(const std::map<std::string, std::int64_t>& totals) {
  std::string json = "{";
  for (const auto& [action, count] : totals) {
    json.append(json.size() > 1 ? ",\"" : "\"").append(action).append("\":").append(std::to_string(count));
  }
  return json + "}";
}

// "flow 1, link 12"
std::string told_by_area(const std::map<std::string, std::int64_t>& totals) {
  std::map<std::string, std::int64_t> areas;
  for (const auto& [action, count] : totals) areas[std::string(audit::area(action))] += count;
  std::string text;
  for (const auto& [area, count] : areas) {
    text.append(text.empty() ? "" : ", ").append(area).append(" ").append(std::to_string(count));
  }
  return text;
}

}  // namespace

AuditHeads::AuditHeads(Shared& shared, const Config& config, std::unique_ptr<store::AuditTrail> trail, Teller teller)
    : shared_(shared), config_(config), trail_(std::move(trail)), teller_(std::move(teller)) {}

void AuditHeads::tick(WallTime now) {
  if (committing_ || now < not_before_ || config_.overseers.empty()) return;
  if (!due_) {
    if (day_of(now, config_) <= published_day_) return;
    auto found = find_due(now);
    if (!found) return fail(found.error(), now);
    due_ = *std::move(found);
    if (!due_) return;
  }
  if (const Status followed = follow(*due_); !followed) {
    due_.reset();
    return fail(followed.error(), now);
  }
  if (due_->broken_at || due_->followed_to.number == due_->head.position.number)
    publish(*std::exchange(due_, std::nullopt), now);
}

// Nothing: the day's head was published, perhaps by another process, or there is no record yet.
Result<std::optional<AuditHeads::Due>> AuditHeads::find_due(WallTime now) {
  const auto published = trail_->last_head();
  if (!published) return published.error();
  if (*published) published_day_ = (*published)->day;
  std::string day = day_of(now, config_);
  if (day <= published_day_) return std::optional<Due>();
  const auto last = trail_->last();
  if (!last) return last.error();
  if (last->number == 0) return std::optional<Due>();
  Due due;
  due.head.day = std::move(day);
  due.head.position = *last;
  if (*published) due.followed_to = (*published)->position;
  return std::optional(std::move(due));
}

Status AuditHeads::follow(Due& due) {
  const std::int64_t to = std::min(due.followed_to.number + slice_max, due.head.position.number);
  const auto followed = trail_->follow(due.followed_to, to);
  if (!followed) return followed.error();
  for (const auto& [action, count] : followed->totals) due.totals[action] += count;
  due.followed_to = followed->to;
  if (followed->fault) {
    log::error("audit_trail_broken", {{"number", followed->fault->number}, {"reason", followed->fault->message}});
    due.broken_at = followed->fault->number;
  }
  return {};
}

void AuditHeads::publish(Due due, WallTime now) {
  due.head.totals = json_of(due.totals);
  due.head.sent_to = static_cast<std::int64_t>(config_.overseers.size());
  due.head.at = now;
  std::vector<store::Change> changes;
  changes.emplace_back(store::PutAuditHead{due.head});
  std::vector<Text> texts;
  for (const OverseerConfig& overseer : config_.overseers) {
    texts.push_back({&overseer, text_of(due, overseer)});
    changes.push_back(teller_.outbox_change(overseer.operator_name, *overseer.msisdn, texts.back().text));
  }
  committing_ = true;
  shared_.store.change(std::move(changes), [this, now, head = std::move(due.head),
                                            texts = std::move(texts)](const Result<store::Committed>& result) {
    committing_ = false;
    if (result) {
      on_published(head, texts, result);
    } else if (result.error().code == Errc::conflict) {
      published_day_ = head.day;  // by another daemon on this database, which sends it
    } else {
      fail(result.error(), now);
    }
  });
}

void AuditHeads::on_published(const store::AuditHead& head, const std::vector<Text>& texts,
                              const Result<store::Committed>& result) {
  published_day_ = head.day;
  log::info("audit_head_published",
            {{"day", head.day}, {"number", head.position.number}, {"overseers", head.sent_to}});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const OverseerConfig& to = *texts[i].to;
    teller_.take_up(to.operator_name, result->outbox_ids[i], *to.msisdn, texts[i].text);
  }
}

// The head stands as `shubbak audit verify --head` takes it. Where it gets too long for the operator, all but day and
// head is left out: 140 octets hold them in any alphabet.
std::string AuditHeads::text_of(const Due& due, const OverseerConfig& overseer) const {
  const auto& revision = *shared_.revision;
  const auto person = shared_.store.find_person(*overseer.msisdn);
  const std::string chosen = person ? person->locale : std::string();
  const std::uint8_t locale = revision.locale_index(chosen).value_or(flows::Revision::default_locale);
  const std::string hash = audit::to_hex(due.head.position.hash).substr(0, audit::Head::digits_min);
  std::string head = due.head.day + "\n" + std::to_string(due.head.position.number) + ":" + hash;
  // In no language, so that it fits in any alphabet.
  if (due.broken_at) head.append("\n!! ").append(std::to_string(*due.broken_at));
  std::string text = flows::system_text(revision, locale, "sys_audit_head", {}) + "\n" + head;
  if (!due.totals.empty()) text.append("\n").append(told_by_area(due.totals));
  const auto op = std::ranges::find(config_.operators, overseer.operator_name, &OperatorConfig::name);
  const bool fits = op != config_.operators.end() && ussd::octets_on_air(text) <= op->sms.octets_max();
  return fits ? text : head;
}

void AuditHeads::fail(const Error& error, WallTime now) {
  not_before_ = now + failure_pause;
  shared_.metrics.count_store_failure();
  log::error("audit_head_not_published", {{"reason", error.message}});
}

}  // namespace shubbak::daemon
