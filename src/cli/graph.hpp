// A flow as a picture: Graphviz' DOT. States by kind, the gates of money and codes marked, every way with the key or
// outcome that takes it. Pure.
#pragma once

#include <string>

#include "flows/revision.hpp"

namespace shubbak::cli {

// `flow` is an index into revision.flows(); texts are shown in `locale`.
std::string dot_of(const flows::Revision& revision, std::uint16_t flow, std::uint8_t locale);

}  // namespace shubbak::cli
