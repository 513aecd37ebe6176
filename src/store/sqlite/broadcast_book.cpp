#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/broadcast.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/segment_terms.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

struct BroadcastBook::Parts {
  explicit Parts(SQLite::Database opened)
      : database(std::move(opened)), groups(prepare(database, statement("broadcast_groups"))) {}

  SQLite::Database database;
  SQLite::Statement groups;
};

BroadcastBook::BroadcastBook(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
BroadcastBook::~BroadcastBook() = default;

Result<std::unique_ptr<BroadcastBook>> BroadcastBook::open(const std::string& path) {
  try {
    return std::unique_ptr<BroadcastBook>(new BroadcastBook(std::make_unique<Parts>(open_for_reading(path))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<std::vector<broadcasts::Group>> BroadcastBook::count(const broadcasts::Segment& segment,
                                                            const std::string& default_locale) {
  return guarded("counting whom a broadcast is for", [&]() -> Result<std::vector<broadcasts::Group>> {
    std::vector<broadcasts::Group> counted;
    const SegmentTerms of(segment);
    Use use(parts_->groups, default_locale, segment.operator_name, segment.locale, of.notices_of, of.governorate,
            of.is_whole_company, of.is_by_cases, of.cases_of, of.cases.kind, of.cases.area, of.cases.directorate,
            of.cases.office);
    while (use.next()) counted.push_back({use.text(0), use.text(1), use.integer(2)});
    return counted;
  });
}

}  // namespace shubbak::store
