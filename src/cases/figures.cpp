#include "cases/figures.hpp"

#include <algorithm>
#include <numeric>

namespace shubbak::cases {

void Outcomes::add(const Deed& deed) {
  if (deed.did == Act::open) ++opened;
  if (deed.did == Act::resolve) ++resolved;
  if (deed.did == Act::escalate) ++late;
  if (deed.did == Act::reopen) ++reopened;
  const bool is_rating =
      deed.did == Act::rate && deed.stars >= 1 && deed.stars <= static_cast<std::int64_t>(stars_most);
  if (is_rating) ++rated[static_cast<std::size_t>(deed.stars - 1)];
}

std::int64_t Outcomes::ratings() const {
  return std::accumulate(rated.begin(), rated.end(), std::int64_t{0});
}

std::int64_t Outcomes::mean_stars_hundredths() const {
  std::int64_t stars = 0;
  for (std::size_t i = 0; i < stars_most; ++i) stars += static_cast<std::int64_t>(i + 1) * rated[i];
  return 100 * stars / std::max<std::int64_t>(ratings(), 1);
}

void Stays::add(const Deed& deed) {
  stayed_ms_.push_back(deed.stayed_ms);
  if (deed.was_late) ++late_;
}

// The nearest rank: at least so many of 100 are not above it.
std::int64_t Stays::rank(std::size_t percent) {
  const std::size_t place = (stayed_ms_.size() * percent + 99) / 100 - 1;
  const auto at = stayed_ms_.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(stayed_ms_.begin(), at, stayed_ms_.end());
  return *at;
}

Spread Stays::spread() {
  if (stayed_ms_.empty()) return {};
  const std::int64_t sum = std::accumulate(stayed_ms_.begin(), stayed_ms_.end(), std::int64_t{0});
  return {.mean_ms = sum / ended(), .median_ms = rank(50), .ninety_fifth_ms = rank(95)};
}

}  // namespace shubbak::cases
