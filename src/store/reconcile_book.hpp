// A company's day as reconciliation has it: a connection of its own that writes nothing, since each look-up goes
// through the day and must hold up nobody else. Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "store/reconcile.hpp"

namespace shubbak::store {

class ReconcileBook {
 public:
  // Of a database that is up to date.
  static Result<std::unique_ptr<ReconcileBook>> open(const std::string& path);
  ReconcileBook(const ReconcileBook&) = delete;
  ReconcileBook& operator=(const ReconcileBook&) = delete;
  ~ReconcileBook();

  // Of an import under way whose lines are staged: payments of its day that no file lists, settled or without an
  // answer yet; and those that only the file lists which it replaces.
  Result<std::vector<std::int64_t>> unlisted_payments(std::int64_t import, std::size_t rows_max);
  Result<DayReport> day_report(const std::string& company, const reconcile::Day& day);
  // Of that day, behind that one (by not_after and number; none: from the first), in order.
  Result<std::vector<SettledPayment>> settled_payments(const std::string& company, const reconcile::Day& day,
                                                       const std::optional<SettledPayment>& after,
                                                       std::size_t rows_max);
  // That were paid on that day, behind that number, in order.
  Result<std::vector<PaidRefund>> paid_refunds(const std::string& company, const reconcile::Day& day,
                                               std::int64_t after, std::size_t rows_max);

 private:
  struct Parts;
  explicit ReconcileBook(std::unique_ptr<Parts> parts);
  std::optional<StoredImport> find_import(const std::string& company, std::chrono::sys_days day);
  void add_up_here(const std::string& company, const reconcile::Day& day, DayReport& report);
  void add_up_there(const reconcile::Day& day, DayReport& report);

  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
