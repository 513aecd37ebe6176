#include "daemon/text_file.hpp"

#include <fstream>

namespace shubbak::daemon {
namespace {

constexpr std::size_t file_octets_max = 1U << 20U;

}  // namespace

Result<std::string> text_of_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error{Errc::not_found, "cannot be read"};
  std::string text(file_octets_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > file_octets_max) return Error{Errc::limit, "is larger than 1 MiB"};
  return text;
}

flows::Diagnostic fault_of_file(const std::string& file, const Error& error) {
  const bool is_large = error.code == Errc::limit;
  return {.file = file,
          .line = 1,
          .column = 1,
          .message = error.message,
          .hint = is_large ? "a configuration is far smaller: is it the right file?"
                           : "check the path and its permissions"};
}

}  // namespace shubbak::daemon
