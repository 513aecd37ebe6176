#include "rollout/rule.hpp"

#include <algorithm>
#include <tuple>

#include "reconcile/file_time.hpp"

namespace shubbak::rollout {
namespace {

constexpr std::size_t day_octets = 10;  // "2026-12-01"

std::string_view group_of(std::string_view service) {
  return service.substr(0, service.find('.'));
}

bool is_name(std::string_view text, std::string_view besides) {
  return !text.empty() && text.size() <= name_octets_max && std::ranges::all_of(text, [besides](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || besides.find(c) != std::string_view::npos;
  });
}

// How closely a rule names something; nothing: it is not about it.
std::optional<int> nearness(std::string_view named, std::string_view asked) {
  if (named == everything) return 0;
  if (named == asked) return 2;
  if (named == group_of(asked)) return 1;
  return std::nullopt;
}

struct About {
  const Rule* rule;
  int service;
  int company;
};

bool shadows(const About& one, const About& other) {
  return one.service >= other.service && one.company >= other.company &&
         (one.service > other.service || one.company > other.company);
}

bool lets_in(const Rule& rule, WallTime now, const Place& place) {
  if ((rule.from && now < *rule.from) || (rule.until && now >= *rule.until)) return false;
  if (rule.share_percent == 0) return false;
  if (rule.share_percent >= whole_percent) return true;
  const std::optional<std::uint32_t> asks = place ? place() : std::nullopt;
  return asks && *asks < rule.share_percent;
}

std::string listed(std::span<const std::string> names) {
  std::string text(everything);
  for (const std::string& name : names) text.append(", ").append(name);
  return text;
}

bool is_known(std::string_view name, std::span<const std::string> names) {
  return name == everything || std::ranges::find(names, name) != names.end();
}

// As the audit trail writes it: its year has four digits.
bool may_be_told(WallTime at) {
  using std::chrono::sys_days;
  using std::chrono::year;
  return at >= sys_days(year(1) / 1 / 1) && at < sys_days(year(10'000) / 1 / 1);
}

// Nothing: it is no time.
std::optional<WallTime> moment(const std::string& text, std::chrono::minutes utc_offset) {
  const std::string whole = text.size() == day_octets ? text + "T00:00" : text;
  const auto at = reconcile::parse_file_time(whole, reconcile::TimeForm::iso, utc_offset);
  return at && may_be_told(*at) ? at : std::nullopt;
}

}  // namespace

bool is_of_same(const Rule& one, const Rule& other) {
  return one.service == other.service && one.company == other.company;
}

Status check(const Rule& rule) {
  if (rule.service != everything && !is_name(rule.service, "."))
    return Error{Errc::invalid, "a switch names a service, a group of services, or * for all of them"};
  if (rule.company != everything && !is_name(rule.company, "0123456789"))
    return Error{Errc::invalid, "a switch names a company, or * for all of them"};
  if (rule.share_percent > whole_percent) return Error{Errc::invalid, "a share of the numbers is 0 to 100 percent"};
  if (!may_be_told(rule.from.value_or(WallTime())) || !may_be_told(rule.until.value_or(WallTime())))
    return Error{Errc::invalid, "a switch is on from and until a time of the years 1 to 9999"};
  if (rule.from && rule.until && *rule.until <= *rule.from)
    return Error{Errc::invalid, "a switch that is on until a time is on from a time before it"};
  return {};
}

Status check(std::span<const Rule> rules) {
  for (auto one = rules.begin(); one != rules.end(); ++one) {
    if (Status checked = check(*one); !checked) return checked;
    const auto is_same = [one](const Rule& other) { return is_of_same(*one, other); };
    if (std::any_of(rules.begin(), one, is_same))
      return Error{Errc::conflict, "two switches are of " + one->service + " and " + one->company};
  }
  return {};
}

std::uint32_t place_of(std::string_view keyed) {
  SHUBBAK_ASSERT(keyed.size() >= 4);
  std::uint32_t number = 0;
  for (const char c : keyed.substr(0, 4)) number = number << 8U | static_cast<unsigned char>(c);
  return number % whole_percent;
}

bool is_on(std::span<const Rule> rules, const Question& question, const Place& place) {
  std::vector<About> about;
  for (const Rule& rule : rules) {
    const auto service = nearness(rule.service, question.service);
    // A company's name holds no dot, so it is named or it is not.
    const auto company = nearness(rule.company, question.company);
    if (service && company) about.push_back({&rule, *service, *company});
  }
  return std::ranges::all_of(about, [&](const About& one) {
    const auto shadows_it = [&one](const About& other) { return shadows(other, one); };
    return std::ranges::any_of(about, shadows_it) || lets_in(*one.rule, question.now, place);
  });
}

std::vector<Rule> in_force(std::span<const Rule> configured, std::span<const Rule> changed) {
  std::vector<Rule> rules(changed.begin(), changed.end());
  for (const Rule& one : configured) {
    if (std::ranges::none_of(changed, [&one](const Rule& other) { return is_of_same(one, other); }))
      rules.push_back(one);
  }
  return rules;
}

std::optional<WrongRule> check_names(std::string_view service, std::string_view company, const Known& known) {
  if (!is_known(service, known.services))
    return WrongRule{"service", "there is no such service to switch; there are " + listed(known.services)};
  if (!is_known(company, known.companies))
    return WrongRule{"company", "there is no company of that name; there are " + listed(known.companies)};
  return std::nullopt;
}

Result<Rule, WrongRule> read_rule(const WrittenRule& written, const Known& known, std::chrono::minutes utc_offset) {
  if (auto wrong = check_names(written.service, written.company, known)) return *std::move(wrong);
  Rule rule{written.service, written.company, std::nullopt, std::nullopt, written.share_percent};
  for (const auto& [text, to, field] :
       {std::tuple(&written.from, &rule.from, "from"), std::tuple(&written.until, &rule.until, "until")}) {
    if (text->empty()) continue;
    *to = moment(*text, utc_offset);
    if (!*to) return WrongRule{field, "a time is written as 2026-12-01T08:00, or a day as 2026-12-01"};
  }
  if (rule.share_percent > whole_percent) return WrongRule{"share", "a share of the numbers is 0 to 100 percent"};
  if (Status checked = check(rule); !checked) return WrongRule{"until", checked.error().message};
  return rule;
}

}  // namespace shubbak::rollout
