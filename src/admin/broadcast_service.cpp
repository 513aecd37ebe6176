#include "admin/broadcast_service.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include "admin/drawers.hpp"
#include "reconcile/file_time.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t broadcasts_page = 200;

ApiError wrong(std::string message, std::string field) {
  return {Code::invalid, std::move(message), std::move(field)};
}

bool is_operator(const World& world, const std::string& name) {
  return std::ranges::find(world.broadcast_ways, name, &broadcasts::Way::operator_name) != world.broadcast_ways.end();
}
bool is_locale(const World& world, const std::string& name) {
  return std::ranges::find(world.locales, name) != world.locales.end();
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}
// What there is instead of what was asked for.
std::string known_are(const std::vector<std::string>& names) {
  return names.empty() ? "there are none" : "known are " + list_of(names);
}
bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}
void add_once(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && !is_among(names, name)) names.push_back(name);
}

// Of that company; nullptr: of all.
std::vector<std::string> governorates_of(const World& world, const companies::Company* company) {
  std::vector<std::string> codes;
  if (world.companies == nullptr) return codes;
  for (const auto& one : world.companies->companies()) {
    if (company != nullptr && one.get() != company) continue;
    for (const std::string& code : one->config().governorates) add_once(codes, code);
  }
  return codes;
}
// Likewise: the offices of which a flow tells that all the area of one is meant.
std::vector<std::string> areas_of(const World& world, const companies::Company* company) {
  std::vector<std::string> names;
  if (world.companies == nullptr) return names;
  for (const auto& one : world.companies->companies()) {
    if (company != nullptr && one.get() != company) continue;
    for (const companies::Office& office : one->config().offices) add_once(names, office.name);
  }
  return names;
}

// Nothing: none was asked for.
Result<const companies::Company*, ApiError> company_of(const World& world, const std::string& name) {
  if (name.empty()) return static_cast<const companies::Company*>(nullptr);
  std::vector<std::string> names;
  if (world.companies != nullptr) {
    if (const companies::Company* found = world.companies->find(name)) return found;
    for (const auto& one : world.companies->companies()) names.push_back(one->config().name);
  }
  return wrong("no company has that name: " + known_are(names), "company");
}

// Notices are of a company's bills: a governorate names its owner, where it has one only.
Result<std::monostate, ApiError> add_governorate(const World& world, const std::string& code,
                                                 const companies::Company* company, broadcasts::Segment& segment) {
  if (code.empty()) return std::monostate();
  const std::vector<std::string> codes = governorates_of(world, company);
  if (!is_among(codes, code)) {
    const std::string owns = company == nullptr ? "no company owns a" : company->config().name + " owns no";
    return wrong(owns + " governorate of that code: " + known_are(codes), "governorate");
  }
  const auto owners = world.companies->owners_of(code);
  if (company == nullptr && owners.size() > 1)
    return wrong("several companies own accounts of that governorate: name one of them as the company",
                 "governorate");
  const companies::CompanyConfig& owner = (company == nullptr ? owners.front() : company)->config();
  segment.company = owner.name;
  segment.governorate = code;
  segment.is_whole_company = owner.governorates.size() == 1;
  return std::monostate();
}

// Whose number is it to know how many complain about staff? They are in no segment.
Result<std::monostate, ApiError> check_kind(const World& world, const std::string& name) {
  std::vector<std::string> names;
  for (const cases::Kind& kind : world.case_kinds) {
    if (!kind.bypasses_office) names.push_back(kind.name);
  }
  if (name.empty() || is_among(names, name)) return std::monostate();
  return wrong("no kind of cases that may be told of has that name: " + known_are(names), "case_kind");
}
Result<std::monostate, ApiError> check_office(const World& world, const std::string& name) {
  std::vector<std::string> names;
  for (const cases::Kind& kind : world.case_kinds) {
    if (kind.bypasses_office) continue;
    add_once(names, kind.office);
    add_once(names, kind.escalates_to);
  }
  if (name.empty() || is_among(names, name)) return std::monostate();
  return wrong("cases that may be told of are worked at no office of that name: " + known_are(names), "office");
}

// One part of what grants are for, and not all: "rif", but neither "rif/post_7" nor "*".
bool is_scope_name(const std::string& text) {
  const auto grant = staff::parse_grant("designer@*/" + text);
  return grant.ok() && grant->scope.directorate == text && text != "*";
}

