// Faults that the simulator must find.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shubbak::sim {

enum class Plant : std::uint8_t {
  none,
  answers_early,        // the disk says that it has synced, and has not: what is told may be lost
  releases_on_timeout,  // the connector takes a time-out for a refusal
  new_keys,             // the connector makes a new key for each request to pay
  clocks_apart,         // the companies' clocks are five minutes behind, and take what was given up
  loses_texts,          // the link says that a text is sent, and now and then forgets it
  loses_waits,          // what waits for a code is forgotten when the daemon starts
  hides_disk_errors,    // the store takes a commit that the disk refused (it is full, say) for done
  trusts_the_log,       // it takes for durable what one before it, in doubt, has left in the log
  steps_twice,          // the desk steps a press twice that the gateway delivers again on a new connection
  resps_in_order,       // the link takes each resp for that of the text which waits longest, also where one overtakes
};
constexpr std::array<std::string_view, 11> plant_names{
    "none",        "answers_early",     "releases_on_timeout", "new_keys",    "clocks_apart",  "loses_texts",
    "loses_waits", "hides_disk_errors", "trusts_the_log",      "steps_twice", "resps_in_order"};

}  // namespace shubbak::sim
