#include "store/audit_trail.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/key_file.hpp"
#include "store/seal.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/seal_keys.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::int64_t page_rows = 10'000;
constexpr std::int64_t merged_rows = 1'000;  // of all actions that are read beside each other
constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min();  // also rows that somebody put there

void assign(std::string& text, std::span<const unsigned char> octets) {
  text.assign(reinterpret_cast<const char*>(octets.data()), octets.size());
}

void assign(audit::Hash& hash, std::span<const unsigned char> octets) {
  hash.fill(0);
  std::copy_n(octets.begin(), std::min(octets.size(), hash.size()), hash.begin());
}

// Into one that is used again and again, for its memory.
void read_record(const Use& use, audit::Record& record) {
  constexpr std::int64_t no_kind = 0xff;
  const std::int64_t kind = use.integer(2);
  record.number = use.integer(0);
  record.at = use.time(1);
  record.by.kind = static_cast<Actor::Kind>(kind >= 0 && kind < no_kind ? kind : no_kind);
  assign(record.by.name, use.octets(3));
  assign(record.action, use.octets(4));
  assign(record.person, use.octets(5));
  assign(record.msisdn, use.octets(6));
  assign(record.thing, use.octets(7));
  assign(record.detail, use.octets(8));
  assign(record.hash, use.octets(9));
}

AuditHead head_of(const Use& use) {
  AuditHead head{use.text(0), {use.integer(1), {}}, use.text(3), use.integer(4), use.time(5)};
  assign(head.position.hash, use.octets(2));
  return head;
}

}  // namespace

struct AuditTrail::Parts {
  Parts(SQLite::Database opened, audit::HashFunction hash)
      : database(std::move(opened)),
        sha256(std::move(hash)),
        page(prepare(database, statement("audit_page"))),
        page_of_person(prepare(database, statement("audit_page_of_person"))),
        page_of_number(prepare(database, statement("audit_page_of_number"))),
        page_of_actor(prepare(database, statement("audit_page_of_actor"))),
        page_of_action(prepare(database, statement("audit_page_of_action"))),
        actions(prepare(database, statement("audit_actions"))),
        last(prepare(database, statement("last_audit_record"))),
        heads(prepare(database, statement("audit_heads"))),
        last_head(prepare(database, statement("last_audit_head"))) {}

  // Throws. By the index of whatever finds the fewest; `visit` is given more than the filter lets through, in the
  // order of numbers, and gives false to end it. Each page is a read transaction of its own.
  template <class Visit>
  void each(const audit::Filter& filter, const Visit& visit, std::int64_t after = before_all) {
    const bool is_of_account = !filter.by.empty() && filter.by != "ussd" && filter.by != "sms";
    const bool is_of_somebody = !filter.person.empty() || !filter.msisdn.empty() || is_of_account;
    if (!filter.action.empty() && !is_of_somebody) return each_of_actions(filter.action, visit, after);
    audit::Record record;
    for (std::int64_t rows = page_rows; rows == page_rows;) {
      rows = 0;
      const auto read = [&](Use&& use) {
        for (; use.next(); ++rows) {
          read_record(use, record);
          after = record.number;
          if (!visit(record)) return false;
        }
        return true;
      };
      if (!filter.person.empty()) {
        if (!read(Use(page_of_person, after, page_rows, octets_of(filter.person)))) return;
      } else if (!filter.msisdn.empty()) {
        if (!read(Use(page_of_number, after, page_rows, octets_of(filter.msisdn)))) return;
      } else if (is_of_account) {
        if (!read(Use(page_of_actor, after, page_rows, filter.by))) return;
      } else if (!read(Use(page, after, page_rows))) {
        return;
      }
    }
  }

  // Throws. Some records of each action that begins so are held ready, and the first of all is told next: so each is
  // read once, however many another action has, and what ends early has read few. What is appended meanwhile is left
  // out: one action has been read to its end sooner than another.
  template <class Visit>
  void each_of_actions(const std::string& beginning, const Visit& visit, std::int64_t after) {
    using Next = std::pair<std::int64_t, std::size_t>;  // a record's number, and whose it is
    std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
    const std::int64_t to = last_number();
    std::vector<OfAction> all = actions_beginning(beginning, after);
    const std::int64_t rows = std::max<std::int64_t>(1, merged_rows / std::max<std::int64_t>(1, std::ssize(all)));
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (fetch(all[i], to, rows)) next.emplace(all[i].ready.front().number, i);
    }
    while (!next.empty()) {
      const std::size_t first = next.top().second;
      OfAction& of = all[first];
      next.pop();
      if (!visit(of.ready[of.told++])) return;
      if (of.told < of.ready.size() || fetch(of, to, rows)) next.emplace(of.ready[of.told].number, first);
    }
  }

  struct OfAction {
    std::string word;
    std::int64_t after = before_all;
    std::vector<audit::Record> ready{};
    std::size_t told = 0;  // of them
  };
  std::vector<OfAction> actions_beginning(const std::string& beginning, std::int64_t after) {
    std::vector<OfAction> all;
    for (Use use(actions, beginning); use.next();) all.push_back({.word = use.text(0), .after = after});
    return all;
  }
  // False: there are no more.
  bool fetch(OfAction& of, std::int64_t to, std::int64_t rows) {
    of.ready.clear();
    of.told = 0;
    Use use(page_of_action, of.after, rows, of.word, to);
    while (use.next()) read_record(use, of.ready.emplace_back());
    if (!of.ready.empty()) of.after = of.ready.back().number;
    return !of.ready.empty();
  }
  std::int64_t last_number() {
    Use use(last);
    return use.next() ? use.integer(0) : 0;
  }

  static std::span<const unsigned char> octets_of(const std::string& text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
  }

  // Throws. Does the record that does not follow from the one before it follow from another one?
  audit::Fault look_whether_misplaced(audit::Fault fault, const audit::Record& found) {
    audit::Misplaced misplaced(sha256, found);
    each({}, [&](const audit::Record& other) {
      if (!misplaced.follows(other)) return true;
      fault = misplaced.fault();
      return false;
    });
    return fault;
  }

  // Throws.
  std::optional<audit::Fault> look_whether_there(const audit::Position& position) {
    if (position.number == 0) return std::nullopt;
    bool there = false;
    each(
        {},
        [&](const audit::Record& record) {
          there = record.number == position.number && record.hash == position.hash;
          return false;
        },
        position.number - 1);
    if (there) return std::nullopt;
    return audit::Fault{
        audit::FaultKind::head_mismatch, position.number,
        "record " + std::to_string(position.number) + " is not the one whose head was published, or is missing"};
  }

  Result<std::string> pseudonym(const KeySource& source, const std::function<BlindIndex(Sealer&)>& index) {
    const Result<KeyRing> keys = read_keys(source);
    if (!keys.ok()) return keys.error();
    return guarded("looking for its key", [&]() -> Result<std::string> {
      const Result<KeysInUse> use = match_first_key(database, *keys, source.name());
      if (!use.ok()) return use.error();
      Result<Sealer> sealer = Sealer::create(*keys, *use);
      if (!sealer.ok()) return sealer.error();
      const BlindIndex made = index(*sealer);
      return std::string(made.begin(), made.end());
    });
  }

  SQLite::Database database;
  audit::HashFunction sha256;
  SQLite::Statement page;
  SQLite::Statement page_of_person;
  SQLite::Statement page_of_number;
  SQLite::Statement page_of_actor;
  SQLite::Statement page_of_action;
  SQLite::Statement actions;
  SQLite::Statement last;
  SQLite::Statement heads;
  SQLite::Statement last_head;
};

