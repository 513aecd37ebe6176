// What the bodies of the API consist of. Each is described once, by describe(visitor, body), and from that one
// description it is read from JSON, written to JSON, and explained in the OpenAPI document, so that the three cannot
// differ (as config_fields.hpp does for the configuration). Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "domain/result.hpp"

namespace shubbak::admin {

// What is wrong with a request, in the one form of the API's errors.
enum class Code : std::uint8_t {
  bad_request,      // no HTTP, no JSON, or not the form that the document says
  invalid,          // well formed, but not a value that is taken
  unauthenticated,  // no session, or it has ended
  forbidden,
  unknown_path,
  not_found,
  wrong_method,
  wrong_type,
  too_large,
  conflict,
  locked,  // too many failed logins: later
  too_many_requests,
  unavailable,
  internal,
};
struct CodeRow {
  Code code;
  std::string_view name;
  unsigned status;  // of HTTP
};
std::span<const CodeRow> codes();  // in the order of the enumerators
inline const CodeRow& row_of(Code code) {
  return codes()[static_cast<std::size_t>(code)];
}

struct ApiError {
  Code code;
  std::string message;
  std::string field{};       // where in the body, as "files[2].name"; "" where it is no field's fault
  std::uint32_t wait_s = 0;  // locked, too_many_requests: when to try again
};
ApiError api_error(const Error& error, std::string field = {});  // of the house's errors
boost::json::object to_json(const ApiError& error);              // {"error": {"code", "message", "field"}}

struct TextRule {  // lengths in letters, not octets
  std::size_t letters_min = 1;
  std::size_t letters_max = 100;
  std::span<const std::string_view> words = {};  // one of these, if there are any
  bool is_time = false;                          // RFC 3339, for answers
};

// Reads a body; what describe() does not name is a fault. The first fault is kept.
class BodyReader {
 public:
  BodyReader(const boost::json::object& from, std::string path, std::optional<ApiError>& fault)
      : from_(from), path_(std::move(path)), fault_(fault) {}

  void text(std::string_view key, std::string& to, const TextRule& rule, std::string_view);
  void optional_text(std::string_view key, std::optional<std::string>& to, const TextRule& rule, std::string_view);
  void number(std::string_view key, std::int64_t& to, std::string_view);  // 0 and above
  void optional_number(std::string_view key, std::optional<std::int64_t>& to, std::string_view);
  void truth(std::string_view key, bool& to, std::string_view);
  void optional_truth(std::string_view key, std::optional<bool>& to, std::string_view);
  void texts(std::string_view key, std::vector<std::string>& to, std::size_t count_max, const TextRule& rule,
             std::string_view);
  template <class T>
  void list(std::string_view key, std::vector<T>& to, std::size_t count_max, std::string_view) {
    const boost::json::array* all = array(key, count_max);
    for (std::size_t i = 0; all != nullptr && i < all->size(); ++i) {
      const std::string where = path_of(key) + "[" + std::to_string(i) + "]";
      if (const auto* one = (*all)[i].if_object()) {
        BodyReader inner(*one, where + ".", fault_);
        describe(inner, to.emplace_back());
        inner.refuse_unknown_keys();
      } else {
        refuse(where, "must be an object");
      }
    }
  }
  void refuse_unknown_keys();

 private:
  const boost::json::value* claim(std::string_view key, bool required);
  const boost::json::array* array(std::string_view key, std::size_t count_max);
  void take_text(const std::string& where, const boost::json::value& value, std::string& to, const TextRule& rule);
  void take_number(const std::string& where, const boost::json::value& value, std::int64_t& to);
  void take_truth(const std::string& where, const boost::json::value& value, bool& to);
  [[nodiscard]] std::string path_of(std::string_view key) const { return path_ + std::string(key); }
  void refuse(std::string where, std::string_view what);

