// Once a day the head of the audit trail goes by SMS to the overseers, so that who can write the database cannot
// write the past anew unseen: day, number of the last record, the first 16 digits of its hash, and how much of what
// happened since the head before, or at which record the chain has been broken since. The head that is published and
// its texts are one transaction: one a day, whatever crashes, and however many daemons run on the database. A day
// whose hour passed while nothing ran is made up for at the start. Thread: the event loop's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config.hpp"
#include "daemon/teller.hpp"
#include "daemon/walk.hpp"
#include "store/audit_trail.hpp"

namespace shubbak::daemon {

class AuditHeads {
 public:
  AuditHeads(Shared& shared, const Config& config, std::unique_ptr<store::AuditTrail> trail, Teller teller);

  // To be called every second or so. Follows at most slice_max records at a time (about 10 ms), so that nobody waits
  // for it.
  void tick(WallTime now);
  static constexpr std::int64_t slice_max = 2'000;

 private:
  // A head that is being counted for.
  struct Due {
    store::AuditHead head;
    audit::Position followed_to;
    std::optional<std::int64_t> broken_at;       // a record
    std::map<std::string, std::int64_t> totals;  // by action
  };
  struct Text {
    const OverseerConfig* to;
    std::string text;
  };

  Result<std::optional<Due>> find_due(WallTime now);
  Status follow(Due& due);
  void publish(Due due, WallTime now);
  void on_published(const store::AuditHead& head, const std::vector<Text>& texts,
                    const Result<store::Committed>& result);
  [[nodiscard]] std::string text_of(const Due& due, const OverseerConfig& overseer) const;
  void fail(const Error& error, WallTime now);

  Shared& shared_;
  const Config& config_;
  std::unique_ptr<store::AuditTrail> trail_;
  Teller teller_;
  std::optional<Due> due_;
  std::string published_day_;  // of the last head known to be published
  bool committing_ = false;
  WallTime not_before_{};  // after a failure
};

}  // namespace shubbak::daemon
