#include "audit/verifier.hpp"

#include <algorithm>
#include <random>

#include "chain_fixture.hpp"

namespace shubbak::audit {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

std::string octets(Random& random, std::size_t size) {
  std::string text;
  while (text.size() < size) text += static_cast<char>(below(random, 256));
  return text;
}

Record some_record(Random& random) {
  Record record;
  record.at =
      WallTime(std::chrono::milliseconds(1'790'000'000'000 + static_cast<std::int64_t>(below(random, 1'000))));
  record.by = {static_cast<Actor::Kind>(below(random, 6)), std::string(below(random, 4), 'n')};
  record.action = action_words[below(random, action_words.size())];
  if (below(random, 2) == 0) record.person = octets(random, 16);
  if (below(random, 2) == 0) record.msisdn = octets(random, 16);
  if (below(random, 4) == 0) record.thing = "thing";
  record.detail = "{}";
  return record;
}

std::vector<Record> history(Random& random, std::size_t count) {
  std::vector<Record> records;
  while (records.size() < count) records.push_back(some_record(random));
  chain_from(records, 0);
  return records;
}

std::vector<Record> ten() {
  Random random(7);
  return history(random, 10);
}

// "kind number", or "whole".
std::string found(const std::vector<Record>& records, std::vector<Head> heads = {}) {
  const auto fault = verify(records, std::move(heads), hashing());
  if (!fault) return "whole";
  CHECK(fault->message.find("record " + std::to_string(fault->number)) == 0);
  constexpr std::array<const char*, 5> kinds{"gap", "edited", "reordered", "truncated", "head mismatch"};
  return std::string(kinds[static_cast<std::size_t>(fault->kind)]) + " " + std::to_string(fault->number);
}

}  // namespace

TEST_CASE("a chain that nobody touched is whole, the empty one too, with every head of it") {
  CHECK(found({}) == "whole");
  const auto records = ten();
  std::vector<Head> heads;
  for (const Record& record : records) heads.push_back(head_of(record, 16 + 4 * (heads.size() % 13)));
  std::ranges::reverse(heads);  // in whatever order they are given
  CHECK(found(records, heads) == "whole");
}

TEST_CASE("a record that was deleted is told by its number, wherever it stood") {
  auto records = ten();
  records.erase(records.begin() + 3);
  CHECK(found(records) == "gap 4");
  records = ten();
  records.erase(records.begin());
  CHECK(found(records) == "gap 1");
  records = ten();
  records.erase(records.begin() + 3);
  for (std::size_t i = 3; i < records.size(); ++i) --records[i].number;  // and the others renumbered
  CHECK(found(records) == "edited 4");
}

TEST_CASE("an edit of any field is told by the number of its record") {
  const std::vector<std::function<void(Record&)>> edits{
      [](Record& r) { r.at += std::chrono::milliseconds(1); },
      [](Record& r) { r.by.kind = r.by.kind == Actor::Kind::staff ? Actor::Kind::agent : Actor::Kind::staff; },
      [](Record& r) { r.by.name += "x"; },
      [](Record& r) { r.action += "x"; },
      [](Record& r) { r.person = r.person.empty() ? std::string(16, 'p') : std::string(); },
      [](Record& r) { r.msisdn = r.msisdn.empty() ? std::string(16, 'p') : std::string(); },
      [](Record& r) { r.thing += "x"; },
      [](Record& r) { r.detail = R"({"tries":1})"; },
      [](Record& r) { r.detail = std::string(70'000, 'x'); },
      [](Record& r) { r.hash[31] ^= 1U; }};
  for (const auto& edit : edits) {
    auto records = ten();
    edit(records[5]);
    CHECK(found(records) == "edited 6");
  }
  auto records = ten();
  records[0].number = 0;
  CHECK(found(records) == "edited 0");
}

TEST_CASE("records that changed places are told as such") {
  for (const auto& [one, other] : {std::pair{2U, 3U}, {2U, 7U}, {0U, 9U}, {8U, 9U}, {0U, 1U}}) {
    auto records = ten();
    std::swap(records[one], records[other]);
    std::swap(records[one].number, records[other].number);
    CHECK(found(records) == "reordered " + std::to_string(one + 1));
  }
  auto records = ten();
  std::rotate(records.begin() + 2, records.begin() + 3, records.begin() + 8);  // one was moved to a later place
  for (std::size_t i = 0; i < records.size(); ++i) records[i].number = static_cast<std::int64_t>(i) + 1;
  CHECK(found(records) == "reordered 3");
  records = ten();
  std::rotate(records.begin() + 2, records.begin() + 7, records.begin() + 8);  // to an earlier one
  for (std::size_t i = 0; i < records.size(); ++i) records[i].number = static_cast<std::int64_t>(i) + 1;
  CHECK(found(records) == "reordered 3");
}

TEST_CASE("an end that was cut off is found by a head behind it, and by nothing else") {
  const auto whole = ten();
  auto records = whole;
  records.resize(7);
  CHECK(found(records) == "whole");
  CHECK(found(records, {head_of(whole[6])}) == "whole");
  CHECK(found(records, {head_of(whole[3]), head_of(whole[8])}) == "truncated 8");
  CHECK(found({}, {head_of(whole[8])}) == "truncated 1");
}

TEST_CASE("an end that was written anew and hashed anew is found by a head, and by nothing else") {
  const auto whole = ten();
  auto records = whole;
  records[5].by.name = "somebody else";
  chain_from(records, 5);
  CHECK(found(records) == "whole");
  CHECK(found(records, {head_of(whole[4])}) == "whole");
  CHECK(found(records, {head_of(whole[4]), head_of(whole[7])}) == "head mismatch 8");
  const auto fault = verify(records, {head_of(whole[7])}, hashing());
  CHECK(fault->message ==
        "record 8 is not the one of the head published on 2026-11-25: the chain was written anew "
        "at it or before it");
}

TEST_CASE("whatever single thing is done to whatever history, it is found") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const auto whole = history(random, 1 + below(random, 30));
    const Head head = head_of(whole.back(), 16 + below(random, 49));
    auto records = whole;
    const std::size_t at = below(random, records.size());
    const std::size_t kind = below(random, 7);
    switch (kind) {
      case 0:  // edited
        records[at].detail += " ";
        break;
      case 1:  // edited and hashed anew to the end
        records[at].at += std::chrono::milliseconds(1);
        chain_from(records, at);
        break;
      case 2:  // one deleted
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 3:  // one deleted, the rest chained anew
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
        chain_from(records, at);
        break;
      case 4:  // one put in, all behind it chained anew
        records.insert(records.begin() + static_cast<std::ptrdiff_t>(at), some_record(random));
        chain_from(records, at);
        break;
      case 5: {  // two changed places
        if (records.size() == 1) continue;
        const std::size_t other = (at + 1 + below(random, records.size() - 1)) % records.size();
        std::swap(records[at], records[other]);
        std::swap(records[at].number, records[other].number);
        break;
      }
      default:  // the end cut off
        records.resize(at);
        break;
    }
    INFO("round " << round << ", " << whole.size() << " records, kind " << kind << " at " << at);
    CHECK(verify(whole, {head}, hashing()) == std::nullopt);
    if (!verify(records, {head}, hashing())) FAIL("not found");
  }
}

TEST_CASE("a head is read as the SMS writes it, and refused with what it must look like") {
  const Head head = parse_head("1234:0123456789ABCDEF").value();
  CHECK(head.number == 1234);
  CHECK(head.hash == "0123456789abcdef");
  CHECK(parse_head("1:" + std::string(64, 'a')).ok());
  for (const std::string bad : {"", "1234", "1234:", "1234:0123456789abcde", "x:0123456789abcdef",
                                "-1:0123456789abcdef", "0:0123456789abcdef", "12 :0123456789abcdef",
                                "1:0123456789abcdeg", "99999999999999999999:0123456789abcdef"}) {
    INFO(bad);
    const auto refused = parse_head(bad);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("1234:0123456789abcdef") != std::string::npos);
  }
  CHECK_FALSE(parse_head("1:" + std::string(65, 'a')).ok());
}

}  // namespace shubbak::audit
