// One-time codes through the real store: each person is sent a code and types it; both are durable with their
// counters before the next step. Beside it a bare SQLite loop that writes the same rows in as many commits.
// Prints what one pair of issue and verify costs in processor time, of the whole process, and how many go through a
// second on one processor.
//
//   otp_bench [pairs]     default 100,000
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "tests/bench/store_bench.hpp"

namespace {

using namespace shubbak;
using bench::Bare;
using bench::die;
using bench::Loop;

constexpr std::size_t batch = 1'000;  // pairs under way at once; the store commits as many sets at once
const WallTime start{std::chrono::seconds(1'790'000'000)};

// Runs `work` over all pairs and says what it cost.
template <class Work>
void measure(const char* what, std::size_t pairs, const Work& work) {
  const bench::Cost cost = bench::cost_of(work);
  const auto count = static_cast<double>(pairs);
  std::printf("%-14s %8.0f pairs/s, %5.1f us of CPU a pair (%.0f/s of CPU)\n", what, count / cost.seconds,
              cost.cpu_seconds / count * 1e6, count / cost.cpu_seconds);
}

Msisdn number(std::size_t i) {
  return *Msisdn::from_value(963'930'000'000 + i * 7);
}
NationalId person(std::size_t i) {
  std::string digits = std::to_string(i);
  return *NationalId::parse(Country::syria, "01" + std::string(9 - digits.size(), '0') + digits);
}

void through_the_store(const bench::TempFolder& folder, std::size_t pairs) {
  store::StoreConfig config{.path = folder.file("store.db"), .key_file = folder.file("key")};
  config.otp.sends_per_deployment_hour = config.otp.sends_per_prefix_hour = 1'000'000'000;
  Loop loop;
  const std::unique_ptr<store::Store> opened = bench::open_store(config, loop);
  store::Store& kept = *opened;
  const std::string binding = "pay|aleppo|4711|125000|SYP";
  const std::string code = "493817";
  measure("the store", pairs, [&] {
    std::size_t sent = 0;
    std::size_t right = 0;
    for (std::size_t from = 0; from < pairs; from += batch) {
      const std::size_t end = std::min(from + batch, pairs);
      for (std::size_t i = from; i < end; ++i) {
        std::vector<store::Change> changes;
        changes.emplace_back(
            store::SendCode{number(i), person(i), binding, code, otp::Channel::ussd,
                            store::OutboxMessage{0, "mtn", number(i), "493817 pays 1,250 SYP", start, start}, start});
        kept.change(std::move(changes), [&sent](const Result<store::Committed>& result) {
          if (result.ok() && result->sends.at(0) == otp::SendVerdict::sent) ++sent;
        });
      }
      loop.run_until(sent, end);
      for (std::size_t i = from; i < end; ++i) {
        std::vector<store::Change> changes;
        changes.emplace_back(store::TryCode{number(i), person(i), binding, code, otp::Channel::ussd, start});
        kept.change(std::move(changes), [&right](const Result<store::Committed>& result) {
          if (result.ok() && result->tries.at(0) == otp::TryVerdict::right) ++right;
        });
      }
      loop.run_until(right, end);
    }
  });
}

// The same rows.
void by_hand(const bench::TempFolder& folder, std::size_t pairs) {
  Bare bare(folder.file("store.db"));  // the schema is there; the rows are of other numbers
  bare.exec(
      "DELETE FROM otp_challenge; DELETE FROM otp_sends; DELETE FROM otp_window; DELETE FROM otp_grant;"
      "DELETE FROM outbox; VACUUM");
  sqlite3_stmt* put_challenge = bare.prepare(
      "INSERT INTO otp_challenge (msisdn, code, binding, issued, expires, wrong_ussd, wrong_sms) "
      "VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)");
  sqlite3_stmt* put_sends = bare.prepare(
      "INSERT INTO otp_sends (msisdn, last, hour_began, hour_sends, day_began, day_sends) "
      "VALUES (?1, ?2, ?2, 1, ?2, 1)");
  sqlite3_stmt* put_window = bare.prepare(
      "INSERT INTO otp_window (scope, began, sends) VALUES (?1, ?2, 1) "
      "ON CONFLICT (scope) DO UPDATE SET sends = sends + 1");
  sqlite3_stmt* put_message = bare.prepare(
      "INSERT INTO outbox (id, link, msisdn, text_sealed, created, expires) "
      "VALUES (?1, 'mtn', ?2, ?3, ?4, ?4)");
  sqlite3_stmt* drop_challenge = bare.prepare("DELETE FROM otp_challenge WHERE msisdn = ?1");
  sqlite3_stmt* put_grant =
      bare.prepare("INSERT INTO otp_grant (msisdn, binding, granted, expires) VALUES (?1, ?2, ?3, ?4)");
  const std::int64_t now = start.time_since_epoch().count();
  measure("bare SQLite", pairs, [&] {
    for (std::size_t from = 0; from < pairs; from += batch) {
      const std::size_t end = std::min(from + batch, pairs);
      bare.exec("BEGIN IMMEDIATE");
      for (std::size_t i = from; i < end; ++i) {
        const auto msisdn = static_cast<std::int64_t>(number(i).value());
        bare.run(put_challenge, msisdn, Bare::Octets{32}, Bare::Octets{32}, now, now);
        bare.run(put_sends, msisdn, now);
        bare.run(put_window, msisdn / 10'000, now);
        bare.run(put_window, std::int64_t{0}, now);
        bare.run(put_message, static_cast<std::int64_t>(i) + 1, msisdn, Bare::Octets{50}, now);
      }
      bare.exec("COMMIT");
      bare.exec("BEGIN IMMEDIATE");
      for (std::size_t i = from; i < end; ++i) {
        const auto msisdn = static_cast<std::int64_t>(number(i).value());
        bare.run(drop_challenge, msisdn);
        bare.run(put_grant, msisdn, Bare::Octets{32}, now, now);
      }
      bare.exec("COMMIT");
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t pairs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
  if (pairs == 0) die("how many pairs? otp_bench [pairs]");
  bench::stay_on_one_processor();
  const bench::TempFolder folder;
  through_the_store(folder, pairs);
  by_hand(folder, pairs);
  return 0;
}
