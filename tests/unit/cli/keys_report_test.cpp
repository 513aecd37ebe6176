#include "cli/keys_report.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

store::KeyRing ring(const std::vector<std::uint8_t>& ids) {
  std::vector<store::NumberedKey> keys;
  for (const std::uint8_t id : ids) keys.push_back({id, {}});
  return store::KeyRing(std::move(keys));
}

TEST_CASE("the report of keys tells what each seals and what to do next") {
  std::vector<store::KeyUse> uses{{1, {}, {{"national numbers", 3}, {"texts", 1}}}, {2, {}, {}}};
  CHECK(keys_report(uses, ring({1, 2, 3})) ==
        "key 1 · seals 4 fields: 3 national numbers, 1 texts · makes the indexes and hashes, keep it\n"
        "key 2 · seals 0 fields · seals what is new\n"
        "key 3 · not in use yet: restart shubbakd\n"
        "shubbak keys rotate seals with the newest key what older ones have sealed\n");
  CHECK(keys_report({{1, {}, {{"texts", 4}}}}, ring({1})) ==
        "key 1 · seals 4 fields: 4 texts · seals what is new · makes the indexes and hashes, keep it\n");
  uses = {{1, {}, {}}, {2, {}, {}, true}, {3, {}, {{"texts", 4}}}};
  CHECK(keys_report(uses, ring({1, 2, 3})) ==
        "key 1 · seals 0 fields · makes the indexes and hashes, keep it\n"
        "key 2 · seals 0 fields · its line may go, when every shubbakd was started since\n"
        "key 3 · seals 4 fields: 4 texts · seals what is new\n");
  CHECK(keys_report(uses, ring({3})) ==
        "key 1 · seals 0 fields · makes the indexes and hashes, keep it · MISSING: put its line back\n"
        "key 2 · seals 0 fields · not there any more\n"
        "key 3 · seals 4 fields: 4 texts · seals what is new\n");
  // It seals nothing at this moment, but no rotation has made sure of it.
  uses[1].is_retired = false;
  CHECK(keys_report(uses, ring({1, 3})) ==
        "key 1 · seals 0 fields · makes the indexes and hashes, keep it\n"
        "key 2 · seals 0 fields · MISSING: put its line back\n"
        "key 3 · seals 4 fields: 4 texts · seals what is new\n"
        "shubbak keys rotate seals with the newest key what older ones have sealed\n");
}

}  // namespace
}  // namespace shubbak::cli
