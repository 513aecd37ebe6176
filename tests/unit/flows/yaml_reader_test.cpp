#include "flows/yaml_reader.hpp"

#include <catch2/catch.hpp>

using namespace shubbak::flows;

namespace {

std::string fault_of(std::string_view yaml) {
  Faults faults({"f.yaml"});
  const auto root = read_yaml(yaml, 0, faults);
  const auto told = std::move(faults).take();
  CHECK(root.has_value() == told.empty());
  return told.empty() ? std::string() : to_string(told.front());
}

}  // namespace

TEST_CASE("claim: the surprises of YAML 1.1 do not bite") {
  Faults faults({"f.yaml"});
  const auto root = read_yaml("on: yes\n08: 1e3\nno: 0x10\n'~': 12:30:45\n2026-10-05: \"null\"\n", 0, faults);
  REQUIRE(root.has_value());
  REQUIRE(root->children.size() == 5);
  CHECK(root->find("on")->text == "yes");
  CHECK(root->find("08")->text == "1e3");
  CHECK(root->find("no")->text == "0x10");
  CHECK(root->find("~")->text == "12:30:45");
  CHECK(root->find("2026-10-05")->text == "null");
  CHECK(root->find("2026-10-05")->is_quoted);
  CHECK_FALSE(root->find("on")->is_quoted);
}

TEST_CASE("yaml: positions count characters, not octets") {
  Faults faults({"f.yaml"});
  const auto root = read_yaml("a: [فاتورة, bill]\nb:\n  c: {d: e}\n", 0, faults);
  REQUIRE(root.has_value());
  const Node& words = *root->find("a");
  CHECK(words.children[0].at.column == 5);
  CHECK(words.children[1].at.column == 13);
  const Node& deep = *root->find("b")->find("c")->find("d");
  CHECK(deep.at.line == 3);
  CHECK(deep.at.column == 10);
  CHECK(deep.key_at.column == 7);
}

TEST_CASE("yaml: what could hide or multiply a value is refused where it stands") {
  const auto [yaml, fault] = GENERATE(table<std::string, std::string>({
      {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key 'a' is here twice (the first one is in line 1)"},
      {"a: &x 1\nb: *x\n", "f.yaml:1:4: anchors (&name) are not allowed (write the value out where it is needed)"},
      {"a: *x\n",
       "f.yaml:1:4: this is not YAML: the referenced anchor is not defined (check indentation, brackets and quotes)"},
      {"a: !!int 5\n", "f.yaml:1:4: tags (!name) are not allowed (everything is read as text)"},
      {"a: !x {b: c}\n", "f.yaml:1:4: tags (!name) are not allowed (everything is read as text)"},
      {"a:\nb: 1\n",
       "f.yaml:1:1: 'a' has no value (write it, or put \"...\" around it if the word null or ~ itself is meant)"},
      {"a: ~\n",
       "f.yaml:1:1: 'a' has no value (write it, or put \"...\" around it if the word null or ~ itself is meant)"},
      {"a: 1\n---\nb: 2\n", "f.yaml:3:1: a second document (---) in one file (one file, one flow)"},
      {"? {a: b}\n: c\n", "f.yaml:1:3: a key must be plain text"},
      {"a: [1, ~]\n",
       "f.yaml:1:8: a value is missing here (write it, or put \"...\" around it if the word null or ~ itself is "
       "meant)"},
      {"a: [1, [2]\n",
       "f.yaml:2:1: this is not YAML: end of sequence flow not found (check indentation, brackets and quotes)"},
      {"a: b: c\n", "f.yaml:1:5: this is not YAML: illegal map value (check indentation, brackets and quotes)"},
      {"", "f.yaml:1:1: the file is empty"},
      {"# only a comment\n", "f.yaml:1:1: the file is empty"},
  }));
  CHECK(fault_of(yaml) == fault);
}

TEST_CASE("yaml: octets that are not text are refused where they stand") {
  CHECK(fault_of("a: \xC3\x28\n") == "f.yaml:1:4: this is not UTF-8 text (save the file as UTF-8)");
  CHECK(fault_of(std::string_view("a: \0b\n", 7)) ==
        "f.yaml:1:4: a control or private-use character is not allowed (take it out)");
  CHECK(fault_of("a: \xEE\x80\x80\n") ==
        "f.yaml:1:4: a control or private-use character is not allowed (take it out)");
  CHECK(fault_of("\xEF\xBB\xBF"
                 "a: b\n")
            .empty());
  CHECK(fault_of("\xFF\xFE"
                 "a")
            .find("not UTF-8") != std::string::npos);
  CHECK(fault_of("a: 1\r\nb: 2\r\n").empty());
}

TEST_CASE("yaml: deep nesting and large files are refused without reading on") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += '[';
  CHECK(fault_of(deep) == "f.yaml:1:1: a key must be plain text");  // what yaml-cpp makes of so many
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  CHECK(fault_of(dashes).find("nested deeper than 32 levels") != std::string::npos);
  const std::string large(LoadLimits::file_octets_max + 1, 'a');
  CHECK(fault_of(large) == "f.yaml:1:1: the file is larger than 1048576 octets");
}

TEST_CASE("yaml: 32 levels are read") {
  std::string nested;
  for (int i = 0; i < 32; ++i) nested += '[';
  nested += "x";
  for (int i = 0; i < 32; ++i) nested += ']';
  CHECK(fault_of(nested).empty());
}
