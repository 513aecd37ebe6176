// The grammar is what the loader reads by: what it says must be there is demanded, what it does not know is refused,
// and the schema that editors get is made from it.
#include "flows/grammar.hpp"

#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "flows/schema.hpp"
#include "flows/yaml_reader.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;
using grammar::Form;
using grammar::Key;
using grammar::Mapping;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string all_of_it = read(SHUBBAK_FLOWS_TESTS_DIR "/every_key.yaml");
constexpr const char* a_part = R"(
flow: part
schema: 1
slots: {of: {digits: [1, 12]}, found: {int: [1, 9]}}
takes: [of]
states:
  put: {set: {found: 1}, then: back}
  back: {return: found}
)";

// A tree as a flow file, everything quoted.
std::string written(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::text:
      for (const char c : node.text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
      return "\"" + out + "\"";
    case Node::Kind::sequence:
      for (const Node& child : node.children) out += written(child) + ", ";
      return "[" + out + "]";
    case Node::Kind::mapping:
      for (const Node& child : node.children) out += "\"" + child.key + "\": " + written(child) + ", ";
      return "{" + out + "}";
  }
  return out;
}

Node tree(const std::string& text) {
  Faults faults({"flows/home.yaml"});
  auto root = read_yaml(text, 0, faults);
  REQUIRE(root);
  return std::move(*root);
}

Deployment with_home(const std::string& home) {
  return {.flows = {{"home", home}, {"part", a_part}},
          .en = "t: T\nm: \"{code}\"\nitem: \"{label}\"\n",
          .locales = {"en"}};
}

// Walks a tree and the grammar side by side.
class EveryMapping {
 public:
  using Visit = std::function<void(Node& node, const Mapping& mapping)>;
  explicit EveryMapping(Visit visit) : visit_(std::move(visit)) {}

  void over(Node& node, const Mapping& mapping) {
    if (mapping.variants.empty()) {
      visit_(node, mapping);
      for (Node& child : node.children) {
        if (const Key* key = mapping.key(child.key)) value(child, *key);
      }
      return;
    }
    const Mapping* variant = nullptr;
    for (const Mapping* one : mapping.variants) {
      if (is_of(node, *one)) variant = one;
    }
    REQUIRE(variant != nullptr);
    over(node, *variant);
  }

 private:
  // As JSON Schema's oneOf finds out: every key that must be there is, and no other one.
  static bool is_of(const Node& node, const Mapping& mapping) {
    if (!mapping.variants.empty())
      return std::ranges::any_of(mapping.variants, [&](const Mapping* one) { return is_of(node, *one); });
    for (const Node& child : node.children) {
      const Key* key = mapping.key(child.key);
      if (key == nullptr) return false;
      if (key->form == Form::word && std::ranges::find(key->words, child.text) == key->words.end()) return false;
      if (key->form == Form::mapping && !is_of(child, *key->of)) return false;
    }
    return std::ranges::all_of(mapping.keys,
                               [&](const Key& key) { return !key.is_required || node.find(key.name) != nullptr; });
  }

  void value(Node& node, const Key& key) {
    const bool is_many = key.form == Form::list || key.form == Form::map;
    if (key.form == Form::mapping) over(node, *key.of);
    if (is_many && key.element == Form::mapping) {
      for (Node& child : node.children) over(child, *key.of);
    } else if (is_many) {
      for (Node& child : node.children) form(child, key.element);
    } else {
      form(node, key.form);
    }
  }

  void form(Node& node, Form form_of_it) {
    if (form_of_it == Form::channel_text && node.kind == Node::Kind::mapping) over(node, grammar::channel_text);
    if (form_of_it == Form::input_then && node.find("ok") != nullptr) {
      over(node, grammar::input_then);
    } else if (form_of_it == Form::branch || form_of_it == Form::input_then) {
      branch(node);
    } else if (form_of_it == Form::outcomes) {
      for (Node& child : node.children) branch(child);
    }
  }

  void branch(Node& node) {
    if (node.kind == Node::Kind::mapping) over(node, grammar::target);
    if (node.kind == Node::Kind::sequence) {
      for (Node& child : node.children) over(child, grammar::choice);
    }
  }

