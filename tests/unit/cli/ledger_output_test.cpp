#include "cli/ledger_output.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

using ledger::AccountKind;
using ledger::Side;
using ledger::Step;

const ledger::AccountId drawer{AccountKind::agent_drawer, "sami", Currency::KWD};
const ledger::AccountId company{AccountKind::company_payable, "mew", Currency::KWD};

store::StatementLine line(std::int64_t entry, Step step, Side side, std::int64_t amount) {
  return {entry, WallTime(std::chrono::seconds(1'790'000'000)), step, side, amount, 7, "R1", company};
}

TEST_CASE("a balance tells what is held, available and on its way, for either kind of account") {
  const ledger::Balance balance{
      .debits_pending = 1'500, .credits_pending = 250, .debits_posted = 10'000, .credits_posted = 4'000};
  CHECK(to_balance_line({drawer, balance}) ==
        "agent_drawer:sami:KWD  holds 6.000  available 5.750  to leave 0.250  to come 1.500\n");
  CHECK(
      to_balance_line({company, balance, 1'000'000}) ==
      "company_payable:mew:KWD  holds -6.000  available -7.500  to leave 1.500  to come 0.250  ceiling 1,000.000\n");
}

TEST_CASE("a statement goes back from line to line, in local time") {
  const ledger::Balance now{.credits_pending = 750, .debits_posted = 5'000, .credits_posted = 1'250};
  StatementText text({drawer, now}, std::chrono::minutes(180));
  CHECK(text.add(line(9, Step::post, Side::credit, 1'250)).value() ==
        "9  2026-09-21 17:13:20.000  post  -1.250  company_payable:mew:KWD  R1  holds 3.750  available 3.000\n");
  CHECK(text.add(line(4, Step::reserve_sent, Side::credit, 2'000)).value() ==
        "4  2026-09-21 17:13:20.000  reserve_sent  -2.000  company_payable:mew:KWD  R1  holds 5.000  available "
        "3.000\n");
  CHECK(text.add(line(3, Step::move, Side::debit, 5'000)).value() ==
        "3  2026-09-21 17:13:20.000  move  +5.000  company_payable:mew:KWD  R1  holds 5.000  available 5.000\n");
  const auto damaged = text.add(line(2, Step::post, Side::credit, 1));
  REQUIRE_FALSE(damaged.ok());
  CHECK(damaged.error().message == "entry 2: it cannot have led to what is kept; run shubbak ledger verify");
}

}  // namespace
}  // namespace shubbak::cli
