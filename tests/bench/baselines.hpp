// What the daemon's figures are compared with in the same run: the least that any ESME and any HTTP client can do.
// Each runs as a process of its own on the daemon's processor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shubbak::bench {

// A transceiver that gives every deliver_sm back as a submit_sm with the same text: one read, one write a batch,
// nothing else. Until the SMSC closes.
int echo_esme(std::uint16_t port);

// libcurl's multi interface as its manual shows it, with connections kept alive: `concurrent` questions of the
// company API at a time, over the given companies in turn. Prints "<requests> <seconds> <CPU seconds>".
int bare_curl(double seconds, std::uint32_t concurrent, std::uint32_t accounts, const std::vector<std::string>& urls);

}  // namespace shubbak::bench
