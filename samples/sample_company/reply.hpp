// What the sample company answers to one request.
#pragma once

#include <string>
#include <string_view>

namespace shubbak::samples {

struct Reply {
  int status = 200;
  std::string body;
  std::string_view type = "application/json";
};

}  // namespace shubbak::samples
