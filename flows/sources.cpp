#include "flows/sources.hpp"

#include <filesystem>

#include <boost/json.hpp>

namespace shubbak::flows {
namespace json = boost::json;

bool is_keyword_table(const std::string& name) {
  const std::filesystem::path path(name);
  const auto folder = path.parent_path().filename();
  return path.filename() == keyword_table_name && folder != "flows" && folder != "strings";
}

std::string plain_name(const std::string& name) {
  const auto path = std::filesystem::path(name).lexically_normal();
  const auto folder = path.parent_path();
  const auto above = is_keyword_table(path.string()) ? std::filesystem::path() : folder.parent_path().filename();
  std::filesystem::path plain;
  // Never out of the folder that somebody writes them to.
  for (const auto& part : {above, folder.filename(), path.filename()}) {
    if (part != "..") plain /= part;
  }
  return plain.string();
}

std::vector<SourceFile> with_plain_names(std::vector<SourceFile> files) {
  for (SourceFile& file : files) file.name = plain_name(file.name);
  return files;
}

std::string pack_sources(std::span<const SourceFile> files) {
  json::array all;
  for (const SourceFile& file : files) all.push_back({{"name", plain_name(file.name)}, {"text", file.text}});
  return json::serialize(all);
}

Result<std::vector<SourceFile>> unpack_sources(std::string_view packed) {
  const Error malformed{Errc::malformed, "the sources of the revision are damaged"};
  json::error_code error;
  const json::value parsed = json::parse(json::string_view(packed.data(), packed.size()), error);
  const auto* array = error ? nullptr : parsed.if_array();
  if (array == nullptr) return malformed;
  std::vector<SourceFile> files;
  for (const json::value& one : *array) {
    const auto* object = one.if_object();
    const auto* name = object == nullptr ? nullptr : object->if_contains("name");
    const auto* text = object == nullptr ? nullptr : object->if_contains("text");
    if (name == nullptr || text == nullptr || !name->is_string() || !text->is_string()) return malformed;
    files.push_back({std::string(name->get_string()), std::string(text->get_string())});
  }
  return files;
}

}  // namespace shubbak::flows
