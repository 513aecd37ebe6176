#include "store/flow_archive.hpp"

#include <filesystem>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sha256.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/statements.hpp"
#include "store/store.hpp"

namespace shubbak::store {
namespace {

Publication publication_of(const Use& use) {
  return {use.integer(0), use.text(1), use.text(2), use.text(3), use.time(4)};
}

class SqliteFlowArchive final : public FlowArchive {
 public:
  // Without a hash function nothing can be published.
  SqliteFlowArchive(SQLite::Database database, audit::HashFunction sha256)
      : database_(std::move(database)),
        begin_(prepare(database_, statement("begin"))),
        commit_(prepare(database_, statement("commit"))),
        add_revision_(prepare(database_, statement("add_flow_revision"))),
        add_publication_(prepare(database_, statement("add_publication"))),
        latest_(prepare(database_, statement("latest_publication"))),
        find_(prepare(database_, statement("find_publication"))),
        list_(prepare(database_, statement("list_publications"))),
        sources_(prepare(database_, statement("find_flow_sources"))) {
    if (sha256) audit_.emplace(database_, std::move(sha256));
  }

  Result<Publication> publish(const Publication& what, const std::string& sources,
                              std::int64_t expected_latest) override {
    if (!audit_) return Error{Errc::denied, "the publications were opened for reading only"};
    if (sources.size() > sources_octets_max) return Error{Errc::limit, "the flows are larger than 64 MiB"};
    if (!audit::is_account_name(what.author) || what.note.empty() || what.note.size() > 1000)
      return Error{Errc::invalid,
                   "a publication needs an author (a name: at most 64 octets and six digits, no quotes) and a note "
                   "(at most 1000 octets)"};
    if (Status by = audit::check(what.by); !by.ok()) return by.error();
    return guarded("publishing", [&]() -> Result<Publication> {
      run(begin_);
      audit_->begin();
      Result<Publication> published = publish_inside(what, sources, expected_latest);
      if (published.ok()) {
        run(commit_);
      } else {
        database_.tryExec(std::string(statement("rollback")));
      }
      return published;
    });
  }

  Result<std::optional<Publication>> latest() override {
    return guarded("reading the latest publication", [&] { return one(Use(latest_)); });
  }
  Result<std::optional<Publication>> find(std::int64_t number) override {
    return guarded("reading a publication", [&] { return one(Use(find_, number)); });
  }
  Result<std::vector<Publication>> list(std::size_t rows_max) override {
    return guarded("listing publications", [&]() -> Result<std::vector<Publication>> {
      std::vector<Publication> all;
      const auto limit = static_cast<std::int64_t>(rows_max);
      Use use(list_, limit);
      while (use.next()) all.push_back(publication_of(use));
      return all;
    });
  }
  Result<std::optional<std::string>> sources(const std::string& revision) override {
    return guarded("reading flows", [&]() -> Result<std::optional<std::string>> {
      Use use(sources_, revision);
      if (!use.next()) return std::optional<std::string>();
      return std::optional(use.text(0));
    });
  }

 private:
  template <class F>
  auto guarded(std::string_view doing, const F& act) -> decltype(act()) {
    try {
      return act();
    } catch (const SQLite::Exception& exception) {
      database_.tryExec(std::string(statement("rollback")));  // where none is open this does nothing
      return describe(exception, doing);
    }
  }

  static Result<std::optional<Publication>> one(Use&& use) {
    if (!use.next()) return std::optional<Publication>();
    return std::optional(publication_of(use));
  }

  Result<Publication> publish_inside(const Publication& what, const std::string& sources,
                                     std::int64_t expected_latest) {
    std::int64_t latest = 0;
    {
      Use use(latest_);
      if (use.next()) latest = use.integer(0);
    }
    if (latest != expected_latest)
      return Error{Errc::conflict, "publication " + std::to_string(latest) +
                                       " was made meanwhile; look at what it changed, then publish again"};
    Publication made = what;
    made.number = latest + 1;
    const auto detail = audit::Detail()
                            .add(audit::Key::publication, made.number)
                            .add(audit::Key::author, made.author)
                            .add(audit::Key::note_octets, static_cast<std::int64_t>(made.note.size()))
                            .json();
    if (!detail.ok()) return detail.error();
    run(add_revision_, made.revision, sources);
    run(add_publication_, made.number, made.revision, made.author, made.note, made.at);
    audit_->append({.at = made.at,
                    .by = made.by,
                    .action = std::string(word(audit::Action::flow_published)),
                    .thing = made.revision,
                    .detail = *detail});
    return made;
  }

  SQLite::Database database_;
  std::optional<AuditWriter> audit_;
  SQLite::Statement begin_;
  SQLite::Statement commit_;
  SQLite::Statement add_revision_;
  SQLite::Statement add_publication_;
  SQLite::Statement latest_;
  SQLite::Statement find_;
  SQLite::Statement list_;
  SQLite::Statement sources_;
};

}  // namespace

Result<std::unique_ptr<FlowArchive>> FlowArchive::open(const std::string& path) {
  Result<audit::HashFunction> hash = sha256();
  if (!hash.ok()) return hash.error();
  try {
    SQLite::Database database = open_for_writing(path, StoreConfig{}.database_pages_max);
    if (const Status migrated = migrate(database, schema_migrations(), wall_now()); !migrated.ok())
      return migrated.error();
    return std::unique_ptr<FlowArchive>(std::make_unique<SqliteFlowArchive>(std::move(database), *std::move(hash)));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<std::unique_ptr<FlowArchive>> FlowArchive::open_for_reading(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::unique_ptr<FlowArchive>();
  try {
    SQLite::Database database = store::open_for_reading(path);
    if (!database.tableExists("publication")) return std::unique_ptr<FlowArchive>();
    return std::unique_ptr<FlowArchive>(std::make_unique<SqliteFlowArchive>(std::move(database), nullptr));
  } catch (const SQLite::Exception& exception) {
    const Error failed = describe(exception, "reading what was published");
    return Error{failed.code, path + ": " + failed.message};
  }
}

}  // namespace shubbak::store
