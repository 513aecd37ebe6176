#include "flows/schema.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "flows/grammar.hpp"

namespace shubbak::flows {
namespace {

namespace json = boost::json;
using grammar::Bounds;
using grammar::Form;
using grammar::Key;
using grammar::Mapping;

constexpr std::string_view name_pattern = "^[a-z_][a-z0-9_]{0,39}$";

json::string text(std::string_view value) {
  return json::string(value.data(), value.size());
}
std::string_view view(const json::string& value) {
  return {value.data(), value.size()};
}

json::object reference(std::string_view definition) {
  return {{"$ref", text("#/$defs/" + std::string(definition))}};
}

json::array texts(std::span<const std::string_view> all) {
  json::array out;
  for (const std::string_view one : all) out.push_back(text(one));
  return out;
}

// Editors read a plain 12 as a number, the loader as a text: both are meant.
json::object integer(Bounds bounds) {
  return {
      {"type", {"integer", "string"}}, {"minimum", bounds.min}, {"maximum", bounds.max}, {"pattern", "^-?[0-9]+$"}};
}

json::object digits_as_text(std::string_view pattern, std::int64_t most) {
  return {{"type", {"string", "integer"}}, {"pattern", text(pattern)}, {"minimum", 0}, {"maximum", most}};
}

json::object pattern_of(std::string_view pattern) {
  return {{"type", "string"}, {"pattern", text(pattern)}};
}

json::object pair_of(const json::object& element) {
  return {{"type", "array"}, {"items", element}, {"minItems", 2}, {"maxItems", 2}};
}

json::object one_word(std::span<const std::string_view> words) {
  json::array all = texts(words);
  for (const std::string_view word : words) {
    if (word == "1") all.push_back(1);
  }
  return {{"enum", std::move(all)}};
}

class Generator {
 public:
  std::string generate() {
    define(grammar::flow_file);
    json::object root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "A Shubbak flow"},
                      {"description", text(grammar::flow_file.says)},
                      {"$ref", text("#/$defs/" + std::string(grammar::flow_file.id))}};
    // In the order of their names, so that a change of the grammar is a small change here.
    std::sort(definitions_.begin(), definitions_.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    json::object definitions;
    for (auto& [name, definition] : definitions_) definitions[name] = std::move(definition);
    root["$defs"] = std::move(definitions);
    std::string out;
    print(out, root, 0);
    return out + "\n";
  }

 private:
  json::object named(std::string_view name, json::object definition) {
    if (!is_defined(name)) definitions_.emplace_back(std::string(name), std::move(definition));
    return reference(name);
  }
  [[nodiscard]] bool is_defined(std::string_view name) const {
    return std::any_of(definitions_.begin(), definitions_.end(), [&](const auto& one) { return one.first == name; });
  }

  json::object define(const Mapping& mapping) {
    if (is_defined(mapping.id)) return reference(mapping.id);
    definitions_.emplace_back(std::string(mapping.id), json::object());
    json::object definition{{"description", text(mapping.says)}};
    if (mapping.variants.empty()) {
      properties(mapping, definition);
    } else {
      json::array variants;
      for (const Mapping* variant : mapping.variants) variants.push_back(define(*variant));
      definition["oneOf"] = std::move(variants);
    }
    const auto place = std::find_if(definitions_.begin(), definitions_.end(),
                                    [&](const auto& one) { return one.first == mapping.id; });
    place->second = std::move(definition);
    return reference(mapping.id);
  }

  void properties(const Mapping& mapping, json::object& definition) {
    json::object properties;
    json::array required;
    for (const Key& key : mapping.keys) {
      json::object property = value_of(key);
      property["description"] = text(key.says);
      properties[key.name] = std::move(property);
      if (key.is_required) required.push_back(text(key.name));
    }
    definition["type"] = "object";
    definition["properties"] = std::move(properties);
    if (!required.empty()) definition["required"] = std::move(required);
    definition["additionalProperties"] = false;
    if (!mapping.one_of.empty()) definition["oneOf"] = each_required(mapping.one_of);
    if (!mapping.any_of.empty()) definition["anyOf"] = each_required(mapping.any_of);
    if (!mapping.together.empty()) {
      json::object dependent;
      for (const std::string_view key : mapping.together) dependent[key] = texts(mapping.together);
      definition["dependentRequired"] = std::move(dependent);
    }
  }

  static json::array each_required(std::span<const std::string_view> keys) {
    json::array out;
    for (const std::string_view key : keys) out.push_back(json::object{{"required", json::array{text(key)}}});
    return out;
  }

