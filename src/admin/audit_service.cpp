#include "admin/audit_service.hpp"

#include "admin/link_service.hpp"

namespace shubbak::admin {
namespace {

using store::AuditTrail;

// On the searcher's thread.
Result<std::vector<audit::Record>> search(const TrailAt& at, const AuditWanted& wanted) {
  auto trail = AuditTrail::open(at.database);
  if (!trail) return trail.error();
  std::vector<audit::Record> found;
  const auto keep = [&](const audit::Record& record) {
    found.push_back(record);
    return found.size() < wanted.rows_max;
  };
  if (const Status read = (*trail)->each(wanted.filter, keep, wanted.after); !read) return read.error();
  return found;
}

Result<AuditEnd> end_of(const TrailAt& at) {
  auto trail = AuditTrail::open(at.database);
  if (!trail) return trail.error();
  const auto last = (*trail)->last();
  if (!last) return last.error();
  auto published = (*trail)->last_head();
  if (!published) return published.error();
  return AuditEnd{*last, std::move(*published)};
}

}  // namespace

Served<std::vector<audit::Record>> search_audit(World& world, AuditWanted wanted) {
  if (wanted.msisdn) {
    const auto typed = number_of(world, *wanted.msisdn);
    if (!typed) co_return typed.error();
    wanted.filter.msisdn = world.store.pseudonym(*typed);
  }
  if (wanted.national_id) {
    const auto typed = person_of(world, *wanted.national_id);
    if (!typed) co_return typed.error();
    wanted.filter.person = world.store.pseudonym(*typed);
  }
  std::function<Result<std::vector<audit::Record>>()> work = [at = world.trail, wanted = std::move(wanted)] {
    return search(at, wanted);
  };
  auto searching = on_searcher<std::vector<audit::Record>>(world, std::move(work));
  co_return co_await std::move(searching);
}

Served<AuditEnd> audit_end(World& world) {
  return on_searcher<AuditEnd>(world, [at = world.trail] { return end_of(at); });
}

}  // namespace shubbak::admin
