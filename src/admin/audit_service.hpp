// The audit trail as overseers read it: searched page by page, and its end. Read on a thread of its own, with a
// connection that writes nothing. Thread: the loop's.
#pragma once

#include "admin/staff_service.hpp"
#include "store/audit_trail.hpp"

namespace shubbak::admin {

struct AuditWanted {
  std::optional<std::string> msisdn;       // as typed
  std::optional<std::string> national_id;  // as typed
  audit::Filter filter{};                  // the rest of it
  std::optional<std::int64_t> after;       // only records behind that number
  std::size_t rows_max = 0;
};
Served<std::vector<audit::Record>> search_audit(World& world, AuditWanted wanted);

struct AuditEnd {
  audit::Position last;
  std::optional<store::AuditHead> published;  // the head that went out last
};
Served<AuditEnd> audit_end(World& world);

}  // namespace shubbak::admin
