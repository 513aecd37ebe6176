// The books of the sample water company: subscribers, what they owe, and orders by their reference. Pure: it is told
// the time. Thread: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"

namespace shubbak::samples {

struct Subscriber {
  std::string national_id;
  std::int64_t number = 0;
  std::string title;
  std::vector<std::int64_t> invoices;  // minor units, the oldest first
  [[nodiscard]] std::int64_t due() const;
};

struct WaterOrder {
  std::int64_t subscriber = 0;
  std::int64_t minor = 0;
  std::string code;     // "0", or why it was refused
  std::string receipt;  // of one that was taken
};

class WaterBook {
 public:
  WaterBook();
  [[nodiscard]] std::vector<const Subscriber*> of_person(std::string_view national_id) const;
  [[nodiscard]] const Subscriber* find(std::int64_t number) const;  // nullptr: there is none
  // The first answer under a reference is the answer for ever.
  const WaterOrder& pay(const std::string& reference, std::int64_t subscriber, std::int64_t minor, bool is_late);
  [[nodiscard]] const WaterOrder* find_order(const std::string& reference) const;

 private:
  std::vector<Subscriber> subscribers_;
  std::map<std::string, WaterOrder> orders_;
};

}  // namespace shubbak::samples
