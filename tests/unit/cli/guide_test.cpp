// Every example of docs/flows.md holds. Each section of the guide is a small deployment of its own: its flows and
// strings are loaded, and its conversations rehearsed, where they stand; what a section says again replaces what it
// said before.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "cli/test_runner.hpp"
#include "flows/grammar.hpp"
#include "flows/loader.hpp"
#include "flows/sources.hpp"
#include "services/service.hpp"

using namespace shubbak;
using namespace shubbak::cli;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) FAIL("cannot read " << path);
  return text;
}

struct Block {
  int line = 0;          // of its first line
  std::string language;  // yaml, text; empty: something to be typed at a prompt
  std::string name;      // flows/hours.yaml
  std::string text;
  bool is_faulty = false;
};
struct Section {
  std::string title;
  std::vector<Block> blocks;
};

std::vector<Section> sections_of(const std::string& guide) {
  std::vector<Section> sections{{"(head)", {}}};
  bool is_in_block = false;
  int number = 0;
  for (std::size_t at = 0; at < guide.size();) {
    const std::size_t end = std::min(guide.find('\n', at), guide.size());
    const std::string line = guide.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.starts_with("```")) {
      is_in_block = !is_in_block;
      if (is_in_block) sections.back().blocks.push_back({number + 1, line.substr(3), {}, {}, false});
    } else if (is_in_block) {
      sections.back().blocks.back().text += line + "\n";
    } else if (line.starts_with("## ")) {
      sections.push_back({line.substr(3), {}});
    }
  }
  for (Section& section : sections) {
    for (Block& block : section.blocks) {
      if (block.language != "yaml") continue;
      const std::string first = block.text.substr(0, block.text.find('\n'));
      block.is_faulty = first.starts_with("# faulty ");
      block.name = first.substr(std::min(first.size(), block.is_faulty ? std::size_t{9} : std::size_t{2}));
    }
  }
  return sections;
}

const std::vector<rehearsal::Profile> operators{{.name = "syriatel"}, {.name = "mtn", .ussd_octets_max = 182}};

class GuideDeployment {
 public:
  void put(const Block& block) {
    if (block.name.starts_with("strings/")) {
      strings_[block.name] += block.text;
    } else {
      // Line 1 of the file is the block's remark, which names it.
      flows_[block.name] = block.text;
    }
  }
  // The same block as it was before.
  [[nodiscard]] bool has(const Block& block) const { return flows_.contains(block.name); }

  Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>> load() const {
    std::vector<flows::SourceFile> files;
    std::vector<std::string> locales;
    for (const std::string locale : {"en", "ar"}) {
      if (!strings_.contains("strings/" + locale + ".yaml")) continue;
      locales.push_back(locale);
      const std::string common = "/common/strings/" + locale + ".yaml";
      files.push_back({"common/strings/" + locale + ".yaml", read(SHUBBAK_CONFIG_DIR + common)});
    }
    files.push_back({"flows/home.yaml", "flow: home\nschema: 1\nstates: {main: {end: {text: sys_try_later}}}\n"});
    for (const auto& [name, text] : strings_) files.push_back({name, text});
    for (const auto& [name, text] : flows_) files.push_back({name, text});
    return flows::load(files, {.locales = locales, .home_flow = "home", .services = services::signatures()});
  }

 private:
  std::map<std::string, std::string> flows_;
  std::map<std::string, std::string> strings_;
};

// Each fault with its rule, and what to do in a line of its own.
std::string joined(const std::vector<flows::Diagnostic>& faults) {
  std::string all;
  for (const flows::Diagnostic& fault : faults) {
    all += fault.file + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column) +
           ": fault: " + fault.message + " [" + std::string(flows::to_string(fault.rule)) + "]\n";
    if (!fault.hint.empty()) all += "    " + fault.hint + "\n";
  }
  return all;
}

