#include "samples/sample_water/water_book.hpp"

#include <algorithm>
#include <numeric>

namespace shubbak::samples {

std::int64_t Subscriber::due() const {
  return std::accumulate(invoices.begin(), invoices.end(), std::int64_t{0});
}

WaterBook::WaterBook()
    : subscribers_{{"01234567890", 700'123, "ماء المزة", {1'250'000, 1'775'050}},
                   {"01234567890", 700'900, "ماء بطيء", {500'000}},
                   {"02345678901", 700'456, "ماء حلب", {}},
                   {"29010280165195", 700'801, "عقار 12 بولاق", {6'000, 4'550}}} {}

std::vector<const Subscriber*> WaterBook::of_person(std::string_view national_id) const {
  std::vector<const Subscriber*> theirs;
  for (const Subscriber& one : subscribers_) {
    if (one.national_id == national_id) theirs.push_back(&one);
  }
  return theirs;
}

const Subscriber* WaterBook::find(std::int64_t number) const {
  const auto found = std::ranges::find(subscribers_, number, &Subscriber::number);
  return found == subscribers_.end() ? nullptr : &*found;
}

const WaterOrder& WaterBook::pay(const std::string& reference, std::int64_t subscriber, std::int64_t minor,
                                 bool is_late) {
  const auto [kept, is_new] = orders_.try_emplace(reference, WaterOrder{subscriber, minor, "E13", {}});
  WaterOrder& order = kept->second;
  if (!is_new) return order;
  const auto owner = std::ranges::find(subscribers_, subscriber, &Subscriber::number);
  if (owner == subscribers_.end()) return order;
  order.code = is_late ? "E20" : minor > owner->due() ? "E11" : "0";
  if (order.code != "0") return order;
  order.receipt = "W-" + std::to_string(orders_.size());
  for (std::int64_t left = minor; left > 0;) {
    const std::int64_t taken = std::min(left, owner->invoices.front());
    left -= taken;
    owner->invoices.front() -= taken;
    if (owner->invoices.front() == 0) owner->invoices.erase(owner->invoices.begin());
  }
  return order;
}

const WaterOrder* WaterBook::find_order(const std::string& reference) const {
  const auto found = orders_.find(reference);
  return found == orders_.end() ? nullptr : &found->second;
}

}  // namespace shubbak::samples
