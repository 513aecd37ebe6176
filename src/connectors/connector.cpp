#include "connectors/connector.hpp"

#include <algorithm>

namespace shubbak::connectors {

bool RequestForm::has(Argument argument) const {
  return target.has(argument) || body.has(argument) ||
         std::ranges::any_of(headers, [&](const Header& header) { return header.value.has(argument); });
}

OutgoingRequest fill_in(const RequestForm& form, const Arguments& arguments) {
  OutgoingRequest request;
  form.target.append_to(request.target, arguments);
  form.body.append_to(request.body, arguments);
  request.headers.reserve(form.headers.size());
  for (const Header& header : form.headers) {
    std::string& line = request.headers.emplace_back(header.name);
    line.append(": ");
    header.value.append_to(line, arguments);
  }
  return request;
}

}  // namespace shubbak::connectors
