#include "cases/kind.hpp"

#include <algorithm>
#include <set>

#include "staff/account.hpp"

namespace shubbak::cases {
namespace {

constexpr std::size_t name_octets_max = 32;

Error wrong(const std::string& of, const std::string& what) {
  return Error{Errc::invalid, of + ": " + what};
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= name_octets_max &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::size_t letters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_label(std::string_view text) {
  return !text.empty() && letters_of(text) <= Limits::label_letters_max &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// As a grant names it, and no sign for all of them.
bool is_office(const std::string& text) {
  return text != "*" && staff::parse_grant("case_worker@*/*/" + text).ok();
}

Status check_names(const Kind& kind) {
  for (const Stage& stage : kind.stages) {
    if (!is_word(stage.name) || stage.name == resolved_word)
      return wrong(kind.name, "a stage's name is 1 to 32 lower-case letters and _, and not '" +
                                  std::string(resolved_word) + "'");
    if (std::ranges::count(kind.stages, stage.name, &Stage::name) > 1)
      return wrong(kind.name, "the stage '" + stage.name + "' is there twice");
  }
  return {};
}

Status check_stage(const Kind& kind, const Stage& stage) {
  const std::string of = kind.name + "." + stage.name;
  if (!is_label(stage.label_ar) || !is_label(stage.label_en))
    return wrong(of, "a label is 1 to " + std::to_string(Limits::label_letters_max) + " letters");
  if (!staff::permits(stage.role, staff::Permission::case_work))
    return wrong(of, "the role " + std::string(to_string(stage.role)) + " works no cases");
  if (stage.limit.count() < 1 || stage.limit > Limits::stage_most) return wrong(of, "limit must be 1h to 365d");
  if (stage.next.empty()) return wrong(of, "next must say what may follow: stages, or " + std::string(resolved_word));
  for (const std::string& next : stage.next) {
    if (next == stage.name) return wrong(of, "a stage does not follow itself");
    if (next != resolved_word && kind.find_stage(next) == nullptr)
      return wrong(of, "there is no stage '" + next + "' to follow");
    if (std::ranges::count(stage.next, next) > 1) return wrong(of, "'" + next + "' is in next twice");
  }
  const bool is_next = std::ranges::find(stage.next, stage.after_fee) != stage.next.end();
  if (!stage.after_fee.empty() && (!is_next || stage.after_fee == resolved_word))
    return wrong(of, "after_fee must be a stage out of next");
  return {};
}

// From which a case can be resolved, by whatever way.
bool leads_to_an_end(const Kind& kind, const Stage& from) {
  std::set<std::string_view> seen{from.name};
  std::vector<const Stage*> open{&from};
  while (!open.empty()) {
    const Stage* stage = open.back();
    open.pop_back();
    for (const std::string& next : stage->next) {
      if (next == resolved_word) return true;
      if (seen.insert(next).second) open.push_back(kind.find_stage(next));
    }
  }
  return false;
}

Status check_offices(const Kind& kind) {
  if (!kind.office.empty() && !is_office(kind.office))
    return wrong(kind.name, "office is named as in grants: lower-case letters, up to six digits and _");
  if (!kind.escalates_to.empty() && !is_office(kind.escalates_to))
    return wrong(kind.name, "escalates_to is named as offices in grants are: lower-case letters, digits and _");
  if (kind.bypasses_office != (kind.about == About::staff))
    return wrong(kind.name, "bypasses_office is for kinds with about: staff, and each of these has it");
  if (kind.about == About::staff && kind.needs_address)
    return wrong(kind.name, "about: staff and needs_address do not go together: nobody is visited");
  if (!kind.bypasses_office) return {};
  // Where the one is the accused one, the case goes to the other.
  if (kind.office.empty() || kind.escalates_to.empty() || kind.office == kind.escalates_to)
    return wrong(kind.name, "with bypasses_office, office and escalates_to must name two offices");
  return {};
}

Status check_kind(const Kind& kind) {
  if (!is_word(kind.name)) return wrong(kind.name, "a kind's name is 1 to 32 lower-case letters and _");
  if (!is_label(kind.label_ar) || !is_label(kind.label_en))
    return wrong(kind.name, "a label is 1 to " + std::to_string(Limits::label_letters_max) + " letters");
  if (kind.open_max < 1) return wrong(kind.name, "open_max must be at least 1");
  if (kind.stages.empty() || kind.stages.size() > Limits::stages_max)
    return wrong(kind.name, "it has 1 to " + std::to_string(Limits::stages_max) + " stages");
  if (kind.about == About::request && (kind.needs_text || !kind.needs_address))
    return wrong(kind.name, "with about: request it has needs_address: true and needs_text: false");
  const auto within = kind.joins_within;
  if (within && (kind.about != About::network || within->count() < 1 || *within > Limits::joins_most))
    return wrong(kind.name, "joins_within is 1h to 7d, of a kind with about: network");
  if (Status offices = check_offices(kind); !offices.ok()) return offices;
  if (Status names = check_names(kind); !names.ok()) return names;
  for (const Stage& stage : kind.stages) {
    if (Status checked = check_stage(kind, stage); !checked.ok()) return checked;
    if (!leads_to_an_end(kind, stage))
      return wrong(kind.name + "." + stage.name, "no way leads to " + std::string(resolved_word) + " from here");
  }
  return {};
}

}  // namespace

const Stage* Kind::find_stage(std::string_view stage) const {
  const auto found = std::ranges::find(stages, stage, &Stage::name);
  return found == stages.end() ? nullptr : &*found;
}

const Kind* find_kind(const Kinds& kinds, std::string_view name) {
  const auto found = std::ranges::find(kinds, name, &Kind::name);
  return found == kinds.end() ? nullptr : &*found;
}

Status check_office(const std::string& name, std::string_view label_ar, std::string_view label_en) {
  if (!is_office(name))
    return wrong(name, "an office is named as in grants: lower-case letters, up to six digits and _");
  if (is_label(label_ar) && is_label(label_en)) return {};
  return wrong(name, "a label is 1 to " + std::to_string(Limits::label_letters_max) + " letters");
}

Status check(const Kinds& kinds) {
  if (kinds.size() > Limits::kinds_max)
    return Error{Errc::invalid, "there are " + std::to_string(Limits::kinds_max) + " kinds of cases at most"};
  for (const Kind& kind : kinds) {
    if (Status checked = check_kind(kind); !checked.ok()) return checked;
    if (std::ranges::count(kinds, kind.name, &Kind::name) > 1) return wrong(kind.name, "the kind is there twice");
  }
  return {};
}

}  // namespace shubbak::cases
