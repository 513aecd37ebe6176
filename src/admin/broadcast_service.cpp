#include "admin/broadcast_service.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

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

// The company's name; "": none was asked for.
Result<std::string, ApiError> company_of(const World& world, const BroadcastWanted& wanted) {
  if (wanted.company.empty() && wanted.governorate.empty()) return std::string();
  if (!wanted.company.empty() && !wanted.governorate.empty())
    return wrong("an area is a company's or a governorate: name one of them", "governorate");
  if (!wanted.company.empty()) {
    const bool is_there = world.companies != nullptr && world.companies->find(wanted.company) != nullptr;
    return is_there ? Result<std::string, ApiError>(wanted.company) : wrong("no company has that name", "company");
  }
  std::vector<companies::Company*> owners;
  if (world.companies != nullptr) owners = world.companies->owners_of(wanted.governorate);
  if (owners.empty()) return wrong("no company owns a governorate of that code", "governorate");
  if (owners.size() > 1)
    return wrong("several companies own accounts of that governorate: name one of them as the company",
                 "governorate");
  return owners.front()->config().name;
}

Result<broadcasts::Segment, ApiError> segment_of(const World& world, const BroadcastWanted& wanted) {
  if (!wanted.operator_name.empty() && !is_operator(world, wanted.operator_name))
    return wrong("no operator has that name", "operator");
  if (!wanted.locale.empty() && !is_locale(world, wanted.locale))
    return wrong("the deployment does not speak that language", "language");
  auto company = company_of(world, wanted);
  if (!company) return company.error();
  return broadcasts::Segment{wanted.operator_name, wanted.locale, std::move(*company)};
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

Result<store::StoredBroadcast, ApiError> show_broadcast(World& world, std::int64_t number) {
  auto found = world.store.broadcasts().find_broadcast(number);
  if (!found) return api_error(found.error());
  if (!*found) return ApiError{Code::not_found, "there is no broadcast " + std::to_string(number), "number"};
  return std::move(**found);
}

Result<std::vector<store::StoredBroadcast>, ApiError> list_broadcasts(World& world, bool open_only,
                                                                      std::int64_t after) {
  auto page = world.store.broadcasts().broadcasts(open_only, after, broadcasts_page);
  if (!page) return api_error(page.error());
  return std::move(*page);
}

Served<store::StoredBroadcast> draft_broadcast(World& world, Caller caller, BroadcastWanted wanted) {
  const auto* const kind = std::ranges::find(broadcasts::kind_names, wanted.kind);
  if (kind == broadcasts::kind_names.end()) co_return wrong("a broadcast is about an outage or awareness", "kind");
  auto segment = segment_of(world, wanted);
  if (!segment) co_return segment.error();
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
      commit_if(world, required_of(world, caller, Permission::broadcast_write, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return show_broadcast(world, committed->broadcast);
}

Served<BroadcastPreview> preview_broadcast(World& world, std::int64_t number) {
  auto known = show_broadcast(world, number);
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
  std::vector<std::string> operators;
  if (act == broadcasts::Act::approve) {
    for (const broadcasts::Way& way : world.broadcast_ways) operators.push_back(way.operator_name);
  }
  auto changes =
      broadcast_change(store::ActOnBroadcast{number, act, caller.actor, world.now(), std::move(operators)});
  auto committing =
      commit_if(world, required_of(world, caller, permission_of(act), staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return show_broadcast(world, number);
}

}  // namespace shubbak::admin
