// Records as the tests chain them.
#pragma once

#include <catch2/catch.hpp>

#include "audit/verifier.hpp"
#include "store/sha256.hpp"

namespace shubbak::audit {

inline HashFunction hashing() {
  auto made = store::sha256();
  if (!made) FAIL(made.error().message);
  return *made;
}

// Hashes as a writer, or an attacker who can write, would.
inline void chain_from(std::vector<Record>& records, std::size_t from) {
  Chain chain(hashing());
  for (std::size_t i = from; i < records.size(); ++i) {
    records[i].number = static_cast<std::int64_t>(i) + 1;
    records[i].hash = *chain.hash_of(i == 0 ? Hash{} : records[i - 1].hash, records[i]);
  }
}

inline Head head_of(const Record& record, std::size_t digits = Head::digits_min) {
  return {.number = record.number, .hash = to_hex(record.hash).substr(0, digits), .where = "published on 2026-11-25"};
}

}  // namespace shubbak::audit