Result<broadcasts::OpenCases, ApiError> cases_of(const World& world, const BroadcastWanted& wanted,
                                                 const companies::Company* company) {
  if (const auto kind = check_kind(world, wanted.case_kind); !kind) return kind.error();
  const std::vector<std::string> areas = areas_of(world, company);
  if (!wanted.area.empty() && !is_among(areas, wanted.area))
    return wrong("no area has that name: " + known_are(areas), "area");
  // Flows name directorates: what there is of them no configuration says.
  if (!wanted.directorate.empty() && !is_scope_name(wanted.directorate))
    return wrong("a directorate is named as in roles: lower-case letters, digits and _", "directorate");
  if (const auto office = check_office(world, wanted.office); !office) return office.error();
  return broadcasts::OpenCases{wanted.case_kind, wanted.area, wanted.directorate, wanted.office};
}

Result<broadcasts::Segment, ApiError> segment_of(const World& world, const BroadcastWanted& wanted) {
  if (!wanted.operator_name.empty() && !is_operator(world, wanted.operator_name))
    return wrong("no operator has that name", "operator");
  if (!wanted.locale.empty() && !is_locale(world, wanted.locale))
    return wrong("the deployment does not speak that language", "language");
  const auto company = company_of(world, wanted.company);
  if (!company) return company.error();
  broadcasts::Segment segment{
      .operator_name = wanted.operator_name, .locale = wanted.locale, .company = wanted.company};
  if (const auto added = add_governorate(world, wanted.governorate, *company, segment); !added) return added.error();
  auto cases = cases_of(world, wanted, *company);
  if (!cases) return cases.error();
  segment.cases = std::move(*cases);
  return segment;
}

// Whom it is for, as grants name it: all of what it does not name.
staff::Scope place_of_segment(const broadcasts::Segment& segment) {
  const auto name_or_all = [](const std::string& name) { return name.empty() ? std::string("*") : name; };
  return {name_or_all(segment.company), name_or_all(segment.cases.directorate), name_or_all(segment.cases.office)};
}

// Said before anything is committed, where it is judged again.
Result<std::monostate, ApiError> check_place(const Caller& caller, Permission permission, const staff::Scope& place) {
  if (may_there(caller, permission, place)) return std::monostate();
  std::vector<std::string> grants;
  for (const staff::Grant& one : caller.account.grants) {
    if (staff::permits(one.role, permission)) grants.push_back(staff::to_string(one));
  }
  if (grants.empty()) return authorize(caller, permission);
  return forbidden("the broadcast is for more than this account's roles are for: " + list_of(grants), "");
}

// Each of them must reach each phone whole.
Result<std::monostate, ApiError> check_texts(const World& world, const BroadcastWanted& wanted) {
  for (std::size_t i = 0; i < wanted.texts.size(); ++i) {
    const std::string field = "texts[" + std::to_string(i) + "]";
    if (!is_locale(world, wanted.texts[i].locale))
      return wrong("the deployment does not speak that language", field + ".language");
    for (const broadcasts::Way& way : world.broadcast_ways) {
      if (!wanted.operator_name.empty() && way.operator_name != wanted.operator_name) continue;
      const std::string shown = world.counter.shown_by(way.operator_name, wanted.texts[i].text);
      if (const auto parts = broadcasts::parts_of(shown, way); !parts)
        return wrong(parts.error().message, field + ".text");
    }
  }
  return std::monostate();
}

std::vector<store::Change> broadcast_change(store::BroadcastChange change) {
  std::vector<store::Change> changes;
  changes.emplace_back(std::move(change));
  return changes;
}

// Those of no operator that tells it are told by the first one.
std::vector<broadcasts::Group> by_telling_operator(const World& world,
                                                   const std::vector<broadcasts::Group>& counted) {
  std::map<std::pair<std::string, std::string>, std::int64_t> sums;
  for (const broadcasts::Group& one : counted) {
    const bool tells = is_operator(world, one.operator_name);
    const std::string& name = tells ? one.operator_name : world.broadcast_ways.front().operator_name;
    sums[{name, one.locale}] += one.recipients;
  }
  std::vector<broadcasts::Group> groups;
  groups.reserve(sums.size());
  for (const auto& [of, recipients] : sums) groups.push_back({of.first, of.second, recipients});
  return groups;
}

}  // namespace

Result<store::StoredBroadcast, ApiError> show_broadcast(World& world, const Caller& caller, std::int64_t number) {
  auto found = world.store.broadcasts().find_broadcast(number);
  if (!found) return api_error(found.error());
  if (!*found || !may_there(caller, Permission::broadcast_read, place_of_segment((*found)->segment)))
    return ApiError{Code::not_found, "there is no broadcast " + std::to_string(number), "number"};
  return std::move(**found);
}