  const boost::json::object& from_;
  std::string path_;
  std::optional<ApiError>& fault_;
  std::vector<std::string_view> known_;
};

class BodyWriter {
 public:
  void text(std::string_view key, const std::string& value, const TextRule&, std::string_view) {
    into_.emplace(key, value);
  }
  void optional_text(std::string_view key, const std::optional<std::string>& value, const TextRule&,
                     std::string_view) {
    if (value) into_.emplace(key, *value);
  }
  void number(std::string_view key, std::int64_t value, std::string_view) { into_.emplace(key, value); }
  void optional_number(std::string_view key, std::optional<std::int64_t> value, std::string_view) {
    if (value) into_.emplace(key, *value);
  }
  void truth(std::string_view key, bool value, std::string_view) { into_.emplace(key, value); }
  void optional_truth(std::string_view key, std::optional<bool> value, std::string_view) {
    if (value) into_.emplace(key, *value);
  }
  void texts(std::string_view key, const std::vector<std::string>& values, std::size_t, const TextRule&,
             std::string_view) {
    into_.emplace(key, boost::json::array(values.begin(), values.end()));
  }
  template <class T>
  void list(std::string_view key, std::vector<T>& values, std::size_t, std::string_view) {
    boost::json::array all;
    for (T& value : values) {
      BodyWriter inner;
      describe(inner, value);
      all.emplace_back(std::move(inner).take());
    }
    into_.emplace(key, std::move(all));
  }
  boost::json::object take() && { return std::move(into_); }

 private:
  boost::json::object into_;
};

// JSON Schema as OpenAPI 3.0 has it.
class SchemaWriter {
 public:
  void text(std::string_view key, const std::string&, const TextRule& rule, std::string_view meaning) {
    add(key, text_schema(rule), true, meaning);
  }
  void optional_text(std::string_view key, const std::optional<std::string>&, const TextRule& rule,
                     std::string_view meaning) {
    add(key, text_schema(rule), false, meaning);
  }
  void number(std::string_view key, std::int64_t, std::string_view meaning) {
    add(key, number_schema(), true, meaning);
  }
  void optional_number(std::string_view key, std::optional<std::int64_t>, std::string_view meaning) {
    add(key, number_schema(), false, meaning);
  }
  void truth(std::string_view key, bool, std::string_view meaning) { add(key, {{"type", "boolean"}}, true, meaning); }
  void optional_truth(std::string_view key, std::optional<bool>, std::string_view meaning) {
    add(key, {{"type", "boolean"}}, false, meaning);
  }
  void texts(std::string_view key, const std::vector<std::string>&, std::size_t count_max, const TextRule& rule,
             std::string_view meaning) {
    add(key, {{"type", "array"}, {"maxItems", count_max}, {"items", text_schema(rule)}}, true, meaning);
  }
  template <class T>
  void list(std::string_view key, std::vector<T>&, std::size_t count_max, std::string_view meaning) {
    T one{};
    SchemaWriter inner;
    describe(inner, one);
    add(key, {{"type", "array"}, {"maxItems", count_max}, {"items", std::move(inner).take()}}, true, meaning);
  }
  boost::json::object take() &&;

 private:
  static boost::json::object text_schema(const TextRule& rule);
  static boost::json::object number_schema();
  void add(std::string_view key, boost::json::object schema, bool required, std::string_view meaning);

  boost::json::object properties_;
  boost::json::array required_;
};

template <class T>
boost::json::object schema_of() {
  T one{};
  SchemaWriter writer;
  describe(writer, one);
  return std::move(writer).take();
}
template <class T>
boost::json::object written(T& body) {
  BodyWriter writer;
  describe(writer, body);
  return std::move(writer).take();
}
template <class T>
Result<T, ApiError> read_body(const boost::json::object& from) {
  T body{};
  std::optional<ApiError> fault;
  BodyReader reader(from, "", fault);
  describe(reader, body);
  reader.refuse_unknown_keys();
  if (fault) return *std::move(fault);
  return body;
}

// The text as JSON, with line and column of the first fault.
Result<boost::json::object, ApiError> parse_json(std::string_view text);

}  // namespace shubbak::admin
