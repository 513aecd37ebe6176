// Any octets as a flow, its strings and what people and services do with it. The input is up to three parts with the
// octet 0x1E between them: flows/f.yaml, strings/ar.yaml (added to what every deployment needs), and a script of
// actions (walk.hpp).
// Properties: loading ends and tells each fault at a place inside the files; a flow that loads never fails however it
// is walked, every screen fits, and a session is taken up from its saved text as it was.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/walk.hpp"

using namespace shubbak;
using namespace shubbak::flows;

namespace {

void check_faults(const std::vector<Diagnostic>& faults) {
  SHUBBAK_ASSERT(!faults.empty());
  for (const Diagnostic& fault : faults)
    SHUBBAK_ASSERT(!fault.file.empty() && fault.line >= 1 && fault.column >= 1 && !fault.message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  std::vector<std::string> parts = fuzz::split(text, '\x1E', 3);
  parts.resize(3);
  const auto revision = fuzz::load_flow(parts[0], parts[1]);
  if (!revision) {
    check_faults(revision.error());
    return 0;
  }
  fuzz::Walk walk(**revision);
  walk.act("d1");
  walk.act_all(parts[2]);
  return 0;
}
