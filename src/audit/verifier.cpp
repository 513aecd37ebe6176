#include "audit/verifier.hpp"

#include <algorithm>
#include <charconv>

namespace shubbak::audit {
namespace {

std::string named(std::int64_t number) {
  return "record " + std::to_string(number);
}

}  // namespace

Result<Head> parse_head(std::string_view text) {
  const Error malformed{Errc::malformed, "a head is NUMBER:HASH, as in the overseers' SMS: 1234:0123456789abcdef"};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return malformed;
  Head head;
  const auto [end, error] = std::from_chars(text.data(), text.data() + colon, head.number);
  if (error != std::errc{} || end != text.data() + colon || head.number < 1) return malformed;
  head.hash = text.substr(colon + 1);
  for (char& c : head.hash) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool digits = is_hex(head.hash);
  if (!digits || head.hash.size() < Head::digits_min || head.hash.size() > 2 * Hash{}.size()) return malformed;
  head.where = "given";
  return head;
}

Verifier::Verifier(HashFunction hash, std::vector<Head> heads, const Position& from)
    : chain_(std::move(hash)), heads_(std::move(heads)), position_(from) {
  std::ranges::stable_sort(heads_, {}, &Head::number);
}

std::optional<Fault> Verifier::add(const Record& record) {
  const std::int64_t expected = position_.number + 1;
  if (record.number < expected) {
    return Fault{FaultKind::edited, record.number, named(record.number) + " cannot be: records are numbered from 1"};
  }
  if (record.number > expected) {
    return Fault{FaultKind::gap, expected,
                 named(expected) + " is missing: the next one is " + std::to_string(record.number)};
  }
  const std::optional<Hash> hash = chain_.hash_of(position_.hash, record);
  if (!hash || *hash != record.hash) {
    return Fault{FaultKind::edited, expected,
                 named(expected) +
                     " does not follow from the one before it: it was edited, or records were removed "
                     "before it and the others renumbered"};
  }
  position_ = {expected, *hash};
  return meet_heads();
}

std::optional<Fault> Verifier::meet_heads() {
  std::string hash;  // made only where there is a head
  for (; next_head_ < heads_.size() && heads_[next_head_].number <= position_.number; ++next_head_) {
    const Head& head = heads_[next_head_];
    if (hash.empty()) hash = to_hex(position_.hash);
    if (head.number == position_.number && hash.starts_with(head.hash)) continue;
    return Fault{FaultKind::head_mismatch, head.number,
                 named(head.number) + " is not the one of the head " + head.where +
                     ": the chain was written anew at it or before it"};
  }
  return std::nullopt;
}

std::optional<Fault> Verifier::finish() const {
  if (next_head_ == heads_.size()) return std::nullopt;
  const Head& head = heads_[next_head_];
  return Fault{FaultKind::truncated, position_.number + 1,
               named(position_.number + 1) + " and those behind it are missing: the chain ends at " +
                   std::to_string(position_.number) + ", but its head at " + std::to_string(head.number) + " was " +
                   head.where};
}

bool Misplaced::follows_as(const Hash& before, std::int64_t number) {
  Record as = record_;
  as.number = number;
  const auto hash = chain_.hash_of(before, as);
  return hash && *hash == record_.hash;
}

// The record knows no longer which number it had. Where others were moved too, the one before it may be found one
// place off; an order that was mixed more is told as edited.
bool Misplaced::follows(const Record& other) {
  return follows_as(other.hash, other.number + 1) || follows_as(other.hash, other.number) ||
         follows_as(other.hash, record_.number + 1);
}

Fault Misplaced::fault() const {
  return {FaultKind::reordered, record_.number,
          named(record_.number) + " stands in another's place: it follows from another one than " +
              std::to_string(record_.number - 1)};
}

std::optional<Fault> verify(std::span<const Record> records, std::vector<Head> heads, const HashFunction& hash) {
  Verifier verifier(hash, std::move(heads));
  for (const Record& record : records) {
    auto fault = verifier.add(record);
    if (!fault) continue;
    if (fault->kind != FaultKind::edited) return fault;
    Misplaced misplaced(hash, record);
    for (const Record& other : records) {
      if (misplaced.follows(other)) return misplaced.fault();
    }
    return fault;
  }
  return verifier.finish();
}

}  // namespace shubbak::audit
