// Batches of vouchers as overseers read them: a connection of its own that writes nothing and needs no key. Thread:
// one at a time.
#pragma once

#include <memory>
#include <string>

#include "domain/result.hpp"
#include "store/voucher.hpp"

namespace shubbak::store {

class VoucherBook {
 public:
  // Error not_found: the database is older than vouchers; it is not brought up to date here.
  static Result<std::unique_ptr<VoucherBook>> open(const std::string& path);
  VoucherBook(const VoucherBook&) = delete;
  VoucherBook& operator=(const VoucherBook&) = delete;
  ~VoucherBook();

  VoucherReads& reads();

 private:
  struct Parts;
  explicit VoucherBook(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
