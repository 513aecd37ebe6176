#include "cli/vouchers_output.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

using vouchers::BatchState;

const WallTime batch_end{std::chrono::seconds(1'790'000'000)};

// The batch's line a day before its end.
std::string batch_line(const vouchers::Batch& batch, const vouchers::Kept& kept) {
  return to_batch_line({batch, kept, {}}, batch_end - std::chrono::days(1), std::chrono::minutes(180));
}

TEST_CASE("a batch adds up to what was issued, or made where issuing was interrupted") {
  vouchers::Batch batch;
  batch.number = 3;
  batch.face = {50'000, Currency::SYP};
  batch.count = 10'000;
  batch.added = 3'000;
  batch.expires = batch_end;
  batch.maker = "amal";
  CHECK(batch_line(batch, {.unused = 3'000}) ==
        "3  issuing  of 500 SYP  until 2026-09-21  3000 of 10000 made:  3000 unused (0 blocked)  0 redeemed  0 void  "
        "0 expired  by amal\n");
  batch.state = BatchState::voided;
  CHECK(batch_line(batch, {.unused = 3'000}) ==
        "3  voided  of 500 SYP  until 2026-09-21  3000 of 10000 made:  0 unused (0 blocked)  0 redeemed  3000 void  "
        "0 expired  by amal\n");
  batch.added = batch.count;
  batch.print_file = vouchers::FileHash{1};
  batch.state = BatchState::activated;
  batch.blocked = true;
  batch.checker = "basel";
  CHECK(
      batch_line(batch, {.unused = 9'000, .redeemed = 600, .blocked = 300, .voided = 100}) ==
      "3  activated, blocked  of 500 SYP  until 2026-09-21  10000 issued:  9300 unused (9300 blocked)  600 redeemed  "
      "100 void  0 expired  by amal, basel\n");
}

}  // namespace
}  // namespace shubbak::cli
