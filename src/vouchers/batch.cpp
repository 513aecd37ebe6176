#include "vouchers/batch.hpp"

#include <initializer_list>
#include <limits>

namespace shubbak::vouchers {
namespace {

Status check_staff(const Actor& by) {
  if (by.kind == Actor::Kind::staff && !by.name.empty()) return {};
  return Error{Errc::denied, "a batch of vouchers is the work of an account of staff"};
}

Error not_as_it_is(const Batch& batch) {
  std::string text = "batch " + std::to_string(batch.number) + " is ";
  text += to_string(batch.state);
  return Error{Errc::conflict, std::move(text)};
}

bool is_of(const Batch& batch, std::initializer_list<BatchState> states) {
  for (const BatchState state : states) {
    if (batch.state == state) return true;
  }
  return false;
}

Status check_act(const Batch& batch, const Actor& by, std::initializer_list<BatchState> states) {
  if (Status staff = check_staff(by); !staff) return staff;
  return is_of(batch, states) ? Status() : Status(not_as_it_is(batch));
}

// Issuing goes on as it was begun.
Status check_maker(const Batch& batch, const Actor& by) {
  if (Status may = check_act(batch, by, {BatchState::issuing}); !may) return may;
  if (by.name == batch.maker) return {};
  return Error{Errc::denied, "another account has begun to issue the batch"};
}

}  // namespace

Result<Batch> open_batch(std::int64_t number, const NewBatch& wanted) {
  if (Status staff = check_staff(wanted.by); !staff) return staff.error();
  if (wanted.face.minor <= 0) return Error{Errc::invalid, "the face value of a voucher is above 0"};
  if (wanted.count < 1 || wanted.count > Serial::voucher_max)
    return Error{Errc::invalid, "a batch has 1 to 999,999 vouchers"};
  if (number < 1 || number > Serial::batch_max) return Error{Errc::limit, "there are 999,999 batches already"};
  if (wanted.expires <= wanted.at || wanted.expires - wanted.at > batch_lives_max)
    return Error{Errc::invalid, "a batch expires after today and within ten years"};
  if (wanted.face.minor > std::numeric_limits<std::int64_t>::max() / wanted.count)
    return Error{Errc::invalid, "the vouchers of the batch are worth too much together"};
  Batch batch;
  batch.number = number;
  batch.face = wanted.face;
  batch.count = wanted.count;
  batch.expires = wanted.expires;
  batch.maker = wanted.by.name;
  batch.issued = wanted.at;
  return batch;
}

Result<Batch> add_page(const Batch& batch, std::int64_t first, std::int64_t count, const Actor& by) {
  if (Status may = check_maker(batch, by); !may) return may.error();
  if (first != batch.added + 1 || count < 1 || count > batch.count - batch.added)
    return Error{Errc::conflict,
                 "a page of vouchers begins with the next one that is missing, and ends within the batch"};
  Batch grown = batch;
  grown.added += count;
  return grown;
}

Result<Batch> close_batch(const Batch& batch, const FileHash& print_file, const Actor& by) {
  if (Status may = check_maker(batch, by); !may) return may.error();
  if (batch.added != batch.count) return Error{Errc::conflict, "vouchers of the batch are missing"};
  Batch closed = batch;
  closed.state = BatchState::issued;
  closed.print_file = print_file;
  return closed;
}

Result<Batch> activate(const Batch& batch, const Actor& by, WallTime at) {
  if (Status may = check_act(batch, by, {BatchState::issued}); !may) return may.error();
  if (by.name == batch.maker)
    return Error{Errc::denied, "a batch is activated by another person than the one who issued it"};
  if (at >= batch.expires) return Error{Errc::conflict, "the batch is past its end"};
  Batch active = batch;
  active.state = BatchState::activated;
  active.checker = by.name;
  active.activated = at;
  return active;
}

Result<Batch> set_blocked(const Batch& batch, bool blocked, const Actor& by) {
  if (Status may = check_act(batch, by, {BatchState::issued, BatchState::activated}); !may) return may.error();
  if (batch.blocked == blocked)
    return Error{Errc::conflict, blocked ? "the batch is blocked already" : "the batch is not blocked"};
  Batch changed = batch;
  changed.blocked = blocked;
  return changed;
}

Result<Batch> void_batch(const Batch& batch, const Actor& by) {
  if (Status may = check_act(batch, by, {BatchState::issuing, BatchState::issued, BatchState::activated}); !may)
    return may.error();
  Batch gone = batch;
  gone.state = BatchState::voided;
  return gone;
}

Result<Batch> expire(const Batch& batch, WallTime now) {
  if (!is_of(batch, {BatchState::issued, BatchState::activated})) return not_as_it_is(batch);
  if (now - closing_grace < batch.expires) {
    return Error{Errc::conflict, "batch " + std::to_string(batch.number) + " is not long enough past its end"};
  }
  Batch over = batch;
  over.state = BatchState::expired;
  return over;
}

Status check_range(const Batch& batch, const Range& range, RangeAct act, const Actor& by) {
  if (Status may = check_act(batch, by, {BatchState::issued, BatchState::activated}); !may) return may;
  if (act == RangeAct::void_them && batch.state != BatchState::activated) return not_as_it_is(batch);
  if (range.first >= 1 && range.first <= range.last && range.last <= batch.count) return {};
  return Error{Errc::invalid, "the batch has the vouchers 1 to " + std::to_string(batch.count)};
}

Standing standing(const Batch& batch, VoucherState voucher, WallTime now) {
  if (voucher == VoucherState::redeemed) return Standing::redeemed;
  if (voucher == VoucherState::voided || batch.state == BatchState::voided) return Standing::voided;
  if (batch.state == BatchState::expired || now >= batch.expires) return Standing::expired;
  if (voucher == VoucherState::blocked || batch.blocked) return Standing::blocked;
  return batch.state == BatchState::activated ? Standing::active : Standing::inactive;
}

Stock stock_of(const Batch& batch, const Kept& kept, WallTime now) {
  Stock stock;
  const auto count = [&](VoucherState state, std::int64_t vouchers) {
    switch (standing(batch, state, now)) {
      case Standing::blocked:
        stock.blocked += vouchers;
        [[fallthrough]];
      case Standing::inactive:
      case Standing::active:
        stock.unused += vouchers;
        break;
      case Standing::redeemed:
        stock.redeemed += vouchers;
        break;
      case Standing::voided:
        stock.voided += vouchers;
        break;
      case Standing::expired:
        stock.expired += vouchers;
        break;
    }
  };
  count(VoucherState::unused, kept.unused);
  count(VoucherState::redeemed, kept.redeemed);
  count(VoucherState::blocked, kept.blocked);
  count(VoucherState::voided, kept.voided);
  return stock;
}

std::string liability_owner(std::int64_t batch) {
  return "batch." + std::to_string(batch);
}

std::vector<std::string> faults_of(const Batch& batch, const Kept& kept, const Liability& liability) {
  std::vector<std::string> faults;
  const auto expect = [&](bool holds, const std::string& what) {
    if (!holds) faults.push_back("batch " + std::to_string(batch.number) + ": " + what);
  };
  const std::int64_t vouchers = kept.unused + kept.redeemed + kept.blocked + kept.voided;
  expect(vouchers == batch.added,
         "has " + std::to_string(vouchers) + " vouchers, " + std::to_string(batch.added) + " were written");
  expect(batch.state == BatchState::issuing || batch.state == BatchState::voided || batch.added == batch.count,
         "is issued, with " + std::to_string(batch.added) + " vouchers of " + std::to_string(batch.count));
  const bool sold = batch.activated.has_value();
  expect(sold || kept.redeemed == 0, "has redeemed vouchers and was never activated");
  expect(!sold || (!batch.checker.empty() && batch.checker != batch.maker), "was not activated by a second person");
  expect(liability.redeemed_transfers == kept.redeemed,
         "has " + std::to_string(kept.redeemed) + " redeemed vouchers, the ledger has " +
             std::to_string(liability.redeemed_transfers) + " transfers for them");
  const std::int64_t face = batch.face.minor;
  expect(liability.credited == (sold ? face * batch.count : 0),
         "was sold for " + std::to_string(liability.credited) + " by the ledger");
  const bool is_over = batch.state == BatchState::expired || batch.state == BatchState::voided;
  const std::int64_t open = sold && !is_over ? face * (kept.unused + kept.blocked) : 0;
  expect(liability.credited - liability.debited == open, "has " + std::to_string(open) +
                                                             " to be redeemed, the ledger holds " +
                                                             std::to_string(liability.credited - liability.debited));
  return faults;
}

}  // namespace shubbak::vouchers
