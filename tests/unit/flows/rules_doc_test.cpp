// docs/rules.md: every rule has a section, and the example in it breaks that rule and no other. Examples are read out
// of the page, so that it cannot be wrong about them.
#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;

namespace {

// The examples of each section, by its rule's name.
std::map<std::string, std::vector<std::string>> examples() {
  std::ifstream page(SHUBBAK_DOCS_DIR "/rules.md");
  REQUIRE(page.good());
  std::map<std::string, std::vector<std::string>> all;
  std::string rule;
  bool is_example = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) rule = line.substr(3);
    if (line.starts_with("```")) {
      is_example = line == "```yaml";
      if (is_example) all[rule].emplace_back();
    } else if (is_example) {
      all[rule].back() += line + "\n";
    }
  }
  return all;
}

struct Example {
  std::vector<SourceFile> files;      // the candidate
  std::vector<SourceFile> published;  // its flows before; may be empty
  std::vector<std::string> locales{"en"};
};
Example split(const std::string& text) {
  Example example;
  std::vector<SourceFile> all{{"flows/home.yaml", {}}};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ") && line.ends_with(".yaml")) {
      all.push_back({line.substr(2), {}});
    } else {
      all.back().text += line + "\n";
    }
  }
  for (SourceFile& file : all) {
    if (file.name == "strings/ar.yaml") example.locales.emplace_back("ar");
    (file.name.starts_with("published/") ? example.published : example.files).push_back(std::move(file));
  }
  for (const std::string& locale : example.locales) {
    const SourceFile common{"common/strings/" + locale + ".yaml", system_strings(locale)};
    example.files.insert(example.files.begin(), common);
    example.published.insert(example.published.begin(), common);
  }
  return example;
}

std::vector<Diagnostic> faults(const Example& example) {
  LoadOptions options;
  options.locales = example.locales;
  options.services = services();
  const auto revision = load(example.files, options);
  if (!revision) return revision.error();
  const OperatorProfile profile{.name = "op"};
  if (example.published.size() == example.locales.size())
    return check(**revision, {.operators = {&profile, 1}, .published = nullptr});
  const auto published = load(example.published, options);
  if (!published) return published.error();
  return check(**revision, {.operators = {&profile, 1}, .published = published->get()});
}

}  // namespace

TEST_CASE("docs/rules.md explains every rule, with an example that breaks it and no other") {
  const std::map<std::string, std::vector<std::string>> all = examples();
  CHECK(all.size() == rule_names.size());
  for (const std::string_view rule : rule_names) {
    CAPTURE(rule);
    const auto texts = all.find(std::string(rule));
    REQUIRE(texts != all.end());
    for (const std::string& text : texts->second) {
      CAPTURE(text);
      const std::vector<Diagnostic> told = faults(split(text));
      CHECK_FALSE(told.empty());
      for (const Diagnostic& fault : told) {
        CAPTURE(to_string(fault));
        CHECK(to_string(fault.rule) == rule);
      }
    }
  }
}
