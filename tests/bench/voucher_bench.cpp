// Vouchers through the real store: batches are issued in pages as `shubbak vouchers issue` does, sold, and redeemed
// by many persons; as many are under way as the third argument says. Beside it wrong PINs, used and unknown, whose
// cost must not tell them apart.
//
//   voucher_bench [vouchers] [redeemed] [under way]     default 1,000,000, 100,000 and 100
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "domain/check_digit.hpp"
#include "store/store.hpp"
#include "tests/bench/store_bench.hpp"

namespace {

using namespace shubbak;
using bench::die;

const WallTime start{std::chrono::seconds(1'790'000'000)};
const Actor maker{Actor::Kind::staff, "amal"};
const Actor checker{Actor::Kind::staff, "basel"};
constexpr std::int64_t batch_max = 500'000;
constexpr std::int64_t face = 50'000;

// All over the 10^15, and each once: the multiplier is odd and no multiple of 5.
vouchers::Pin pin_of(std::size_t number) {
  constexpr std::uint64_t pins = 1'000'000'000'000'000;
  const std::uint64_t spread = number * 618'033'989 % pins;
  std::string digits = std::to_string(pins + spread).substr(1);
  digits.push_back(check_digit(digits));
  return vouchers::Pin::parse(digits).value();
}

class Bench {
 public:
  explicit Bench(const bench::TempFolder& folder) : path_(folder.file("store.db")) {
    // Every wrong PIN is to be looked up, none locked away.
    store::StoreConfig config{.path = path_, .key_file = folder.file("key")};
    config.vouchers.limits.fill({std::chrono::hours(1), 1'000'000, std::chrono::minutes(1), std::chrono::hours(1)});
    store_ = bench::open_store(config, loop_);
  }
  store::Committed put(store::VoucherChange change) {
    std::size_t answers = 0;
    store::Committed told;
    std::vector<store::Change> changes;
    changes.emplace_back(std::move(change));
    store_->change(std::move(changes), [&](Result<store::Committed> result) {
      if (!result.ok()) die(result.error().message);
      told = *std::move(result);
      ++answers;
    });
    loop_.run_until(answers, 1);
    return told;
  }
  void issue(std::size_t first, std::int64_t count) {
    const std::int64_t batch =
        put(store::OpenBatch{{{face, Currency::SYP}, count, start + std::chrono::days(900), maker, start}})
            .voucher_batch;
    constexpr auto page = static_cast<std::int64_t>(store::AddVouchers::at_once_max);
    for (std::int64_t i = 0; i < count; i += page) {
      store::AddVouchers adding{batch, i + 1, {}, maker};
      for (std::int64_t j = i; j < std::min(i + page, count); ++j)
        adding.pins.push_back(pin_of(first + static_cast<std::size_t>(j)));
      put(std::move(adding));
    }
    put(store::CloseBatch{batch, {1}, maker, start});
    put(store::ActivateBatch{batch, checker, start});
  }
  // Each with the verdict that it must have.
  bench::Cost redeem(const std::vector<std::size_t>& pins, vouchers::Verdict verdict, std::size_t under_way) {
    std::size_t answers = 0;
    std::size_t next = 0;
    const std::string round = "R" + std::to_string(++rounds_) + ".";
    return bench::cost_of([&] {
      while (answers < pins.size()) {
        for (; next < pins.size() && next - answers < under_way; ++next) {
          std::vector<store::Change> changes;
          changes.emplace_back(store::VoucherChange(request(round + std::to_string(next), pins[next])));
          store_->change(std::move(changes), [&](const Result<store::Committed>& result) {
            if (!result.ok()) die(result.error().message);
            if (result->redemptions.at(0).verdict != verdict) die("another verdict than it must be");
            ++answers;
          });
        }
        loop_.run_one();
      }
    });
  }
  [[nodiscard]] double octets() {
    store_.reset();  // copies the log into the file
    return static_cast<double>(std::filesystem::file_size(path_));
  }

 private:
  static store::RedeemVoucher request(const std::string& key, std::size_t pin) {
    const std::uint64_t who = pin * 7'919 % 1'000'000;
    return {.key = key,
            .pin = pin_of(pin),
            .msisdn = *Msisdn::from_value(963'933'000'000 + who),
            .person = *NationalId::parse(Country::syria, std::to_string(10'000'000'000 + who)),
            .wallet = {ledger::AccountKind::wallet, "w" + std::to_string(who), Currency::SYP},
            .by = {Actor::Kind::citizen, "ussd"},
            .at = start + std::chrono::hours(1)};
  }

  std::string path_;
  bench::Loop loop_;
  std::unique_ptr<store::Store> store_;
  std::size_t rounds_ = 0;
};

void tell(const char* what, std::size_t count, const bench::Cost& cost) {
  const auto number = static_cast<double>(count);
  std::printf("%s: %.0f/s, %.1f us of CPU each\n", what, number / cost.seconds, cost.cpu_seconds / number * 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t redeemed = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  const std::size_t under_way = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 100;
  if (redeemed == 0 || redeemed > count || under_way == 0)
    die("voucher_bench [vouchers] [redeemed, of them] [under way], all above 0");
  bench::stay_on_one_processor();
  const bench::TempFolder folder;
  Bench store(folder);
  const bench::Cost issuing = bench::cost_of([&] {
    for (std::size_t first = 0; first < count; first += batch_max)
      store.issue(first, static_cast<std::int64_t>(std::min<std::size_t>(batch_max, count - first)));
  });
  tell("issued and sold", count, issuing);
  std::vector<std::size_t> some(redeemed);
  for (std::size_t i = 0; i < redeemed; ++i) some[i] = count / redeemed * i;
  tell("redeemed (target: 100 us)", redeemed, store.redeem(some, vouchers::Verdict::redeemed, under_way));
  std::vector<std::size_t> unknown(redeemed);
  for (std::size_t i = 0; i < redeemed; ++i) unknown[i] = 2 * count + count / redeemed * i;
  // In turns, so that whatever else the machine does hits both.
  bench::Cost used_cost{};
  bench::Cost unknown_cost{};
  const std::size_t part = std::max<std::size_t>(redeemed / 10, 1);
  for (std::size_t at = 0; at < redeemed; at += part) {
    const auto slice = [&](const std::vector<std::size_t>& all) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(at);
      return std::vector<std::size_t>(from, from + static_cast<std::ptrdiff_t>(std::min(part, redeemed - at)));
    };
    const auto add = [](bench::Cost& sum, const bench::Cost& one) {
      sum.seconds += one.seconds;
      sum.cpu_seconds += one.cpu_seconds;
    };
    add(used_cost, store.redeem(slice(some), vouchers::Verdict::refused, under_way));
    add(unknown_cost, store.redeem(slice(unknown), vouchers::Verdict::refused, under_way));
  }
  tell("refused, used PINs", redeemed, used_cost);
  tell("refused, unknown PINs", redeemed, unknown_cost);
  const double octets = store.octets();
  std::printf("the file: %.0f MB with all that was moved, %.0f octets a voucher; 10 million: %.2f GB, target 2 GB\n",
              octets / 1e6, octets / static_cast<double>(count), octets / static_cast<double>(count) * 1e7 / 1e9);
  return 0;
}
