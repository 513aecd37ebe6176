// What is added up of cash: a connection of its own that writes nothing, since it reads as much as was ever taken and
// must hold up nobody else. Thread: one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "store/cash.hpp"

namespace shubbak::store {

class CashBook {
 public:
  // Of a database that is up to date.
  static Result<std::unique_ptr<CashBook>> open(const std::string& path);
  CashBook(const CashBook&) = delete;
  CashBook& operator=(const CashBook&) = delete;
  ~CashBook();

  // Of what is from the one moment on and before the other.
  Result<DrawerStatement> drawer_statement(const StoredDrawer& drawer, WallTime from, WallTime before);
  Result<std::vector<CashReportRow>> cash_report(const CashReportWanted& wanted);

 private:
  struct Parts;
  explicit CashBook(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
