#include "vouchers/batch.hpp"

#include <catch2/catch.hpp>

namespace shubbak::vouchers {
namespace {

const Actor maker{Actor::Kind::staff, "amal"};
const Actor checker{Actor::Kind::staff, "basel"};
const WallTime today{std::chrono::seconds(1'790'000'000)};
const WallTime end = today + std::chrono::days(365);
const WallTime closing = end + closing_grace;

NewBatch wanted(std::int64_t count = 10) {
  return {{50'000, Currency::SYP}, count, end, maker, today};
}
Batch issued() {
  const Batch open = open_batch(12, wanted()).value();
  const Batch full = add_page(add_page(open, 1, 6, maker).value(), 7, 4, maker).value();
  return close_batch(full, {1}, maker).value();
}
Batch active() {
  return activate(issued(), checker, today).value();
}
template <class T>
Errc code_of(const Result<T>& refused) {
  REQUIRE_FALSE(refused.ok());
  return refused.error().code;
}

TEST_CASE("a batch is begun with what it must have") {
  const Batch batch = open_batch(12, wanted()).value();
  CHECK(batch.number == 12);
  CHECK(batch.maker == "amal");
  CHECK(batch.state == BatchState::issuing);
  const auto with = [](const auto& change) {
    NewBatch one = wanted();
    change(one);
    return code_of(open_batch(12, one));
  };
  CHECK(with([](NewBatch& one) { one.face.minor = 0; }) == Errc::invalid);
  CHECK(with([](NewBatch& one) { one.count = 0; }) == Errc::invalid);
  CHECK(with([](NewBatch& one) { one.count = 1'000'000; }) == Errc::invalid);
  CHECK(with([](NewBatch& one) { one.expires = today; }) == Errc::invalid);
  CHECK(with([](NewBatch& one) { one.expires = today + std::chrono::days(4'000); }) == Errc::invalid);
  CHECK(with([](NewBatch& one) { one.face.minor = std::numeric_limits<std::int64_t>::max() / 9; }) == Errc::invalid);
  CHECK(with([](NewBatch& one) { one.by = {Actor::Kind::command_line, "root"}; }) == Errc::denied);
  CHECK(code_of(open_batch(1'000'000, wanted())) == Errc::limit);
}

TEST_CASE("pages follow one another, by the maker, and a batch is issued when it is whole") {
  const Batch open = open_batch(12, wanted()).value();
  CHECK(code_of(add_page(open, 2, 1, maker)) == Errc::conflict);
  CHECK(code_of(add_page(open, 1, 11, maker)) == Errc::conflict);
  CHECK(code_of(add_page(open, 1, 0, maker)) == Errc::conflict);
  CHECK(code_of(add_page(open, 1, 10, checker)) == Errc::denied);
  const Batch part = add_page(open, 1, 9, maker).value();
  CHECK(code_of(close_batch(part, {1}, maker)) == Errc::conflict);
  CHECK(code_of(activate(part, checker, today)) == Errc::conflict);
  const Batch full = add_page(part, 10, 1, maker).value();
  CHECK(code_of(close_batch(full, {1}, checker)) == Errc::denied);
  const Batch closed = close_batch(full, {1}, maker).value();
  CHECK(closed.state == BatchState::issued);
  CHECK(closed.print_file == FileHash{1});
  CHECK(code_of(add_page(closed, 11, 1, maker)) == Errc::conflict);
}

TEST_CASE("the maker is not the checker, by whatever kind of name") {
  CHECK(code_of(activate(issued(), maker, today)) == Errc::denied);
  CHECK(code_of(activate(issued(), {Actor::Kind::command_line, "basel"}, today)) == Errc::denied);
  CHECK(code_of(activate(issued(), {}, today)) == Errc::denied);
  CHECK(code_of(activate(issued(), checker, end)) == Errc::conflict);
  const Batch batch = activate(issued(), checker, today).value();
  CHECK(batch.state == BatchState::activated);
  CHECK(batch.checker == "basel");
  CHECK(code_of(activate(batch, checker, today)) == Errc::conflict);
}

TEST_CASE("what is void or over stays so") {
  const Batch gone = void_batch(active(), maker).value();
  CHECK(code_of(void_batch(gone, maker)) == Errc::conflict);
  CHECK(code_of(set_blocked(gone, true, maker)) == Errc::conflict);
  CHECK(code_of(expire(gone, closing)) == Errc::conflict);
  CHECK(code_of(activate(gone, checker, today)) == Errc::conflict);
  CHECK(code_of(check_range(gone, {1, 1}, RangeAct::block, maker)) == Errc::conflict);
  // One clock that is read too far ahead ends nothing for good.
  CHECK(code_of(expire(active(), closing - std::chrono::seconds(1))) == Errc::conflict);
  const Batch over = expire(active(), closing).value();
  CHECK(code_of(void_batch(over, maker)) == Errc::conflict);
  CHECK(code_of(expire(over, closing)) == Errc::conflict);
}

TEST_CASE("a block is lifted, and lies on those of the batch") {
  const Batch blocked = set_blocked(active(), true, maker).value();
  CHECK(code_of(set_blocked(blocked, true, maker)) == Errc::conflict);
  CHECK_FALSE(set_blocked(blocked, false, checker).value().blocked);
  CHECK(code_of(set_blocked(active(), false, maker)) == Errc::conflict);
  CHECK(check_range(active(), {1, 10}, RangeAct::void_them, maker).ok());
  CHECK(check_range(issued(), {1, 10}, RangeAct::block, maker).ok());
  CHECK(code_of(check_range(issued(), {1, 10}, RangeAct::void_them, maker)) == Errc::conflict);
  for (const Range range : {Range{0, 1}, Range{2, 1}, Range{10, 11}}) {
    CHECK(code_of(check_range(active(), range, RangeAct::block, maker)) == Errc::invalid);
  }
}

TEST_CASE("what a voucher is follows from it and its batch") {
  using VS = VoucherState;
  const Batch blocked = set_blocked(active(), true, maker).value();
  const Batch gone = void_batch(active(), maker).value();
  const WallTime before = end - std::chrono::seconds(1);
  CHECK(standing(issued(), VS::unused, before) == Standing::inactive);
  CHECK(standing(active(), VS::unused, before) == Standing::active);
  CHECK(standing(active(), VS::unused, end) == Standing::expired);
  CHECK(standing(expire(active(), closing).value(), VS::unused, before) ==
        Standing::expired);  // the clock stepped back
  CHECK(standing(active(), VS::blocked, before) == Standing::blocked);
  CHECK(standing(active(), VS::blocked, end) == Standing::expired);
  CHECK(standing(blocked, VS::unused, before) == Standing::blocked);
  CHECK(standing(gone, VS::unused, before) == Standing::voided);
  CHECK(standing(active(), VS::voided, end) == Standing::voided);
  for (const Batch& batch : {active(), blocked, gone})
    CHECK(standing(batch, VS::redeemed, end) == Standing::redeemed);
}

TEST_CASE("unused + redeemed + void + expired = issued, whatever happened") {
  const Kept kept{5, 2, 1, 2};
  const Stock now = stock_of(active(), kept, today);
  CHECK((now.unused == 6 && now.blocked == 1 && now.redeemed == 2 && now.voided == 2 && now.expired == 0));
  const Stock later = stock_of(active(), kept, end);
  CHECK((later.unused == 0 && later.redeemed == 2 && later.voided == 2 && later.expired == 6));
  const Stock gone = stock_of(void_batch(active(), maker).value(), kept, end);
  CHECK((gone.unused == 0 && gone.redeemed == 2 && gone.voided == 8 && gone.expired == 0));
}

TEST_CASE("a batch is held against what the ledger has of it") {
  const std::int64_t face = 50'000;
  const Kept kept{5, 2, 1, 2};
  CHECK(faults_of(active(), kept, {10 * face, 4 * face, 2}).empty());
  CHECK(faults_of(expire(active(), closing).value(), kept, {10 * face, 10 * face, 2}).empty());
  CHECK(faults_of(issued(), {10, 0, 0, 0}, {}).empty());
  CHECK(faults_of(open_batch(12, wanted()).value(), {}, {}).empty());
  CHECK(faults_of(active(), {4, 2, 1, 2}, {10 * face, 4 * face, 2}).size() == 2);  // a voucher is gone
  CHECK(faults_of(active(), {5, 2, 1, 2}, {10 * face, 3 * face, 2}).size() == 1);  // void, and not taken back
  CHECK(faults_of(active(), {4, 3, 1, 2}, {10 * face, 5 * face, 2}).size() == 1);  // redeemed without a transfer
  CHECK(faults_of(active(), {5, 2, 1, 2}, {9 * face, 3 * face, 2}).size() == 1);   // sold for less
  CHECK(faults_of(issued(), {9, 1, 0, 0}, {0, face, 1}).size() == 2);              // redeemed and never activated
  Batch alone = active();
  alone.checker = alone.maker;
  CHECK(faults_of(alone, {10, 0, 0, 0}, {10 * face, 0, 0}).size() == 1);
}

}  // namespace
}  // namespace shubbak::vouchers
