// A broadcast's segment as statements take and give it. Private to store/sqlite. Thread: any.
#pragma once

#include <cstdint>
#include <string>

#include "broadcasts/broadcast.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

// What "broadcast_candidates" and "broadcast_groups" ask of a link, in their order. The segment must outlive it.
struct SegmentTerms {
  explicit SegmentTerms(const broadcasts::Segment& segment)
      : notices_of(segment.is_by_notices() ? segment.company : none),
        governorate(segment.governorate),
        is_whole_company(segment.is_whole_company ? 1 : 0),
        is_by_cases(segment.cases.any() ? 1 : 0),
        cases_of(segment.company),
        cases(segment.cases) {}

  static inline const std::string none;
  const std::string& notices_of;  // company; "": it is not asked who gets notices
  const std::string& governorate;
  std::int64_t is_whole_company;
  std::int64_t is_by_cases;
  const std::string& cases_of;  // company
  const broadcasts::OpenCases& cases;
};

// The first columns of "broadcast_standing", "broadcast_row", "broadcast_rows" and "open_broadcast_rows".
inline constexpr int segment_columns = 9;
inline broadcasts::Segment segment_in(const Use& row) {
  return {.operator_name = row.text(0),
          .locale = row.text(1),
          .company = row.text(2),
          .governorate = row.text(3),
          .is_whole_company = row.integer(4) != 0,
          .cases = {.kind = row.text(5), .area = row.text(6), .directorate = row.text(7), .office = row.text(8)}};
}

}  // namespace shubbak::store
