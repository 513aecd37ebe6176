#include "store/flow_archive.hpp"

#include <filesystem>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "staff/proposal.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/staff_reader.hpp"
#include "store/sqlite/statements.hpp"
#include "store/store.hpp"

namespace shubbak::store {
namespace {

Publication publication_of(const Use& use) {
  return {use.integer(0), use.text(1), use.text(2), use.text(3), use.time(4)};
}

Proposal proposal_of(const Use& use) {
  Proposal made{use.integer(0), use.text(1), use.integer(2), use.text(3), use.text(4), use.time(5)};
  if (!use.is_null(6)) {
    made.publication = use.integer(6);
    made.approver = use.text(7);
  }
  return made;
}

Status check(const std::string& author, const std::string& note, const Actor& by, const std::string& sources) {
  if (sources.size() > FlowArchive::sources_octets_max) return Error{Errc::limit, "the flows are larger than 64 MiB"};
  if (!audit::is_account_name(author) || note.empty() || note.size() > 1000)
    return Error{Errc::invalid,
                 "it needs an author (a name: at most 64 octets and six digits, no quotes) and a note (at most 1000 "
                 "octets)"};
  return audit::check(by);
}

// Those that write, and those of proposals and folders, which a database that is only read may be too old for.
struct Writing {
  Writing(const SQLite::Database& database, audit::HashFunction sha256)
      : audit(database, std::move(sha256)),
        staff(database, nullptr),
        begin(prepare(database, statement("begin"))),
        commit(prepare(database, statement("commit"))),
        add_revision(prepare(database, statement("add_flow_revision"))),
        add_publication(prepare(database, statement("add_publication"))),
        next_proposal(prepare(database, statement("next_proposal"))),
        add_proposal(prepare(database, statement("add_proposal"))),
        add_approval(prepare(database, statement("add_approval"))),
        find_proposal(prepare(database, statement("find_proposal"))),
        list_proposals(prepare(database, statement("list_proposals"))),
        is_approved(prepare(database, statement("is_approved"))),
        keep_folders(prepare(database, statement("keep_folder_revision"))),
        note_unnamed_folders(prepare(database, statement("note_unnamed_folder_revisions"))),
        drop_folders(prepare(database, statement("drop_folder_revisions"))),
        folder_sources(prepare(database, statement("find_folder_sources"))) {}

  AuditWriter audit;
  StaffReader staff;
  SQLite::Statement begin;
  SQLite::Statement commit;
  SQLite::Statement add_revision;
  SQLite::Statement add_publication;
  SQLite::Statement next_proposal;
  SQLite::Statement add_proposal;
  SQLite::Statement add_approval;
  SQLite::Statement find_proposal;
  SQLite::Statement list_proposals;
  SQLite::Statement is_approved;
  SQLite::Statement keep_folders;
  SQLite::Statement note_unnamed_folders;
  SQLite::Statement drop_folders;
  SQLite::Statement folder_sources;
};

class SqliteFlowArchive final : public FlowArchive {
 public:
  // Without a hash function only publications are read.
  SqliteFlowArchive(SQLite::Database database, audit::HashFunction sha256, OnDoubt on_doubt)
      : on_doubt_(std::move(on_doubt)),
        database_(std::move(database)),
        latest_(prepare(database_, statement("latest_publication"))),
        find_(prepare(database_, statement("find_publication"))),
        list_(prepare(database_, statement("list_publications"))),
        sources_(prepare(database_, statement("find_flow_sources"))) {
    if (sha256) writing_.emplace(database_, std::move(sha256));
  }

  Result<Publication> publish(const Publication& what, const std::string& sources, std::int64_t expected_latest,
                              bool needs_second_person) override {
    if (Status fits = check(what.author, what.note, what.by, sources); !fits) return fits.error();
    return in_transaction("publishing", [&]() -> Result<Publication> {
      if (needs_second_person && !is_approved(what.revision)) {
        return Error{Errc::denied, "revision " + what.revision +
                                       " needs a second person: propose it, and let somebody else approve it"};
      }
      return publish_inside(what, &sources, expected_latest);
    });
  }

