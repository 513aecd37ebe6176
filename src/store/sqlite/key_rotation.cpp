#include "store/key_rotation.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <sqlite3.h>
#include <thread>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <openssl/crypto.h>

#include "store/seal.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/seal_keys.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using Octets = std::span<const unsigned char>;
using Clock = std::chrono::steady_clock;

constexpr int checkpoint_each = 16;  // transactions

struct SealedColumn {
  SealedField field;
  std::string_view what;
  std::string_view page;
  std::string_view seal_anew;
  std::string_view count;
};
constexpr std::array columns{
    SealedColumn{SealedField::national_id, "national numbers", statement("sealed_page_national_id"),
                 statement("seal_anew_national_id"), statement("count_sealed_national_id")},
    SealedColumn{SealedField::walk_session, "walks", statement("sealed_page_walk_session"),
                 statement("seal_anew_walk_session"), statement("count_sealed_walk_session")},
    SealedColumn{SealedField::outbox_text, "texts", statement("sealed_page_outbox_text"),
                 statement("seal_anew_outbox_text"), statement("count_sealed_outbox_text")},
    SealedColumn{SealedField::payment_session, "walks that wait for a payment",
                 statement("sealed_page_payment_session"), statement("seal_anew_payment_session"),
                 statement("count_sealed_payment_session")},
    SealedColumn{SealedField::case_note, "notes of cases", statement("sealed_page_case_note"),
                 statement("seal_anew_case_note"), statement("count_sealed_case_note")},
    SealedColumn{SealedField::case_text, "texts of cases", statement("sealed_page_case_text"),
                 statement("seal_anew_case_text"), statement("count_sealed_case_text")},
    SealedColumn{SealedField::case_address, "addresses of cases", statement("sealed_page_case_address"),
                 statement("seal_anew_case_address"), statement("count_sealed_case_address")},
    SealedColumn{SealedField::visit_code, "codes of visits", statement("sealed_page_visit_code"),
                 statement("seal_anew_visit_code"), statement("count_sealed_visit_code")},
    SealedColumn{SealedField::service_pin, "PINs", statement("sealed_page_service_pin"),
                 statement("seal_anew_service_pin"), statement("count_sealed_service_pin")},
    SealedColumn{SealedField::staff_pin, "PINs of staff", statement("sealed_page_staff_pin"),
                 statement("seal_anew_staff_pin"), statement("count_sealed_staff_pin")},
    SealedColumn{SealedField::staff_full_name, "names of staff", statement("sealed_page_staff_full_name"),
                 statement("seal_anew_staff_full_name"), statement("count_sealed_staff_full_name")},
    SealedColumn{SealedField::staff_email, "addresses of staff", statement("sealed_page_staff_email"),
                 statement("seal_anew_staff_email"), statement("count_sealed_staff_email")},
    SealedColumn{SealedField::fill_code, "codes of fills", statement("sealed_page_fill_code"),
                 statement("seal_anew_fill_code"), statement("count_sealed_fill_code")},
    SealedColumn{SealedField::mail_address, "e-mail addresses", statement("sealed_page_mail_address"),
                 statement("seal_anew_mail_address"), statement("count_sealed_mail_address")},
    SealedColumn{SealedField::mail_text, "mails", statement("sealed_page_mail_text"),
                 statement("seal_anew_mail_text"), statement("count_sealed_mail_text")}};

// Where a sealed field stands; which of the three tell it is the column's affair.
struct SealedRow {
  std::int64_t number = 0;
  std::int64_t channel = 0;
  BlindIndex person{};
  RowIdentity identity{};
  SealedBytes was{};
  SealedBytes is{};
};

SealedRow row_of(SealedField field, const Use& use) {
  SealedRow row{.number = use.integer(0), .channel = use.integer(1)};
  if (const Octets person = use.octets(2); person.size() == row.person.size()) {
    std::ranges::copy(person, row.person.begin());
  }
  const Octets sealed = use.octets(3);
  row.was.assign(sealed.begin(), sealed.end());
  row.identity = field == SealedField::service_pin ? pin_row(row.person)
                                                   : RowIdentity{field, static_cast<std::uint64_t>(use.integer(4)),
                                                                 static_cast<std::uint8_t>(row.channel)};
  return row;
}

Error no_database(const std::string& path) {
  return Error{Errc::not_found, path + ": there is no database"};
}

