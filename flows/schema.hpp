// The JSON Schema (draft 2020-12) of flow files, made from the grammar, for editors that complete and check as an
// author types. It takes what the loader takes, whether scalars are read as text or as YAML 1.2 types them (only a
// name that YAML takes for true or false has to be quoted); what only a deployment knows (does this state exist?) is
// for the loader. Pure. Thread: any.
#pragma once

#include <string>

namespace shubbak::flows {

// Laid out over lines, the same at each call.
std::string json_schema();

}  // namespace shubbak::flows
