// The audit trail as overseers and the daemon's daily head read it: a connection of its own that writes nothing, so
// that whoever verifies needs no more than to read the files. Thread: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/filter.hpp"
#include "audit/verifier.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "store/key_file.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class AuditTrail {
 public:
  // Error not_found: the database is older than the audit trail; it is not brought up to date here.
  static Result<std::unique_ptr<AuditTrail>> open(const std::string& path);
  AuditTrail(const AuditTrail&) = delete;
  AuditTrail& operator=(const AuditTrail&) = delete;
  ~AuditTrail();

  struct Verdict {
    std::optional<audit::Fault> fault;
    audit::Position last;   // how far the chain is whole
    std::size_t heads = 0;  // that agreed
  };
  // Every record, against the heads in the database and those given. Page by page: what is appended meanwhile is
  // looked at too, and holds nobody up.
  Result<Verdict> verify(std::vector<audit::Head> given);

  // In the order of numbers, behind `after` if it is given; false of `visit` ends it.
  using Visit = std::function<bool(const audit::Record&)>;
  Status each(const audit::Filter& filter, const Visit& visit, std::optional<std::int64_t> after = {});

  Result<audit::Position> last();
  Result<std::optional<AuditHead>> last_head();  // that was published
  struct Followed {
    audit::Position to;                          // how far it is whole
    std::map<std::string, std::int64_t> totals;  // of these records, by action
    std::optional<audit::Fault> fault;           // also: `from` is not what stands there
  };
  // The records behind `from`, up to that number.
  Result<Followed> follow(const audit::Position& from, std::int64_t to);

  // What stands for a person or a number in the records of this database: 16 octets. Errors: of the keys; denied:
  // they are not the database's.
  Result<std::string> pseudonym(const KeySource& keys, const NationalId& person);
  Result<std::string> pseudonym(const KeySource& keys, Msisdn number);

 private:
  struct Parts;
  explicit AuditTrail(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
