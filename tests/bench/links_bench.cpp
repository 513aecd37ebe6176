// Links: how large they are, and how fast a number is looked up at the start of a dialogue: from a disk of which
// nothing is in memory, from SQLite with the file in the system's memory, and from the cache; beside it a bare SQLite
// look-up of the same rows by primary key. Prints each figure beside its target.
//
//   links_bench [LINKS] [FOLDER]    default 200,000; the targets are for 10,000,000. The folder must hold twice the
//                                   database; what is in it is removed afterwards.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <random>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "store/store.hpp"

namespace {

using namespace shubbak;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t links_usual = 200'000;
constexpr std::size_t look_ups = 200'000;
constexpr std::size_t look_ups_cold = 2'000;
constexpr std::size_t look_ups_cached = 20'000;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "links_bench: %s\n", what.c_str());
  std::exit(1);
}

Msisdn number_of(std::uint64_t k) {
  const auto number = Msisdn::from_value(963'930'000'000 + k);
  if (!number) die("sample number");
  return *number;
}

std::unique_ptr<store::Store> open(const std::filesystem::path& folder, std::size_t cached_persons_max) {
  store::StoreConfig config{.path = (folder / "db").string(), .key_file = (folder / "key").string()};
  config.cached_persons_max = cached_persons_max;
  auto opened = store::open_sqlite(config, [](const std::function<void()>&) {});
  if (!opened) die(opened.error().message);
  return std::move(*opened);
}

// Each as a counter makes it and a phone confirms it, with its history.
void fill(store::Store& store, std::uint64_t links) {
  for (std::uint64_t k = 0; k < links; ++k) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "1%010llu", static_cast<unsigned long long>(k));
    const auto person = NationalId::parse(Country::syria, digits);
    if (!person) die("sample person");
    std::vector<store::Change> changes;  // each on its own, as counters and phones send them
    changes.emplace_back(store::ChangeLink{
        number_of(k), *person, identity::LinkEvent::make, {Actor::Kind::staff, "post office 11"}, wall_now(), {}});
    changes.emplace_back(store::ChangeLink{
        number_of(k), std::nullopt, identity::LinkEvent::confirm, {Actor::Kind::citizen, "ussd"}, wall_now(), {}});
    store.change(std::move(changes), [](const Result<store::Committed>&) {});
    if (k % 4'000 == 0) store.flush();
  }
  store.flush();
}

std::vector<std::uint64_t> asked_numbers(std::uint64_t links) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> asked(look_ups);
  for (std::uint64_t& k : asked) k = random() % links;
  return asked;
}

template <class LookUp>
double mean_us(const std::vector<std::uint64_t>& asked, const LookUp& look_up) {
  const auto begin = Clock::now();
  for (const std::uint64_t k : asked) look_up(k);
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / static_cast<double>(asked.size());
}

double look_up_us(store::Store& store, const std::vector<std::uint64_t>& asked) {
  return mean_us(asked, [&store](std::uint64_t k) {
    const auto person = store.find_person(number_of(k));
    if (!person || !person->link || person->link->state != store::LinkState::active) die("a link is not there");
  });
}

// The least that SQLite takes for a row of that size in that file: by primary key, nothing opened or made of it.
class BareLinks {
 public:
  explicit BareLinks(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) die("bare: open");
    sqlite3_exec(database_, "PRAGMA cache_size = -262144", nullptr, nullptr, nullptr);  // the store's
    const char* sql = "SELECT msisdn, national_id_sealed, state, since FROM link WHERE id = ?1";
    if (sqlite3_prepare_v2(database_, sql, -1, &statement_, nullptr) != SQLITE_OK) die("bare: prepare");
  }
  ~BareLinks() {
    sqlite3_finalize(statement_);
    sqlite3_close(database_);
  }
  BareLinks(const BareLinks&) = delete;
  BareLinks& operator=(const BareLinks&) = delete;
  double look_up_us(const std::vector<std::uint64_t>& asked) {
    return mean_us(asked, [this](std::uint64_t k) {
      sqlite3_bind_int64(statement_, 1, static_cast<sqlite3_int64>(k) + 1);  // made in this order
      if (sqlite3_step(statement_) != SQLITE_ROW) die("bare: a link is not there");
      const auto msisdn = static_cast<std::uint64_t>(sqlite3_column_int64(statement_, 0));
      if (msisdn != number_of(k).value() || sqlite3_column_blob(statement_, 1) == nullptr) die("bare: another link");
      sqlite3_reset(statement_);
    });
  }

 private:
  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

// Octets a link of what says who is linked (the links, their history, their indexes), and of the audit trail of it.
struct Sizes {
  double links = 0;
  double trail = 0;
};
Sizes sizes(const std::string& path, std::uint64_t links) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) die("sizes: open");
  const char* sql = "SELECT name GLOB 'audit*', sum(pgsize) FROM dbstat GROUP BY 1";
  if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) die("sizes: prepare");
  Sizes found;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const double octets = sqlite3_column_double(statement, 1) / static_cast<double>(links);
    (sqlite3_column_int(statement, 0) == 1 ? found.trail : found.links) += octets;
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return found;
}

// Nothing of the file is in the system's memory any more.
void forget_pages(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0 || ::fsync(opened) != 0 || ::posix_fadvise(opened, 0, 0, POSIX_FADV_DONTNEED) != 0)
    die("forgetting");
  ::close(opened);
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t links = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : links_usual;
  std::string name = std::string(count > 2 ? arguments[2] : "/tmp") + "/shubbak-links-XXXXXX";
  if (links == 0 || ::mkdtemp(name.data()) == nullptr) die("usage: links_bench [LINKS] [FOLDER]");
  const std::filesystem::path folder = name;
  std::ofstream(folder / "key") << std::string(64, 'a') << '\n';
  std::filesystem::permissions(folder / "key", std::filesystem::perms::owner_read);

  const auto begin = Clock::now();
  fill(*open(folder, 0), links);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const Sizes size = sizes((folder / "db").string(), links);
  std::printf("%llu links made and confirmed in %.0f s\n", static_cast<unsigned long long>(links), seconds);
  std::printf(
      "on disk: %.0f octets a link with its history; 10 million: %.2f GB (target 4); the audit trail of it: %.0f\n",
      size.links, size.links * 1e7 / 1e9, size.trail);
  const auto asked = asked_numbers(links);
  const std::vector<std::uint64_t> cold(asked.begin(), asked.begin() + look_ups_cold);
  const std::vector<std::uint64_t> few(asked.begin(), asked.begin() + look_ups_cached);
  forget_pages(folder / "db");
  const auto uncached = open(folder, 0);
  std::printf("look-up, nothing in memory: %.1f us\n", look_up_us(*uncached, cold));
  look_up_us(*uncached, asked);  // the pages into the system's memory
  const double warm = look_up_us(*uncached, asked);
  BareLinks bare((folder / "db").string());
  bare.look_up_us(asked);
  const double least = bare.look_up_us(asked);
  std::printf("look-up in SQLite: %.2f us (target 15); bare, by primary key: %.2f us, ratio %.1f\n", warm, least,
              warm / least);
  const auto cached = open(folder, 1'000'000);
  look_up_us(*cached, few);
  std::printf("look-up in the cache: %.3f us (target 1)\n", look_up_us(*cached, few));
  std::filesystem::remove_all(folder);
  return 0;
}