AuditTrail::AuditTrail(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AuditTrail::~AuditTrail() = default;

Result<std::unique_ptr<AuditTrail>> AuditTrail::open(const std::string& path) {
  Result<audit::HashFunction> hash = sha256();
  if (!hash.ok()) return hash.error();
  try {
    SQLite::Database database = open_for_reading(path);
    if (!database.tableExists("audit")) {
      return Error{Errc::not_found,
                   path + ": the database has no audit trail yet; start this version's shubbakd on it"};
    }
    return std::unique_ptr<AuditTrail>(
        new AuditTrail(std::make_unique<Parts>(std::move(database), *std::move(hash))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<AuditTrail::Verdict> AuditTrail::verify(std::vector<audit::Head> given) {
  return guarded("verifying the audit trail", [&]() -> Result<Verdict> {
    // Before the records: what is published from here on may be of records that are appended meanwhile.
    {
      Use use(parts_->heads);
      while (use.next()) {
        const AuditHead head = head_of(use);
        given.push_back({head.position.number, audit::to_hex(head.position.hash), "published on " + head.day});
      }
    }
    audit::Verifier verifier(parts_->sha256, std::move(given));
    std::optional<audit::Fault> fault;
    audit::Record at_fault;
    parts_->each({}, [&](const audit::Record& record) {
      fault = verifier.add(record);
      if (fault) at_fault = record;
      return !fault;
    });
    if (!fault) fault = verifier.finish();
    if (fault && fault->kind == audit::FaultKind::edited) {
      fault = parts_->look_whether_misplaced(*std::move(fault), at_fault);
    }
    return Verdict{fault, verifier.position(), verifier.heads_met()};
  });
}

Status AuditTrail::each(const audit::Filter& filter, const Visit& visit, std::optional<std::int64_t> after) {
  return guarded("reading the audit trail", [&]() -> Status {
    parts_->each(
        filter, [&](const audit::Record& record) { return !audit::matches(filter, record) || visit(record); },
        after.value_or(before_all));
    return {};
  });
}

Result<audit::Position> AuditTrail::last() {
  return guarded("reading the audit trail", [&]() -> Result<audit::Position> {
    audit::Position position;
    Use use(parts_->last);
    if (!use.next()) return position;
    position.number = use.integer(0);
    assign(position.hash, use.octets(1));
    return position;
  });
}

Result<std::optional<AuditHead>> AuditTrail::last_head() {
  return guarded("reading the published heads", [&]() -> Result<std::optional<AuditHead>> {
    Use use(parts_->last_head);
    if (!use.next()) return std::optional<AuditHead>();
    return std::optional(head_of(use));
  });
}

Result<AuditTrail::Followed> AuditTrail::follow(const audit::Position& from, std::int64_t to) {
  return guarded("following the audit trail", [&]() -> Result<Followed> {
    Followed followed{from, {}, parts_->look_whether_there(from)};
    if (followed.fault) return followed;
    audit::Verifier verifier(parts_->sha256, {}, from);
    parts_->each(
        {},
        [&](const audit::Record& record) {
          if (record.number > to) return false;
          followed.fault = verifier.add(record);
          if (followed.fault) return false;
          ++followed.totals[record.action];
          return true;
        },
        from.number);
    followed.to = verifier.position();
    return followed;
  });
}

Result<std::string> AuditTrail::pseudonym(const KeySource& keys, const NationalId& person) {
  return parts_->pseudonym(keys, [&](Sealer& sealer) { return sealer.index_of(person); });
}

Result<std::string> AuditTrail::pseudonym(const KeySource& keys, Msisdn number) {
  return parts_->pseudonym(keys, [&](Sealer& sealer) { return sealer.index_of(number); });
}

}  // namespace shubbak::store
