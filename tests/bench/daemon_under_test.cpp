#include "daemon_under_test.hpp"

#include <functional>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace shubbak::bench {

void make_database(const std::string& folder, std::uint32_t count) {
  under_test::write_key_file(folder);
  auto store = store::open_sqlite({.path = folder + "/shubbak.db", .key_file = folder + "/shubbak.key"},
                                  [](const std::function<void()>&) {});
  if (!store) die(store.error().message);
  std::vector<store::Change> changes;
  for (std::uint32_t k = 0; k < count; ++k) {
    const auto msisdn = Msisdn::from_value(phone_number(k));
    if (!msisdn) die("sample person");
    changes.emplace_back(store::ChangeLink{*msisdn,
                                           under_test::generated_person(k),
                                           identity::LinkEvent::import,
                                           {Actor::Kind::command_line, "bench"},
                                           wall_now(),
                                           {}});
    if (changes.size() == 1000 || k + 1 == count) {
      (*store)->change(std::exchange(changes, {}), [](const Result<store::Committed>&) {});
      (*store)->flush();
    }
  }
}

}  // namespace shubbak::bench
