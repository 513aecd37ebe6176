#include "samples/sample_company/person_register.hpp"

#include <string>

namespace shubbak::samples {

Reply standing_of(std::string_view national_id) {
  std::string_view standing = "exists";
  if (national_id.starts_with("06")) standing = "unknown";
  if (national_id.starts_with("05")) standing = "deceased";
  std::string body = R"({"national_id":")";
  body.append(national_id).append(R"(","standing":")").append(standing).append("\"");
  if (standing == "exists")
    body.append(R"(,"initials":")").append(national_id == "01234567890" ? "A. H." : "S").append("\"");
  return {200, body.append("}")};
}

}  // namespace shubbak::samples