  Result<Proposal> propose(const Proposal& what, const std::string& sources,
                           const std::optional<RequireStaff>& required) override {
    if (Status fits = check(what.author, what.note, what.by, sources); !fits) return fits.error();
    return in_transaction("proposing", [&]() -> Result<Proposal> {
      if (Status may = judge(required); !may) return may.error();
      if (const std::int64_t latest = latest_number(); latest != what.base) return overtaken(latest);
      Proposal made = what;
      {
        Use use(writing_->next_proposal);
        use.next();
        made.number = use.integer(0);
      }
      const auto detail = audit::Detail()
                              .add(audit::Key::proposal, made.number)
                              .add(audit::Key::author, made.author)
                              .add(audit::Key::note_octets, static_cast<std::int64_t>(made.note.size()))
                              .json();
      if (!detail) return detail.error();
      if (Status added = add_revision(made.revision, sources); !added) return added.error();
      run(writing_->add_proposal, made.number, made.revision, made.base, made.author, made.note, made.at);
      tell(audit::Action::flow_proposed, made.by, made.revision, *detail, made.at);
      return made;
    });
  }

  Result<Publication> approve(std::int64_t proposal, const Actor& approver, WallTime at,
                              const std::optional<RequireStaff>& required) override {
    if (Status fits = audit::check(approver); !fits) return fits.error();
    return in_transaction("approving", [&]() -> Result<Publication> {
      if (Status may = judge(required); !may) return may.error();
      const std::optional<Proposal> found = one_proposal(proposal);
      if (!found) return Error{Errc::not_found, "there is no proposal " + std::to_string(proposal)};
      if (found->publication != 0)
        return Error{Errc::conflict, "it was approved already, as publication " + std::to_string(found->publication)};
      if (const Status may = staff::may_approve(found->author, approver.name); !may) return may.error();
      const auto detail =
          audit::Detail().add(audit::Key::proposal, proposal).add(audit::Key::author, found->author).json();
      if (!detail) return detail.error();
      const Publication wanted{0, found->revision, found->author, found->note, at, approver};
      Result<Publication> published = publish_inside(wanted, nullptr, found->base);
      if (!published) return published;
      run(writing_->add_approval, proposal, published->number, approver.name, at);
      tell(audit::Action::flow_approved, approver, found->revision, *detail, at);
      return published;
    });
  }

