#include "ussd/dialogue_table.hpp"

#include <array>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using shubbak::Instant;
using shubbak::ussd::DialogueHandle;
using shubbak::ussd::DialogueTable;
using shubbak::ussd::DialogueTableLimits;

namespace {

constexpr Instant start{};
using Keys = std::vector<std::uint64_t>;

std::vector<std::uint64_t> expire_keys(DialogueTable<std::string>& table, Instant now, std::size_t batch_max = 1000) {
  std::vector<std::uint64_t> keys;
  const std::size_t ended =
      table.expire(now, batch_max, [&](std::uint64_t key, std::string&) { keys.push_back(key); });
  CHECK(ended == keys.size());
  return keys;
}

}  // namespace

TEST_CASE("a dialogue is found by its key until it is closed") {
  DialogueTable<std::string> table({.dialogues_max = 10, .idle_timeout = 60s});
  CHECK(table.find(963933123456) == nullptr);
  std::string* value = table.open(963933123456, start);
  REQUIRE(value != nullptr);
  CHECK(value->empty());
  *value = "menu";
  REQUIRE(table.find(963933123456) == value);
  CHECK(table.find(963933123457) == nullptr);
  CHECK(table.size() == 1);
  table.close(963933123456);
  CHECK(table.find(963933123456) == nullptr);
  CHECK(table.size() == 0);
  table.close(963933123456);
  CHECK(table.size() == 0);
}

TEST_CASE("a value is reset when its dialogue ends") {
  DialogueTable<std::shared_ptr<int>> table({.dialogues_max = 1, .idle_timeout = 60s});
  const auto shared = std::make_shared<int>(1);
  *table.open(1, start) = shared;
  CHECK(shared.use_count() == 2);
  table.close(1);
  CHECK(shared.use_count() == 1);
  *table.open(1, start) = shared;
  table.expire(start + 60s, 1, [](std::uint64_t, std::shared_ptr<int>& value) { CHECK(value != nullptr); });
  CHECK(shared.use_count() == 1);
}

TEST_CASE("a full table opens nothing until a dialogue ends") {
  DialogueTable<std::string> table({.dialogues_max = 3, .idle_timeout = 60s});
  for (const std::uint64_t key : Keys{1, 2, 3}) REQUIRE(table.open(key, start) != nullptr);
  CHECK(table.open(4, start) == nullptr);
  CHECK(table.find(4) == nullptr);
  CHECK(table.size() == 3);
  CHECK(table.open(2, start) != nullptr);  // its own place is given anew
  CHECK(table.size() == 3);
  table.close(1);
  CHECK(table.open(4, start) != nullptr);
  CHECK(table.open(5, start) == nullptr);
}

TEST_CASE("opening a key again ends the dialogue that it had") {
  DialogueTable<std::string> table({.dialogues_max = 10, .idle_timeout = 60s});
  *table.open(7, start) = "first";
  const DialogueHandle first = table.handle_of(7);
  std::string* second = table.open(7, start);
  REQUIRE(second != nullptr);
  CHECK(second->empty());
  CHECK(table.get(first) == nullptr);
  CHECK(table.get(table.handle_of(7)) == second);
  CHECK(table.size() == 1);
}

TEST_CASE("a handle finds its own dialogue only, never a successor in the same place") {
  DialogueTable<std::string> table({.dialogues_max = 1, .idle_timeout = 60s});
  CHECK(table.get(DialogueHandle{}) == nullptr);
  table.open(1, start);
  const DialogueHandle one = table.handle_of(1);
  CHECK(table.get(one) == table.find(1));
  table.close(1);
  CHECK(table.get(one) == nullptr);
  table.open(2, start);
  const DialogueHandle two = table.handle_of(2);
  CHECK(one.index == two.index);
  CHECK_FALSE(one == two);
  CHECK(table.get(one) == nullptr);
  CHECK(table.get(two) == table.find(2));
  CHECK(table.get(DialogueHandle{.index = 1000, .generation = 1}) == nullptr);
  table.close(2);
  CHECK(table.get(DialogueHandle{.index = two.index, .generation = two.generation + 1}) == nullptr);
}

TEST_CASE("dialogues expire in the order in which they were last touched") {
  DialogueTable<std::string> table({.dialogues_max = 10, .idle_timeout = 60s});
  for (const std::uint64_t key : Keys{1, 2, 3, 4}) table.open(key, start + std::chrono::seconds(key));
  table.touch(2, start + 10s);
  table.touch(99, start + 10s);
  CHECK(table.next_expiry() == start + 61s);
  CHECK(expire_keys(table, start + 61s - 1ms).empty());
  CHECK(expire_keys(table, start + 61s) == Keys{1});
  CHECK(expire_keys(table, start + 200s, 1) == Keys{3});
  CHECK(expire_keys(table, start + 200s) == Keys{4, 2});
  CHECK(table.size() == 0);
  CHECK_FALSE(table.next_expiry().has_value());
}

