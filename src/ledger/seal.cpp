#include "ledger/seal.hpp"

#include <algorithm>

namespace shubbak::ledger {

void SealMaker::add(const Entry& entry, const Transfer& transfer, const AccountId* new_debit,
                    const AccountId* new_credit) {
  for (const std::int64_t value : {entry.number, entry.transfer, static_cast<std::int64_t>(entry.step), entry.debit,
                                   entry.credit, entry.amount}) {
    add(value);
  }
  add(entry.at);
  if (begins(entry.step)) {
    const Order& order = transfer.order;
    add(order.key);
    octets_.insert(octets_.end(), order.request.begin(), order.request.end());
    add(order.by);
    add(transfer.expires.value_or(WallTime()));
    add(transfer.corrects.value_or(0));
  }
  if (resolves(entry.step)) {
    add(static_cast<std::int64_t>(transfer.state));
    add(transfer.resolved_by);
    add(transfer.evidence);
  }
  for (const AccountId* account : {new_debit, new_credit}) {
    if (account == nullptr) continue;
    add(static_cast<std::int64_t>(account->kind));
    add(account->owner);
    add(to_string(account->currency));
  }
}

void SealMaker::add(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  std::array<std::uint8_t, sizeof bits> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  octets_.insert(octets_.end(), octets.begin(), octets.end());
}

void SealMaker::add(std::string_view text) {
  add(static_cast<std::int64_t>(text.size()));
  octets_.insert(octets_.end(), text.begin(), text.end());
}

void SealMaker::add(WallTime at) {
  add(std::int64_t{at.time_since_epoch().count()});
}

void SealMaker::add(const Actor& by) {
  add(static_cast<std::int64_t>(by.kind));
  add(by.name);
}

Hash SealMaker::seal(const Hash& before) {
  std::ranges::copy(before, octets_.begin());
  const Hash made = hash_(octets_);
  clear();
  return made;
}

void SealMaker::clear() {
  octets_.resize(Hash{}.size());
}

}  // namespace shubbak::ledger
