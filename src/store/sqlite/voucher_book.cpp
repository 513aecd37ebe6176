#include "store/voucher_book.hpp"

#include "store/sqlite/voucher_reader.hpp"

namespace shubbak::store {

struct VoucherBook::Parts {
  explicit Parts(SQLite::Database opened) : database(std::move(opened)), reader(database) {}

  SQLite::Database database;
  VoucherReader reader;
};

VoucherBook::VoucherBook(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
VoucherBook::~VoucherBook() = default;

Result<std::unique_ptr<VoucherBook>> VoucherBook::open(const std::string& path) {
  try {
    SQLite::Database database = open_for_reading(path);
    if (!database.tableExists("voucher_batch")) {
      return Error{Errc::not_found, path + ": the database has no vouchers yet; start this version's shubbakd on it"};
    }
    return std::unique_ptr<VoucherBook>(new VoucherBook(std::make_unique<Parts>(std::move(database))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

VoucherReads& VoucherBook::reads() {
  return parts_->reader;
}

}  // namespace shubbak::store