Result<std::vector<store::StoredBroadcast>, ApiError> list_broadcasts(World& world, const Caller& caller,
                                                                      bool open_only, std::int64_t after) {
  std::vector<store::StoredBroadcast> seen;
  for (;;) {
    auto page = world.store.broadcasts().broadcasts(open_only, after, broadcasts_page);
    if (!page) return api_error(page.error());
    for (store::StoredBroadcast& one : *page) {
      after = one.number;
      if (may_there(caller, Permission::broadcast_read, place_of_segment(one.segment)))
        seen.push_back(std::move(one));
      if (seen.size() == broadcasts_page) return seen;
    }
    if (page->size() < broadcasts_page) return seen;
  }
}

Served<store::StoredBroadcast> draft_broadcast(World& world, Caller caller, BroadcastWanted wanted) {
  const auto* const kind = std::ranges::find(broadcasts::kind_names, wanted.kind);
  if (kind == broadcasts::kind_names.end()) co_return wrong("a broadcast is about an outage or awareness", "kind");
  auto segment = segment_of(world, wanted);
  if (!segment) co_return segment.error();
  const staff::Scope place = place_of_segment(*segment);
  if (const auto may = check_place(caller, Permission::broadcast_write, place); !may) co_return may.error();
  const auto expires = reconcile::parse_file_time(wanted.expires, reconcile::TimeForm::iso, world.utc_offset);
  if (!expires) co_return wrong("an end is a local time such as 2026-12-01T18:00", "expires");
  const std::string default_locale = world.locales.empty() ? std::string() : world.locales.front();
  if (const Status checked = broadcasts::check(wanted.texts, default_locale, *expires, world.now()); !checked) {
    const bool is_text =
        broadcasts::check(wanted.texts, default_locale, world.now() + std::chrono::hours(1), world.now()).ok();
    co_return wrong(checked.error().message, is_text ? "expires" : "texts");
  }
  if (const auto fits = check_texts(world, wanted); !fits) co_return fits.error();
  auto changes = broadcast_change(
      store::DraftBroadcast{.kind = static_cast<broadcasts::Kind>(kind - broadcasts::kind_names.begin()),
                            .segment = std::move(*segment),
                            .default_locale = default_locale,
                            .texts = std::move(wanted.texts),
                            .expires = *expires,
                            .by = caller.actor,
                            .at = world.now()});
  auto committing =
      commit_if(world, required_of(world, caller, Permission::broadcast_write, place), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return show_broadcast(world, caller, committed->broadcast);
}

Served<BroadcastPreview> preview_broadcast(World& world, Caller caller, std::int64_t number) {
  auto known = show_broadcast(world, caller, number);
  if (!known) co_return known.error();
  const store::StoredBroadcast& one = *known;
  if (world.broadcast_ways.empty()) co_return ApiError{Code::conflict, "there is no operator to tell anybody", {}};
  using Groups = std::vector<broadcasts::Group>;
  std::function<Result<Groups>()> work = [path = world.trail.database, segment = one.segment,
                                          locale = one.default_locale]() -> Result<Groups> {
    const auto book = store::BroadcastBook::open(path);
    if (!book) return book.error();
    return (*book)->count(segment, locale);
  };
  auto counting = on_searcher<Groups>(world, std::move(work));
  const auto counted = co_await std::move(counting);
  if (!counted) co_return counted.error();
  BroadcastPreview preview{number, by_telling_operator(world, *counted), {}, world.currency};
  const broadcasts::TextOf text_of = [&](std::string_view operator_name, std::string_view locale) {
    return world.counter.shown_by(operator_name, broadcasts::text_in(one.texts, locale, one.default_locale));
  };
  const auto whole = broadcasts::estimate(preview.groups, text_of, world.broadcast_ways);
  if (!whole) co_return change_error(whole.error());
  preview.whole = *whole;
  co_return preview;
}

staff::Permission permission_of(broadcasts::Act act) {
  const bool tells_more =
      act == broadcasts::Act::approve || act == broadcasts::Act::reject || act == broadcasts::Act::resume;
  return tells_more ? Permission::broadcast_decide : Permission::broadcast_write;
}

Served<store::StoredBroadcast> act_on_broadcast(World& world, Caller caller, std::int64_t number,
                                                broadcasts::Act act) {
  const auto known = show_broadcast(world, caller, number);
  if (!known) co_return known.error();
  const staff::Scope place = place_of_segment(known->segment);
  if (const auto may = check_place(caller, permission_of(act), place); !may) co_return may.error();
  std::vector<std::string> operators;
  if (act == broadcasts::Act::approve) {
    for (const broadcasts::Way& way : world.broadcast_ways) operators.push_back(way.operator_name);
  }
  auto changes =
      broadcast_change(store::ActOnBroadcast{number, act, caller.actor, world.now(), std::move(operators)});
  auto committing = commit_if(world, required_of(world, caller, permission_of(act), place), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return show_broadcast(world, caller, number);
}

}  // namespace shubbak::admin
