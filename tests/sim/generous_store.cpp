#include "tests/sim/generous_store.hpp"

namespace shubbak::sim {
namespace {

using namespace store;

// What payments and their codes look at.
Committed all_went_well(const std::vector<Change>& changes) {
  Committed said;
  for (const Change& change : changes) {
    if (std::holds_alternative<SendCode>(change)) said.sends.push_back(otp::SendVerdict::sent);
    if (std::holds_alternative<SendCode>(change) || std::holds_alternative<AddOutboxMessage>(change))
      said.outbox_ids.push_back(not_queued);
    if (std::holds_alternative<TryCode>(change)) said.tries.push_back(otp::TryVerdict::right);
    if (std::holds_alternative<PaymentChange>(change)) said.transfers.emplace_back();
    if (std::holds_alternative<VoucherChange>(change))
      said.redemptions.push_back({.verdict = vouchers::Verdict::redeemed});
  }
  return said;
}

}  // namespace

void GenerousStore::change(std::vector<Change> changes, OnCommitted on_committed) {
  Committed said = all_went_well(changes);
  to().change(std::move(changes),
              [said = std::move(said), told = std::move(on_committed)](Result<Committed> committed) {
                if (!committed && committed.error().code == Errc::io) committed = said;
                if (told) told(std::move(committed));
              });
}

}  // namespace shubbak::sim