std::vector<KeyUse> count_all(const SQLite::Database& database) {
  std::vector<KeyUse> uses;
  SQLite::Statement known = prepare(database, statement("seal_keys_in_use"));
  {
    Use use(known);
    while (use.next()) {
      uses.push_back({static_cast<std::uint8_t>(use.integer(0)), use.time(1), {}, use.integer(2) > 0});
    }
  }
  for (const SealedColumn& column : columns) {
    SQLite::Statement count = prepare(database, column.count);
    Use use(count);
    while (use.next()) {
      const Octets id = use.octets(0);
      const auto key = std::ranges::find(uses, id.empty() ? 0 : id[0], &KeyUse::id);
      if (key != uses.end()) key->fields.emplace_back(column.what, use.integer(1));
    }
  }
  return uses;
}

std::int64_t sum_of(const KeyUse& use) {
  std::int64_t sum = 0;
  for (const auto& [what, count] : use.fields) sum += count;
  return sum;
}

}  // namespace

struct KeyRotation::Parts {
  Parts(SQLite::Database opened, Sealer with, const KeysInUse& use, audit::HashFunction hash)
      : database(std::move(opened)),
        sealer(std::move(with)),
        newest(use.newest),
        audit(database, std::move(hash)),
        begin(prepare(database, statement("begin"))),
        commit(prepare(database, statement("commit"))),
        need_key(prepare(database, statement("need_seal_key"))),
        mark_older(prepare(database, statement("mark_older_seal_keys"))),
        retire(prepare(database, statement("retire_seal_key"))) {}

  // All throw SQLite::Exception.
  std::vector<SealedRow> page(SQLite::Statement& read, SealedField field, const SealedRow& after) {
    std::vector<SealedRow> rows;
    Use use(read, after.number, after.channel, Octets(after.person), Octets(&newest, 1), rows_at_once);
    while (use.next()) rows.push_back(row_of(field, use));
    return rows;
  }

  void commit_all() {
    commit_surely(end_in_doubt, [this] { run(commit); });
  }

  // Leaves out what does not open.
  Status seal(std::vector<SealedRow>& rows) {
    for (SealedRow& row : rows) {
      Result<std::string> plain = sealer.open(row.identity, row.was);
      if (!plain.ok()) {
        ++outcome.damaged;
        continue;
      }
      Status sealed = sealer.seal(row.identity, *plain, row.is);
      OPENSSL_cleanse(plain->data(), plain->size());
      if (!sealed.ok()) return sealed;
    }
    std::erase_if(rows, [](const SealedRow& row) { return row.is.empty(); });
    return {};
  }

  // One transaction. How many were not written by somebody else meanwhile.
  std::int64_t put(SQLite::Statement& write, const std::vector<SealedRow>& rows) {
    if (rows.empty()) return 0;
    std::int64_t written = 0;
    run(begin);
    run(need_key, std::int64_t{newest});
    for (const SealedRow& row : rows) {
      written += run(write, row.number, row.channel, Octets(row.person), Octets(row.is), Octets(row.was));
    }
    commit_all();
    return written;
  }

  Status rotate(const SealedColumn& column, const KeyRotation::Tell& tell) {
    SQLite::Statement read = prepare(database, column.page);
    SQLite::Statement write = prepare(database, column.seal_anew);
    RotationProgress progress{column.what};
    SealedRow after;
    for (auto rows = page(read, column.field, after); !rows.empty(); rows = page(read, column.field, after)) {
      after = rows.back();
      if (Status sealed = seal(rows); !sealed.ok()) return sealed;
      const Clock::time_point began = Clock::now();
      const std::int64_t written = put(write, rows);
      outcome.sealed_anew += written;
      progress.sealed_anew += written;
      tell(progress);
      checkpoint();
      // Whoever waits to write is not kept waiting by the next transaction.
      std::this_thread::sleep_for(Clock::now() - began);
    }
    return {};
  }

  // Where no daemon copies the log into the database file, it would only grow.
  void checkpoint() {
    if (++transactions % checkpoint_each != 0) return;
    copy_log(database, SQLITE_CHECKPOINT_PASSIVE, end_in_doubt);
  }

  // Counting takes too long to keep writers waiting: a mark tells whether one of them used an older key meanwhile.
  Result<RotationOutcome> finish(const Actor& by, const KeyRotation::Tell& tell) {
    const WallTime now = wall_now();
    const std::int64_t mark = -std::int64_t{now.time_since_epoch().count()};
    run(begin);
    run(mark_older, std::int64_t{newest}, mark);
    commit_all();
    const std::vector<KeyUse> uses = count_all(database);
    tell({"keys"});
    const auto detail =
        audit::Detail().add(audit::Key::fields, std::min(outcome.sealed_anew, audit::Detail::count_max)).json();
    if (!detail.ok()) return detail.error();
    run(begin);
    const int retired = retire_unused(uses, mark, now);
    if (outcome.sealed_anew > 0 || retired > 0) {
      audit.begin();
      audit.append({.at = now,
                    .by = by,
                    .action = std::string(word(audit::Action::key_rotated)),
                    .thing = "key " + std::to_string(newest),
                    .detail = *detail});
    }
    commit_all();
    return outcome;
  }

