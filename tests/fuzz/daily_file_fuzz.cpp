// Any octets as a company's daily file: no crash, every line within its bounds, and the same whatever the pieces are.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "reconcile/daily_file.hpp"

namespace {

using namespace shubbak;
using namespace shubbak::reconcile;

struct Outcome {
  std::vector<std::string> references;
  std::string error;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view octets, std::size_t piece) {
  Outcome outcome;
  const Mapping mapping;
  const Day day = day_of(std::chrono::year(2026) / 11 / 26, mapping);
  DailyFile file(mapping, Currency::SYP, day, [&](Listed listed) -> Status {
    SHUBBAK_ASSERT(listed.line > 1 && listed.amount.minor > 0);
    SHUBBAK_ASSERT(!listed.reference.empty() && listed.reference.size() <= DailyFile::name_octets_max);
    outcome.references.push_back(std::move(listed.reference));
    return {};
  });
  Status status;
  for (std::size_t at = 0; status.ok() && at < octets.size(); at += piece)
    status = file.feed(octets.substr(at, piece));
  if (status.ok()) status = file.finish();
  if (!status.ok()) outcome.error = status.error().message;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  SHUBBAK_ASSERT(read(octets, 3) == read(octets, size + 1));
  return 0;
}
