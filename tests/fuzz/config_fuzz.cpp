// Any text as a configuration: read or refused with a place, never a crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "daemon/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = shubbak::daemon::parse_config("fuzz.yaml", text, "/etc/shubbak", [](const std::string& name) {
    return name.size() % 2 == 0 ? std::optional<std::string>("7") : std::nullopt;
  });
  if (!config) {
    SHUBBAK_ASSERT(!config.error().empty());
    for (const auto& fault : config.error())
      SHUBBAK_ASSERT(fault.line >= 1 && fault.column >= 1 && !fault.message.empty());
  }
  return 0;
}