  int retire_unused(const std::vector<KeyUse>& uses, std::int64_t mark, WallTime now) {
    int retired = 0;
    for (const KeyUse& use : uses) {
      if (use.id >= newest) continue;  // a daemon may have taken a newer one meanwhile
      outcome.remaining += sum_of(use);
      if (sum_of(use) > 0 || use.is_retired) continue;
      const int done = run(retire, std::int64_t{use.id}, now, mark);
      retired += done;
      outcome.remaining += 1 - done;  // one field at least, written while they were counted
    }
    return retired;
  }

  SQLite::Database database;
  Sealer sealer;
  std::uint8_t newest;
  AuditWriter audit;
  SQLite::Statement begin;
  SQLite::Statement commit;
  SQLite::Statement need_key;
  SQLite::Statement mark_older;
  SQLite::Statement retire;
  RotationOutcome outcome;
  int transactions = 0;
};

KeyRotation::KeyRotation(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KeyRotation::~KeyRotation() = default;

Result<std::unique_ptr<KeyRotation>> KeyRotation::open(const std::string& path, const KeySource& source,
                                                       bool takes_new_keys) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return no_database(path);
  const Result<KeyRing> keys = read_keys(source);
  if (!keys.ok()) return keys.error();
  Result<audit::HashFunction> hash = sha256();
  if (!hash.ok()) return hash.error();
  return guarded("opening it", [&]() -> Result<std::unique_ptr<KeyRotation>> {
    SQLite::Database database = open_for_writing(path, StoreConfig{}.database_pages_max);
    if (const Status migrated = migrate(database, schema_migrations(), wall_now()); !migrated.ok()) {
      return migrated.error();
    }
    const NewKeys new_keys = takes_new_keys ? NewKeys::take : NewKeys::refuse;
    database.exec(std::string(statement("begin")));
    const Result<KeysInUse> use = match_keys(database, *keys, source.name(), new_keys, wall_now());
    if (!use.ok()) {
      database.exec(std::string(statement("rollback")));
      return use.error();
    }
    commit_surely(end_in_doubt, [&] { database.exec(std::string(statement("commit"))); });
    Result<Sealer> sealer = Sealer::create(*keys, *use);
    if (!sealer.ok()) return sealer.error();
    return std::unique_ptr<KeyRotation>(
        new KeyRotation(std::make_unique<Parts>(std::move(database), *std::move(sealer), *use, *std::move(hash))));
  });
}

Status KeyRotation::check(const std::string& path, const KeySource& source) {
  const Result<KeyRing> keys = read_keys(source);
  if (!keys.ok()) return keys.error();
  return guarded("looking for its keys", [&]() -> Status {
    const SQLite::Database database = open_for_reading(path);
    const auto use = match_keys(database, *keys, source.name(), NewKeys::leave, wall_now());
    return use.ok() ? Status() : Status(use.error());
  });
}

Result<std::vector<KeyUse>> KeyRotation::status(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return no_database(path);
  return guarded("counting what is sealed", [&]() -> Result<std::vector<KeyUse>> {
    const SQLite::Database database = open_for_reading(path);
    SQLite::Statement is_new = prepare(database, statement("is_of_several_keys"));
    if (Use use(is_new); !use.next() || use.integer(0) == 0) {
      return Error{Errc::not_found,
                   path + ": the database is of an older version; start this version's shubbakd on it"};
    }
    return count_all(database);
  });
}

Result<RotationOutcome> KeyRotation::rotate(const Actor& by, const Tell& tell) {
  if (Status named = audit::check(by); !named.ok()) return named.error();
  Parts& parts = *parts_;
  parts.outcome = {.newest = parts.newest};
  auto done = guarded("sealing anew", [&]() -> Result<RotationOutcome> {
    for (const SealedColumn& column : columns) {
      if (Status rotated = parts.rotate(column, tell); !rotated.ok()) return rotated.error();
    }
    return parts.finish(by, tell);
  });
  if (sqlite3_get_autocommit(parts.database.getHandle()) == 0) {
    parts.database.tryExec(std::string(statement("rollback")));
  }
  return done;
}

}  // namespace shubbak::store
