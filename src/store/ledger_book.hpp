// The ledger as overseers read it: a connection of its own that writes nothing, so that whoever verifies needs no
// more than to read the files. Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "store/ledger.hpp"

namespace shubbak::store {

class LedgerBook {
 public:
  // Error not_found: the database is older than the ledger; it is not brought up to date here.
  static Result<std::unique_ptr<LedgerBook>> open(const std::string& path);
  LedgerBook(const LedgerBook&) = delete;
  LedgerBook& operator=(const LedgerBook&) = delete;
  ~LedgerBook();

  struct Verdict {
    std::vector<std::string> faults;  // none: the ledger is whole
    std::int64_t entries = 0;
    std::int64_t transfers = 0;
    std::size_t accounts = 0;
    std::size_t reserved = 0;  // transfers that are not resolved
    std::size_t anchors = 0;   // seals in the audit trail that agree
  };
  // Replays every entry (ledger/verifier.hpp). The audit trail is believed: verify that too. Page by page: what is
  // written meanwhile is looked at too, and holds nobody up. One thread more replays while this one reads.
  Result<Verdict> verify();

  LedgerReads& reads();

 private:
  struct Parts;
  explicit LedgerBook(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