  Visit visit_;
};

}  // namespace

TEST_CASE("grammar: a flow that has all of it is loaded") {
  CHECK(faults_of(with_home(all_of_it)).empty());
}

TEST_CASE("grammar: the example has every key of every mapping") {
  std::set<std::string> seen;
  std::set<const Mapping*> mappings;
  const auto note = [&](Node& node, const Mapping& mapping) {
    mappings.insert(&mapping);
    for (const Node& child : node.children) seen.insert(std::string(mapping.id) + "." + child.key);
  };
  Node home = tree(all_of_it);
  Node part = tree(a_part);
  EveryMapping(note).over(home, grammar::flow_file);
  EveryMapping(note).over(part, grammar::flow_file);
  for (const Mapping* mapping : mappings) {
    for (const Key& key : mapping->keys) {
      const std::string name = std::string(mapping->id) + "." + std::string(key.name);
      const bool beside_others = name == "digits_input.len" || mapping->id == "measured_input" ||
                                 name == "text_slot.secret" || name == "target.flow" || name == "menu_item.flow" ||
                                 name == "choice_input.refuse" || name == "choice_input.retries" ||
                                 name == "plain_input.refuse" || name == "plain_input.retries" ||
                                 name == "money.save" || name == "input_state.invalid";
      INFO(name);
      CHECK((beside_others || seen.contains(name)));
      CHECK(key.says.ends_with("."));
    }
  }
  CHECK(mappings.size() >= 35);
}

TEST_CASE("grammar: without a key that must be there nothing is loaded") {
  int tried = 0;
  Node root = tree(all_of_it);
  EveryMapping([&](Node& node, const Mapping& mapping) {
    for (const Key& key : mapping.keys) {
      if (!key.is_required) continue;
      const auto place = std::ranges::find(node.children, key.name, &Node::key);
      REQUIRE(place != node.children.end());
      const auto at = place - node.children.begin();
      Node taken = *place;
      node.children.erase(place);
      INFO(mapping.id << " without " << key.name);
      CHECK_FALSE(faults_of(with_home(written(root))).empty());
      node.children.insert(node.children.begin() + at, std::move(taken));
      ++tried;
    }
  }).over(root, grammar::flow_file);
  CHECK(tried > 80);
  CHECK(faults_of(with_home(written(root))).empty());
}

TEST_CASE("grammar: a key that it does not know is refused by its name") {
  int tried = 0;
  Node root = tree(all_of_it);
  EveryMapping([&](Node& node, const Mapping& mapping) {
    Node stray;
    stray.key = "zzzzzz";
    stray.text = "x";
    node.children.push_back(stray);
    INFO(mapping.id);
    CHECK_THAT(faults_of(with_home(written(root))), Catch::Contains("unknown key 'zzzzzz'"));
    node.children.pop_back();
    ++tried;
  }).over(root, grammar::flow_file);
  CHECK(tried > 60);
}

TEST_CASE("grammar: keys that do not go with a type are refused") {
  const auto fault = [](const std::string& from, const std::string& to) {
    std::string text = all_of_it;
    text.replace(text.find(from), from.size(), to);
    return faults_of(with_home(text));
  };
  CHECK_THAT(fault("{type: date, ", "{type: date, max: 4, "), Catch::Contains("'max' does not go with this type"));
  CHECK_THAT(fault("{type: date, ", "{type: date, from: things, "), Catch::Contains("a list is for type: choice"));
  CHECK_THAT(fault("{int: [0, 9999]}", "{int: [0, 9999], max: 4}"), Catch::Contains("'max' does not go with int"));
  CHECK_THAT(fault("{int: [0, 9999]}", "{int: [0, 9999], secret: true}"), Catch::Contains("only text and digits"));
  CHECK_THAT(fault("{ref: things}", "{ref: things, min: 1}"), Catch::Contains("'min' does not go with ref"));
}

TEST_CASE("schema: docs/flow.schema.json is what `shubbak schema` prints") {
  INFO("build/dev/src/cli/shubbak schema >docs/flow.schema.json");
  CHECK(read(SHUBBAK_DOCS_DIR "/flow.schema.json") == json_schema());
}
