// The rows of a report, as the API shows them, for people and for spreadsheets: whatever report it is, its columns
// are the members of its rows. Pure. Thread: any.
#pragma once

#include <string>

#include <boost/json/array.hpp>

namespace shubbak::cli {

// Columns beside each other; a member that ends in _minor is shown as an amount of the row's currency.
std::string report_text(const boost::json::array& rows);
// RFC 4180, with a heading; what is in minor units stays so. No rows: nothing, not even the heading.
std::string report_csv(const boost::json::array& rows);

}  // namespace shubbak::cli