  json::object value_of(const Key& key) {
    switch (key.form) {
      case Form::list:
        return {{"type", "array"},
                {"items", element_of(key)},
                {"minItems", key.bounds.min},
                {"maxItems", key.bounds.max == 0 ? grammar::slots_bounds.max : key.bounds.max}};
      case Form::map: {
        json::object out{{"type", "object"},
                         {"propertyNames", name()},
                         {"additionalProperties", element_of(key)},
                         {"minProperties", key.bounds.min}};
        if (key.bounds.max != 0) out["maxProperties"] = key.bounds.max;
        return out;
      }
      case Form::mapping:
        return define(*key.of);
      default:
        return scalar(key.form, key.bounds, key.words);
    }
  }

  json::object element_of(const Key& key) {
    if (key.element == Form::mapping) return define(*key.of);
    // The bounds are the list's; those of a pair of lengths are of digits.
    return scalar(key.element, grammar::digits_length_bounds, key.words);
  }

  json::object scalar(Form form, Bounds bounds, std::span<const std::string_view> words) {
    switch (form) {
      case Form::text:
        return {{"type", "string"}, {"minLength", 1}};
      case Form::name:
        return name();
      case Form::word:
        return one_word(words);
      case Form::flag:
        return {{"enum", {true, false, "true", "false"}}};
      case Form::integer:
        return integer(bounds);
      case Form::range:
        return pair_of(integer(bounds));
      case Form::lengths:
        return {{"oneOf", {integer(bounds), pair_of(integer(bounds))}}};
      case Form::duration:
        return named("duration", pattern_of("^[0-9]+(ms|s|m|h)$"));
      case Form::code:
        return code();
      case Form::answer_key:
        return named("answer_key", digits_as_text("^[0-9]{1,3}$", 999));
      case Form::navigation_key:
        return named("navigation_key", digits_as_text("^[0-9*#]{1,3}$", 999));
      case Form::condition:
        return named("condition", {{"type", {"string", "boolean"}}, {"maxLength", 512}});
      case Form::operand:
        return named("operand", pattern_of("^[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?$"));
      case Form::result:
        return named("result", pattern_of("^\\$\\..+$"));
      case Form::scalar:
        return {{"type", {"string", "number", "boolean"}}};
      case Form::channel_text:
        return named("channel_text", {{"oneOf", {name(), define(grammar::channel_text)}}});
      case Form::branch:
        return branch();
      case Form::input_then:
        return named("then_of_input", {{"oneOf", {branch(), define(grammar::input_then)}}});
      case Form::outcomes:
        return outcomes();
      case Form::grants:
        return named("grants", {{"oneOf", {name(), {{"type", "array"}, {"items", name()}, {"minItems", 1}}}}});
      case Form::mapping:
      case Form::list:
      case Form::map:
        break;
    }
    return {};
  }

  json::object name() { return named("name", pattern_of(name_pattern)); }

  json::object code() {
    json::object definition = digits_as_text("^(?![0-9]{6}$)[0-9]{1,8}(\\*[0-9]{1,8}){0,3}$", 99'999'999);
    // Six digits are how a confirmation code is dialled.
    definition["not"] = {{"type", "integer"}, {"minimum", 100'000}, {"maximum", 999'999}};
    return named("code", std::move(definition));
  }

  json::object branch() {
    const json::object choices{{"type", "array"},
                               {"items", define(grammar::choice)},
                               {"minItems", grammar::choices_bounds.min},
                               {"maxItems", grammar::choices_bounds.max}};
    return named("branch", {{"description", "Where to go: a state, a target, or choices."},
                            {"oneOf", {name(), define(grammar::target), choices}}});
  }

  json::object outcomes() {
    return named("outcomes", {{"description", "Outcomes, several of them with | between, each with where it leads."},
                              {"type", "object"},
                              {"propertyNames", pattern_of("^[a-z_][a-z0-9_]*(\\|[a-z_][a-z0-9_]*)*$")},
                              {"additionalProperties", branch()},
                              {"minProperties", 1}});
  }

  static bool is_short(const json::value& value) {
    constexpr std::size_t line_max = 100;
    return json::serialize(value).size() <= line_max;
  }

  static void print(std::string& out, const json::value& value, std::size_t depth) {
    const std::string margin(2 * depth + 2, ' ');
    const std::string end = "\n" + std::string(2 * depth, ' ');
    if (is_short(value)) {
      out += view(json::string(json::serialize(value)));
    } else if (const json::object* object = value.if_object()) {
      const char* before = "{\n";
      for (const auto& [key, member] : *object) {
        out += before + margin + json::serialize(json::value(key)) + ": ";
        print(out, member, depth + 1);
        before = ",\n";
      }
      out += end + "}";
    } else if (const json::array* array = value.if_array()) {
      const char* before = "[\n";
      for (const json::value& element : *array) {
        out += before + margin;
        print(out, element, depth + 1);
        before = ",\n";
      }
      out += end + "]";
    } else {
      out += json::serialize(value);
    }
  }

  std::vector<std::pair<std::string, json::object>> definitions_;
};

}  // namespace

std::string json_schema() {
  return Generator().generate();
}

}  // namespace shubbak::flows
