#include "store/sqlite/rollout_writer.hpp"

#include <algorithm>

#include "audit/detail.hpp"
#include "reconcile/file_time.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/rollout_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

// "all" where it is every one: the audit trail takes words.
std::string_view told_name(const std::string& name) {
  return name == rollout::everything ? std::string_view("all") : std::string_view(name);
}

struct RuleKeys {
  audit::Key from;
  audit::Key until;
  audit::Key share;
};
constexpr RuleKeys keys_before{audit::Key::was_from, audit::Key::was_until, audit::Key::was_share};
constexpr RuleKeys keys_now{audit::Key::from, audit::Key::until, audit::Key::share};

void add_rule(audit::Detail& detail, const std::optional<rollout::Rule>& rule, const RuleKeys& keys) {
  if (!rule) return;
  detail.add(keys.share, std::int64_t{rule->share_percent});
  if (rule->from) detail.add(keys.from, reconcile::iso_time(*rule->from));
  if (rule->until) detail.add(keys.until, reconcile::iso_time(*rule->until));
}

}  // namespace

RolloutWriter::RolloutWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                             std::vector<rollout::Rule> configured)
    : sealer_(sealer),
      audit_(audit),
      configured_(std::move(configured)),
      about_(prepare(database, statement("rollout_rules_about"))),
      put_(prepare(database, statement("put_rollout_rule"))),
      drop_(prepare(database, statement("drop_rollout_rule"))) {}

Status RolloutWriter::apply(const RolloutChange& change) {
  if (const auto* wanted = std::get_if<SetSwitch>(&change)) return set(*wanted);
  if (const auto* cleared = std::get_if<ClearSwitch>(&change)) return clear(*cleared);
  return require(std::get<RequireSwitch>(change));
}

Status RolloutWriter::set(const SetSwitch& change) {
  const rollout::Rule& rule = change.rule;
  const auto before = stored(rule);
  const std::int64_t share = rule.share_percent;
  run(put_, rule.service, rule.company, rule.from, rule.until, share, change.at, change.by.kind, change.by.name);
  tell(audit::Action::rollout_set, rule, before ? before : configured(rule), rule, change.by, change.at);
  return {};
}

Status RolloutWriter::clear(const ClearSwitch& change) {
  rollout::Rule same;
  same.service = change.service;
  same.company = change.company;
  const auto before = stored(same);
  if (!before) return Error{Errc::not_found, "no switch was set for that service and company"};
  run(drop_, change.service, change.company);
  tell(audit::Action::rollout_cleared, same, before, configured(same), change.by, change.at);
  return {};
}

Status RolloutWriter::require(const RequireSwitch& change) {
  const rollout::Place place = [this, &change]() -> std::optional<std::uint32_t> {
    if (!change.number) return std::nullopt;
    return rollout::place_of(pseudonym_of(sealer_.index_of(*change.number)));
  };
  const std::vector<rollout::Rule> rules = about(change.service, change.company);
  if (rollout::is_on(rules, {change.service, change.company, change.at}, place)) return {};
  return Error{Errc::denied, std::string(switched_off)};
}

std::vector<rollout::Rule> RolloutWriter::about(const std::string& service, const std::string& company) {
  std::vector<rollout::Rule> changed;
  const std::string group = service.substr(0, service.find('.'));
  Use use(about_, service, group, company);
  while (use.next()) changed.push_back(switch_in(use).rule);
  return rollout::in_force(configured_, changed);
}

std::optional<rollout::Rule> RolloutWriter::stored(const rollout::Rule& same) {
  Use use(about_, same.service, same.service, same.company);
  while (use.next()) {
    StoredSwitch found = switch_in(use);
    if (rollout::is_of_same(found.rule, same)) return std::move(found.rule);
  }
  return std::nullopt;
}

std::optional<rollout::Rule> RolloutWriter::configured(const rollout::Rule& same) const {
  const auto found =
      std::ranges::find_if(configured_, [&same](const rollout::Rule& one) { return rollout::is_of_same(one, same); });
  return found == configured_.end() ? std::nullopt : std::optional(*found);
}

void RolloutWriter::tell(audit::Action action, const rollout::Rule& of, const std::optional<rollout::Rule>& was,
                         const std::optional<rollout::Rule>& is, const Actor& by, WallTime at) {
  audit::Detail detail;
  detail.add(audit::Key::service, told_name(of.service)).add(audit::Key::company, told_name(of.company));
  add_rule(detail, was, keys_before);
  add_rule(detail, is, keys_now);
  audit_.append(
      {.at = at, .by = by, .action = std::string(word(action)), .thing = "rollout", .detail = detail.json().value()});
}

}  // namespace shubbak::store