  Result<std::optional<Proposal>> find_proposal(std::int64_t number) override {
    if (!writing_) return only_reads();
    return guarded("reading a proposal", [&]() -> Result<std::optional<Proposal>> { return one_proposal(number); });
  }
  Result<std::vector<Proposal>> proposals(std::size_t rows_max) override {
    if (!writing_) return only_reads();
    return guarded("listing proposals", [&]() -> Result<std::vector<Proposal>> {
      std::vector<Proposal> all;
      const auto limit = static_cast<std::int64_t>(rows_max);
      Use use(writing_->list_proposals, limit);
      while (use.next()) all.push_back(proposal_of(use));
      return all;
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
      if (Use published(sources_, revision); published.next()) return std::optional(published.text(0));
      if (!writing_) return std::optional<std::string>();
      if (Use kept(writing_->folder_sources, revision); kept.next()) return std::optional(kept.text(0));
      return std::optional<std::string>();
    });
  }
  Status keep_folders(const std::string& revision, const std::string& sources, const std::vector<std::string>& spared,
                      WallTime now) override {
    if (sources.size() > sources_octets_max) return Error{Errc::limit, "the flows are larger than 64 MiB"};
    std::string named = " " + revision + " ";
    for (const std::string& one : spared) named.append(one).append(1, ' ');
    return in_transaction("keeping the flows of folders", [&]() -> Status {
      run(writing_->keep_folders, revision, sources);
      run(writing_->note_unnamed_folders, now, named);
      run(writing_->drop_folders, now - unnamed_lives);
      return {};
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

  static Error only_reads() { return Error{Errc::denied, "the publications were opened for reading only"}; }

  template <class F>
  auto in_transaction(std::string_view doing, const F& act) -> decltype(act()) {
    if (!writing_) return only_reads();
    return guarded(doing, [&]() -> decltype(act()) {
      run(writing_->begin);
      writing_->audit.begin();
      auto outcome = act();
      if (outcome) {
        commit_surely(on_doubt_, [this] { run(writing_->commit); });
      } else {
        database_.tryExec(std::string(statement("rollback")));
      }
      return outcome;
    });
  }

  Status judge(const std::optional<RequireStaff>& required) {
    return required ? writing_->staff.judge(*required) : Status();
  }
  std::int64_t latest_number() {
    Use use(latest_);
    return use.next() ? use.integer(0) : 0;
  }
  bool is_approved(const std::string& revision) {
    Use use(writing_->is_approved, revision);
    return use.next() && use.integer(0) != 0;
  }
  std::optional<Proposal> one_proposal(std::int64_t number) {
    Use use(writing_->find_proposal, number);
    if (!use.next()) return std::nullopt;
    return proposal_of(use);
  }
  static Error overtaken(std::int64_t latest) {
    return Error{Errc::conflict, "publication " + std::to_string(latest) +
                                     " was made meanwhile; look at what it changed, then do this again"};
  }

  // A revision's name is no proof of what stands in it: nobody may have approved, or be shown, other files than run.
  Status add_revision(const std::string& revision, const std::string& sources) {
    run(writing_->add_revision, revision, sources);
    Use use(sources_, revision);
    if (use.next() && use.text(0) == sources) return {};
    return Error{Errc::conflict,
                 "other files are kept under the name of this revision; change a comment in one of yours"};
  }

  // Without sources: those of the revision are there.
  Result<Publication> publish_inside(const Publication& what, const std::string* sources,
                                     std::int64_t expected_latest) {
    const std::int64_t latest = latest_number();
    if (latest != expected_latest) return overtaken(latest);
    Publication made = what;
    made.number = latest + 1;
    const auto detail = audit::Detail()
                            .add(audit::Key::publication, made.number)
                            .add(audit::Key::author, made.author)
                            .add(audit::Key::note_octets, static_cast<std::int64_t>(made.note.size()))
                            .json();
    if (!detail.ok()) return detail.error();
    if (sources != nullptr) {
      if (Status added = add_revision(made.revision, *sources); !added) return added.error();
    }
    run(writing_->add_publication, made.number, made.revision, made.author, made.note, made.at);
    tell(audit::Action::flow_published, made.by, made.revision, *detail, made.at);
    return made;
  }

  void tell(audit::Action action, const Actor& by, const std::string& revision, const std::string& detail,
            WallTime at) {
    writing_->audit.append(
        {.at = at, .by = by, .action = std::string(word(action)), .thing = revision, .detail = detail});
  }

  OnDoubt on_doubt_;
  SQLite::Database database_;
  std::optional<Writing> writing_;
  SQLite::Statement latest_;
  SQLite::Statement find_;
  SQLite::Statement list_;
  SQLite::Statement sources_;
};

}  // namespace

Result<std::unique_ptr<FlowArchive>> FlowArchive::open(const std::string& path, OnDoubt on_doubt) {
  Result<audit::HashFunction> hash = sha256();
  if (!hash.ok()) return hash.error();
  try {
    SQLite::Database database = open_for_writing(path, StoreConfig{}.database_pages_max);
    if (const Status migrated = migrate(database, schema_migrations(), wall_now(), on_doubt); !migrated.ok())
      return migrated.error();
    return std::unique_ptr<FlowArchive>(
        std::make_unique<SqliteFlowArchive>(std::move(database), *std::move(hash), std::move(on_doubt)));
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
    return std::unique_ptr<FlowArchive>(std::make_unique<SqliteFlowArchive>(std::move(database), nullptr, OnDoubt()));
  } catch (const SQLite::Exception& exception) {
    const Error failed = describe(exception, "reading what was published");
    return Error{failed.code, path + ": " + failed.message};
  }
}

}  // namespace shubbak::store
