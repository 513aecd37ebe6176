// Words of a deployment for tests that only need some.
#pragma once

#include <catch2/catch.hpp>

#include "flows/loader.hpp"
#include "flows/revision.hpp"

namespace shubbak::services {

// A deployment whose every string is its name behind its language.
inline std::shared_ptr<const flows::Revision> two_languages() {
  std::vector<flows::SourceFile> files{
      {"flows/home.yaml", "flow: home\nschema: 1\nstates: {title: {end: {text: title}}}\n"}};
  for (const std::string locale : {"ar", "en"}) {
    std::string strings = "title: t\n";
    for (const std::string_view name : flows::system_string_names) {
      strings.append(name).append(": ").append(locale).append(" ").append(name).append("\n");
    }
    files.push_back({"strings/" + locale + ".yaml", std::move(strings)});
  }
  auto loaded = flows::load(files, {.locales = {"ar", "en"}, .home_flow = "home", .services = {}});
  REQUIRE(loaded.ok());
  return *loaded;
}

// A deployment whose every string is the last word of its name.
inline std::shared_ptr<const flows::Revision> plain_words() {
  std::string strings = "title: t\n";
  for (const std::string_view name : flows::system_string_names) {
    strings.append(name).append(": ").append(name.substr(name.rfind('_') + 1)).append("\n");
  }
  const std::vector<flows::SourceFile> files{
      {"flows/home.yaml", "flow: home\nschema: 1\nstates: {title: {end: {text: title}}}\n"},
      {"strings/en.yaml", strings}};
  auto loaded = flows::load(files, {.locales = {"en"}, .home_flow = "home", .services = {}});
  REQUIRE(loaded.ok());
  return *loaded;
}

}  // namespace shubbak::services
