// Roll-out switches: which service is on, for which company (or directorate), since when, and for which share of the
// numbers. A rule says when its service is on: within its dates, for its share; at any other time, and for the other
// numbers, it is off. What no rule is about is on.
//
// The rules about a question that are not shadowed by one that is more specific must all say that it is on. One is
// more specific than another if it names the service more closely (all, a group, the service itself) or the company,
// and neither of the two less closely. So `payments of homs` stands against `payments of all` and against `all of
// homs`, and of these two, if there is no other, one that is off is enough. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::rollout {

inline constexpr std::string_view everything = "*";
constexpr std::uint32_t whole_percent = 100;
constexpr std::size_t name_octets_max = 32;  // as the configuration's names, and as the audit trail takes them

struct Rule {
  std::string service{everything};  // "payments.pay"; "payments" for all whose names begin so; or "*"
  std::string company{everything};
  std::optional<WallTime> from{};   // nothing: it was never off
  std::optional<WallTime> until{};  // the first moment at which it is off again
  std::uint32_t share_percent = whole_percent;

  bool operator==(const Rule&) const = default;
};
bool is_of_same(const Rule& one, const Rule& other);  // service and company: only one of the two can hold

// invalid: a name of another form, a share above 100, or an end that is not behind the beginning.
Status check(const Rule& rule);
// Likewise of each; conflict: two of the same service and company.
Status check(std::span<const Rule> rules);

// A number's place among the shares, 0 to 99: on from the share above it on, so who is on stays on as a share grows.
// `keyed`: a keyed hash of the number, of 4 octets at least, so that nobody can tell who comes next.
std::uint32_t place_of(std::string_view keyed);

struct Question {
  std::string_view service;
  std::string_view company{};  // "": the service is of none; then only rules about every company count
  WallTime now;
};
// `place`: of the number that asks; asked for only where a share is neither 0 nor 100. Nothing, or missing: there is
// no number, as at a counter; then only a share of 100 is enough.
using Place = std::function<std::optional<std::uint32_t>()>;
bool is_on(std::span<const Rule> rules, const Question& question, const Place& place);

// What is in force: `changed` at run time, and of the `configured` ones those in whose place none of these stands.
std::vector<Rule> in_force(std::span<const Rule> configured, std::span<const Rule> changed);

// As people write a rule, in the configuration, on the command line and in the API.
struct WrittenRule {
  std::string service{everything};
  std::string company{everything};
  std::string from{};   // "2026-12-01T08:00", local; also with seconds and an offset, or a day alone; "": since ever
  std::string until{};  // likewise; "": for ever
  std::uint32_t share_percent = whole_percent;
};
// What can be switched, without "*".
struct Known {
  std::span<const std::string> services;  // and groups of them
  std::span<const std::string> companies;
};
struct WrongRule {
  std::string field;  // service, company, from, until or share
  std::string message;
};
Result<Rule, WrongRule> read_rule(const WrittenRule& written, const Known& known, std::chrono::minutes utc_offset);
// Of names alone.
std::optional<WrongRule> check_names(std::string_view service, std::string_view company, const Known& known);

}  // namespace shubbak::rollout
