// A broadcast to many numbers through the real store: counted as its preview does, and prepared batch by batch into
// the outbox as the daemon does, with nothing sent meanwhile. Beside it SQLite by hand, which writes as many rows of
// the outbox in as many transactions: what all else costs is the ratio. Memory must be the same for any number.
//
//   broadcast_bench [numbers] [texts in a batch]     default 1,000,000 and 500
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "store/store.hpp"
#include "tests/bench/store_bench.hpp"

namespace {

using namespace shubbak;
using bench::die;

const WallTime start{std::chrono::seconds(1'790'000'000)};
const Actor author{Actor::Kind::staff, "amal"};
const Actor approver{Actor::Kind::staff, "badr"};
const std::vector<broadcasts::Text> texts{{"ar", "ستنقطع الكهرباء غداً من الساعة 9 حتى الساعة 12 عن حي السبيل"}};
constexpr std::int64_t first_number = 963'900'000'000;

store::Committed put(store::Store& store, bench::Loop& loop, std::vector<store::Change> changes) {
  std::size_t answers = 0;
  store::Committed told;
  store.change(std::move(changes), [&](Result<store::Committed> result) {
    if (!result.ok()) die(result.error().message);
    told = *std::move(result);
    ++answers;
  });
  loop.run_until(answers, 1);
  return told;
}
store::Committed put(store::Store& store, bench::Loop& loop, store::Change change) {
  std::vector<store::Change> changes;
  changes.push_back(std::move(change));
  return put(store, loop, std::move(changes));
}

// The operator has taken them.
void take_out(store::Store& store, bench::Loop& loop, const std::vector<std::int64_t>& ids) {
  std::vector<store::Change> changes;
  for (const std::int64_t id : ids) {
    changes.emplace_back(store::RemoveOutboxMessage{
        id, store::BroadcastOutcome{store::BroadcastOutcome::What::sent, std::to_string(id), start}});
  }
  if (!changes.empty()) put(store, loop, std::move(changes));
}

// One link by the store, the others with what it has sealed: nobody opens it here.
void add_links(const std::string& path, std::int64_t count) {
  bench::Bare bare(path);
  const std::string sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                          std::to_string(count - 1) +
                          ") INSERT INTO link (msisdn, national_id_sealed, national_id_index, state, since, made)"
                          " SELECT " +
                          std::to_string(first_number) +
                          " + n.i, one.national_id_sealed, randomblob(16), 1, one.since, one.made FROM n, (SELECT * "
                          "FROM link LIMIT 1) AS one";
  bare.exec(sql.c_str());
}

std::int64_t begin(store::Store& store, bench::Loop& loop) {
  using broadcasts::Act;
  const std::int64_t number =
      put(store, loop,
          store::BroadcastChange(store::DraftBroadcast{.kind = broadcasts::Kind::outage,
                                                       .segment = {},
                                                       .default_locale = "ar",
                                                       .texts = texts,
                                                       .expires = start + std::chrono::days(2),
                                                       .by = author,
                                                       .at = start}))
          .broadcast;
  put(store, loop, store::BroadcastChange(store::ActOnBroadcast{number, Act::propose, author, start, {}}));
  put(store, loop, store::BroadcastChange(store::ActOnBroadcast{number, Act::approve, approver, start, {"mtn"}}));
  put(store, loop, store::BroadcastChange(store::TendBroadcast{number, start}));
  return number;
}

// MiB that the process has now.
double resident() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> pages;
  return pages * 4'096 / (1 << 20);
}

bench::Cost by_hand(const std::string& path, std::int64_t count, std::int64_t batch) {
  bench::Bare bare(path);
  bare.exec(
      "CREATE TABLE outbox (id INTEGER PRIMARY KEY, link TEXT NOT NULL, msisdn INTEGER NOT NULL, text_sealed BLOB "
      "NOT "
      "NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, broadcast INTEGER NOT NULL) STRICT;"
      "CREATE INDEX of_broadcast ON outbox (broadcast, link) WHERE broadcast <> 0");
  sqlite3_stmt* const insert = bare.prepare("INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)");
  sqlite3_stmt* const remove = bare.prepare("DELETE FROM outbox WHERE id = ?1");
  const std::string_view link = "mtn";
  return bench::cost_of([&] {
    for (std::int64_t from = 0; from < count; from += batch) {
      bare.exec("BEGIN IMMEDIATE");
      for (std::int64_t i = from; i < std::min(from + batch, count); ++i)
        bare.run(insert, i, link, first_number + i, bench::Bare::Octets{64}, std::int64_t{1}, std::int64_t{2});
      bare.exec("COMMIT; BEGIN IMMEDIATE");
      for (std::int64_t i = from; i < std::min(from + batch, count); ++i) bare.run(remove, i);
      bare.exec("COMMIT");
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t count = argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 1'000'000;
  const std::int64_t batch = argc > 2 ? std::strtoll(argv[2], nullptr, 10) : 500;
  if (count < 10 || batch < 1) die("numbers of at least 10, and batches of at least 1");
  const bench::TempFolder folder;
  const std::string path = folder.file("store.db");
  bench::Loop loop;
  const auto store = bench::open_store({.path = path, .key_file = folder.file("key")}, loop);
  put(*store, loop,
      store::ChangeLink{*Msisdn::from_value(static_cast<std::uint64_t>(first_number)),
                        *NationalId::parse(Country::syria, "10000000000"),
                        identity::LinkEvent::import,
                        {Actor::Kind::command_line, "root"},
                        start,
                        {}});
  add_links(path, count);

  const bench::Cost counting = bench::cost_of([&] {
    const auto book = store::BroadcastBook::open(path);
    if (!book.ok()) die(book.error().message);
    const auto groups = (*book)->count({}, "ar");
    if (!groups.ok() || groups->size() != 1 || groups->front().recipients != count) die("another count");
  });
  std::printf("counted: %.2f s\n", counting.seconds);

  const std::int64_t number = begin(*store, loop);
  std::int64_t told = 0;
  double after_a_tenth = 0;
  double seconds_preparing = 0;
  const bench::Cost telling = bench::cost_of([&] {
    for (bool is_over = false; !is_over;) {
      store::Committed committed;
      seconds_preparing += bench::cost_of([&] {
                             committed = put(*store, loop,
                                             store::BroadcastChange(store::PrepareBroadcast{.number = number,
                                                                                            .operator_name = "mtn",
                                                                                            .texts = texts,
                                                                                            .recipients_max = batch,
                                                                                            .waiting_max = batch,
                                                                                            .at = start}));
                           }).seconds;
      take_out(*store, loop, committed.outbox_ids);
      told += committed.prepared.told;
      is_over = committed.prepared.is_over;
      if (after_a_tenth == 0 && told >= count / 10) after_a_tenth = resident();
    }
  });
  if (told != count) die("not everybody is told");
  const bench::Cost bare = by_hand(folder.file("bare.db"), count, batch);
  const auto each = [&](const bench::Cost& cost) { return cost.cpu_seconds / static_cast<double>(count) * 1e6; };
  std::printf("prepared: %.1f s; and taken out: %.1f s, %.1f us of CPU each; by hand %.1f s, %.1f us; ratio %.2f\n",
              seconds_preparing, telling.seconds, each(telling), bare.seconds, each(bare),
              telling.seconds / bare.seconds);
  std::printf("memory: %.0f MiB after a tenth, %.0f MiB after all\n", after_a_tenth, resident());
  return 0;
}
