// The sources of a revision as one text, as the store keeps what was published. Pure. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "flows/loader.hpp"

namespace shubbak::flows {

// Names without where the deployment happened to lie: "syria-kuwwa/flows/debt.yaml". So the same sources have the
// same revision id on every machine.
std::vector<SourceFile> with_plain_names(std::vector<SourceFile> files);

std::string pack_sources(std::span<const SourceFile> files);
Result<std::vector<SourceFile>> unpack_sources(std::string_view packed);  // malformed: not what pack_sources() wrote

}  // namespace shubbak::flows