TEST_CASE("what expires is already forgotten when it is told, and the callee may change the table") {
  DialogueTable<std::string> table({.dialogues_max = 3, .idle_timeout = 60s});
  for (const std::uint64_t key : Keys{1, 2, 3}) *table.open(key, start) = "value of " + std::to_string(key);
  const DialogueHandle handle = table.handle_of(1);
  std::vector<std::uint64_t> told;
  table.expire(start + 60s, 10, [&](std::uint64_t key, std::string& value) {
    told.push_back(key);
    CHECK(value == "value of " + std::to_string(key));
    CHECK(table.find(key) == nullptr);
    if (key == 1) {
      CHECK(table.get(handle) == nullptr);
      table.close(2);
      *table.open(1, start + 60s) = "again";
    }
  });
  CHECK(told == Keys{1, 3});
  REQUIRE(table.size() == 1);
  CHECK(*table.find(1) == "again");
}

TEST_CASE("a dialogue stays where it is while the table grows") {
  DialogueTable<std::string> table({.dialogues_max = 5000, .idle_timeout = 60s});
  std::string* first = table.open(1, start);
  *first = "stays";
  for (std::uint64_t key = 2; key <= 5000; ++key) REQUIRE(table.open(key, start) != nullptr);
  CHECK(table.find(1) == first);
  CHECK(*first == "stays");
}

TEST_CASE("a million places cost at most 40 octets each beside the values") {
  struct Value {
    std::array<char, 64> octets{};
  };
  DialogueTable<Value> table({.dialogues_max = 1'000'000, .idle_timeout = 60s});
  CHECK(table.memory_octets() < 7'000'000);
  for (std::uint64_t key = 1; key <= 1'000'000; ++key) REQUIRE(table.open(key, start) != nullptr);
  CHECK(table.open(0, start) == nullptr);
  CHECK(table.memory_octets() <= 1'000'000 * (sizeof(Value) + 40));
}

// The same operations on the table and on what it is meant to be: a map, and a list from the oldest touch to the
// newest.
TEST_CASE("any sequence of operations does what a map with a list would do") {
  struct Model {
    struct Entry {
      std::string value;
      Instant touched;
      DialogueHandle handle;
      std::list<std::uint64_t>::iterator place;
    };
    std::map<std::uint64_t, Entry> entries;
    std::list<std::uint64_t> order;
    void erase(std::uint64_t key) {
      const auto found = entries.find(key);
      if (found == entries.end()) return;
      order.erase(found->second.place);
      entries.erase(found);
    }
  };
  const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U);
  const std::size_t dialogues_max = GENERATE(1U, 2U, 7U, 300U);
  CAPTURE(seed, dialogues_max);
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t end) { return random() % end; };
  DialogueTable<std::string> table({.dialogues_max = dialogues_max, .idle_timeout = 1s, .hash_seed = seed});
  Model model;
  std::vector<DialogueHandle> stale;
  Instant now = start;
  for (int step = 0; step < 20'000; ++step) {
    now += std::chrono::milliseconds(below(40));
    const std::uint64_t key = below(dialogues_max * 2 + 1);
    const auto known = model.entries.find(key);
    switch (below(10)) {
      case 0:
      case 1:
      case 2: {
        if (known != model.entries.end()) stale.push_back(known->second.handle);
        model.erase(key);
        std::string* value = table.open(key, now);
        REQUIRE((value != nullptr) == (model.entries.size() < dialogues_max));
        if (value == nullptr) break;
        REQUIRE(value->empty());
        *value = std::to_string(step);
        const auto place = model.order.insert(model.order.end(), key);
        model.entries[key] = {*value, now, table.handle_of(key), place};
        break;
      }
      case 3:
      case 4:
        table.touch(key, now);
        if (known == model.entries.end()) break;
        known->second.touched = now;
        model.order.splice(model.order.end(), model.order, known->second.place);
        break;
      case 5:
        table.close(key);
        if (known != model.entries.end()) stale.push_back(known->second.handle);
        model.erase(key);
        break;
      case 6: {
        const std::size_t batch = below(4);
        std::size_t told = 0;
        table.expire(now, batch, [&](std::uint64_t ended, std::string& value) {
          ++told;
          REQUIRE(ended == model.order.front());
          REQUIRE(now - model.entries.at(ended).touched >= 1s);
          REQUIRE(value == model.entries.at(ended).value);
          stale.push_back(model.entries.at(ended).handle);
          model.erase(ended);
        });
        if (told < batch && !model.order.empty()) {
          REQUIRE(now - model.entries.at(model.order.front()).touched < 1s);
        }
        break;
      }
      default: {
        std::string* value = table.find(key);
        REQUIRE((value != nullptr) == (known != model.entries.end()));
        if (value == nullptr) break;
        REQUIRE(*value == known->second.value);
        REQUIRE(table.get(known->second.handle) == value);
        REQUIRE(table.handle_of(key) == known->second.handle);
        break;
      }
    }
    REQUIRE(table.size() == model.entries.size());
    if (!stale.empty()) REQUIRE(table.get(stale[below(stale.size())]) == nullptr);
  }
  for (const auto& [key, entry] : model.entries) REQUIRE(*table.find(key) == entry.value);
}
