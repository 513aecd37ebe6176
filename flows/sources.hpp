// The sources of a revision as one text, as the store keeps what was published. Pure. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "flows/loader.hpp"

namespace shubbak::flows {

// A folder's table of more keywords for flows, beside its flows/ and strings/.
inline constexpr std::string_view keyword_table_name = "keywords.yaml";
bool is_keyword_table(const std::string& name);

// A name without where the deployment happened to lie: "syria-kuwwa/flows/debt.yaml",
// "syria-kuwwa/keywords.yaml". A revision's id is made of these, so that the same sources have the same one on every
// machine, in a folder or in the database.
std::string plain_name(const std::string& name);
std::vector<SourceFile> with_plain_names(std::vector<SourceFile> files);

std::string pack_sources(std::span<const SourceFile> files);
Result<std::vector<SourceFile>> unpack_sources(std::string_view packed);  // malformed: not what pack_sources() wrote

}  // namespace shubbak::flows
