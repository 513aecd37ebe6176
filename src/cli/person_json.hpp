// What is kept of one person as the person may have it: one JSON object, with everything in full. Pure.
#pragma once

#include <string>
#include <vector>

#include "audit/record.hpp"
#include "domain/national_id.hpp"
#include "store/privacy.hpp"

namespace shubbak::cli {

// {"national_id", "links": [...], "pin", "failed_tries", "audit": [...]}, times as 2026-11-25T22:00:00Z;
// docs/operating.md tells what is in it. Runs of six digits in waiting texts, which may be codes, are starred. Ends
// with a line end.
std::string person_json(const NationalId& person, const store::PersonFile& file,
                        const std::vector<audit::Record>& records);

}  // namespace shubbak::cli
