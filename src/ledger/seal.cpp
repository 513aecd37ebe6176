#include "ledger/seal.hpp"

#include <algorithm>

namespace shubbak::ledger {

void SealMaker::add(const Entry& entry) {
  const std::array<std::int64_t, 7> values{entry.number,
                                           entry.transfer,
                                           static_cast<std::int64_t>(entry.step),
                                           entry.debit,
                                           entry.credit,
                                           entry.amount,
                                           std::int64_t{entry.at.time_since_epoch().count()}};
  for (const std::int64_t value : values) {
    const auto bits = static_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) octets_.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
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