std::size_t rehearse(const GuideDeployment& deployment, const Block& block) {
  const auto revision = deployment.load();
  if (!revision)
    FAIL("docs/flows.md:" << block.line << ": before " << block.name << ":\n" << joined(revision.error()));
  const auto conversations = load_conversations(block.name, block.text);
  if (!conversations) FAIL("docs/flows.md:" << block.line << ": " << to_string(conversations.error().front()));
  TestRunner runner(*revision, operators);
  std::size_t rehearsed = 0;
  for (const TestResult& result : runner.run(*conversations)) {
    ++rehearsed;
    INFO("docs/flows.md:" << block.line << ": " << result.conversation << " (" << result.operator_name << ", "
                          << result.locale << ")");
    INFO((result.failure ? to_string(result.failure->at) + ": " + result.failure->message : ""));
    CHECK_FALSE(result.failure);
  }
  return rehearsed;
}

}  // namespace

TEST_CASE("guide: every example of docs/flows.md is loaded and rehearsed") {
  std::size_t flows_seen = 0;
  std::size_t rehearsed = 0;
  for (const Section& section : sections_of(read(SHUBBAK_DOCS_DIR "/flows.md"))) {
    GuideDeployment deployment;
    std::set<std::string> unproven;  // flows and strings that no conversation has come to yet
    bool expects_faults = false;
    for (const Block& block : section.blocks) {
      INFO("docs/flows.md:" << block.line << ": in '" << section.title << "': " << block.name);
      if (block.language == "text" && expects_faults) {
        const auto revision = deployment.load();
        REQUIRE_FALSE(revision);
        CHECK(joined(revision.error()) == block.text);
        expects_faults = false;
        unproven.clear();
      } else if (block.language == "yaml" && block.name.starts_with("tests/")) {
        REQUIRE_FALSE(expects_faults);
        rehearsed += rehearse(deployment, block);
        unproven.clear();
      } else if (block.language == "yaml") {
        REQUIRE((block.name.starts_with("flows/") || block.name.starts_with("strings/") ||
                 block.name == flows::keyword_table_name));
        flows_seen += block.name.starts_with("flows/") ? 1U : 0U;
        expects_faults = expects_faults || block.is_faulty;
        // Replaced before anything has shown that it is right.
        CHECK_FALSE((deployment.has(block) && unproven.contains(block.name)));
        deployment.put(block);
        unproven.insert(block.name);
      }
    }
    INFO("'" << section.title << "' of docs/flows.md");
    CHECK(unproven.empty());
    CHECK_FALSE(expects_faults);
  }
  CHECK(flows_seen >= 18);
  CHECK(rehearsed >= 60);
}

namespace {

void add_keys(const flows::grammar::Mapping& mapping, std::set<std::string>& names) {
  for (const flows::grammar::Key& key : mapping.keys) {
    names.emplace(key.name);
    for (const std::string_view word : key.words) names.emplace(word);
    if (key.of != nullptr) add_keys(*key.of, names);
  }
  for (const flows::grammar::Mapping* variant : mapping.variants) add_keys(*variant, names);
}

}  // namespace

TEST_CASE("guide: it names every key of the language and every step of conversations") {
  const std::string guide = read(SHUBBAK_DOCS_DIR "/flows.md");
  const auto has = [&](const std::string& text) { return guide.find(text) != std::string::npos; };
  std::set<std::string> names;
  add_keys(flows::grammar::flow_file, names);
  add_keys(flows::grammar::channel_text, names);
  add_keys(flows::grammar::input_then, names);
  CHECK(names.size() > 70);
  for (const std::string& name : names) {
    INFO(name);
    CHECK((has(name + ":") || has("`" + name + "`") || has(" " + name + ",") || has(" " + name + "}") ||
           has(" " + name + "`")));
  }
  for (const std::string step : {"dial", "send", "sms", "expect", "expect_sms", "wait", "drop", "redial", "hang_up",
                                 "slow", "late", "duplicate", "crash"}) {
    INFO(step);
    CHECK(has("  - " + step));
  }
}
