#include "admin/message.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <boost/json.hpp>

namespace shubbak::admin {
namespace {

constexpr std::array<CodeRow, 14> all_codes{{{Code::bad_request, "bad_request", 400},
                                             {Code::invalid, "invalid", 422},
                                             {Code::unauthenticated, "unauthenticated", 401},
                                             {Code::forbidden, "forbidden", 403},
                                             {Code::unknown_path, "unknown_path", 404},
                                             {Code::not_found, "not_found", 404},
                                             {Code::wrong_method, "wrong_method", 405},
                                             {Code::wrong_type, "wrong_type", 415},
                                             {Code::too_large, "too_large", 413},
                                             {Code::conflict, "conflict", 409},
                                             {Code::locked, "locked", 429},
                                             {Code::too_many_requests, "too_many_requests", 429},
                                             {Code::unavailable, "unavailable", 503},
                                             {Code::internal, "internal", 500}}};
static_assert(std::ranges::all_of(all_codes, [](const CodeRow& row) {
  return &row == &all_codes[static_cast<std::size_t>(row.code)];
}));

constexpr std::size_t depth_max = 8;
constexpr std::int64_t number_max = 9'007'199'254'740'991;  // what every reader of JSON holds exactly

std::size_t letters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Code code_of(Errc errc) {
  switch (errc) {
    case Errc::malformed:
    case Errc::invalid:
      return Code::invalid;
    case Errc::not_found:
      return Code::not_found;
    case Errc::conflict:
    case Errc::insufficient:
      return Code::conflict;
    case Errc::denied:
      return Code::forbidden;
    case Errc::limit:
    case Errc::unavailable:
    case Errc::timed_out:
      return Code::unavailable;
    case Errc::io:
      return Code::internal;
  }
  std::abort();
}

}  // namespace

std::span<const CodeRow> codes() {
  return all_codes;
}

ApiError api_error(const Error& error, std::string field) {
  const Code code = code_of(error.code);
  // What disks and databases say is for the log, not for whoever asks over the network.
  if (code == Code::internal) return {code, "it cannot be done now: the database does not work", {}};
  return {code, error.message, std::move(field)};
}

boost::json::object to_json(const ApiError& error) {
  boost::json::object inner{{"code", row_of(error.code).name}, {"message", error.message}};
  if (!error.field.empty()) inner.emplace("field", error.field);
  return {{"error", std::move(inner)}};
}

void BodyReader::refuse(std::string where, std::string_view what) {
  if (fault_) return;
  std::string message = where + ": ";
  message.append(what);
  fault_ = ApiError{Code::bad_request, std::move(message), std::move(where)};
}

const boost::json::value* BodyReader::claim(std::string_view key, bool required) {
  known_.push_back(key);
  const boost::json::value* value = from_.if_contains(key);
  if (value == nullptr && required) refuse(path_of(key), "is missing");
  return value;
}

void BodyReader::take_text(const std::string& where, const boost::json::value& value, std::string& to,
                           const TextRule& rule) {
  const boost::json::string* text = value.if_string();
  if (text == nullptr) return refuse(where, "must be a string");
  to.assign(text->data(), text->size());
  const std::size_t letters = letters_of(to);
  if (letters < rule.letters_min || letters > rule.letters_max) {
    return refuse(where, "must have " + std::to_string(rule.letters_min) + " to " + std::to_string(rule.letters_max) +
                             " letters");
  }
  if (!rule.words.empty() && std::ranges::find(rule.words, std::string_view(to)) == rule.words.end())
    refuse(where, "is none of the words that are taken here");
}

void BodyReader::text(std::string_view key, std::string& to, const TextRule& rule, std::string_view) {
  if (const auto* value = claim(key, true)) take_text(path_of(key), *value, to, rule);
}

void BodyReader::optional_text(std::string_view key, std::optional<std::string>& to, const TextRule& rule,
                               std::string_view) {
  if (const auto* value = claim(key, false)) take_text(path_of(key), *value, to.emplace(), rule);
}

void BodyReader::take_number(const std::string& where, const boost::json::value& value, std::int64_t& to) {
  const std::int64_t* number = value.if_int64();
  if (number == nullptr || *number < 0 || *number > number_max)
    return refuse(where, "must be a whole number, 0 or above");
  to = *number;
}

void BodyReader::number(std::string_view key, std::int64_t& to, std::string_view) {
  if (const auto* value = claim(key, true)) take_number(path_of(key), *value, to);
}

void BodyReader::optional_number(std::string_view key, std::optional<std::int64_t>& to, std::string_view) {
  if (const auto* value = claim(key, false)) take_number(path_of(key), *value, to.emplace());
}

void BodyReader::take_truth(const std::string& where, const boost::json::value& value, bool& to) {
  const bool* truth = value.if_bool();
  if (truth == nullptr) return refuse(where, "must be true or false");
  to = *truth;
}

void BodyReader::truth(std::string_view key, bool& to, std::string_view) {
  if (const auto* value = claim(key, true)) take_truth(path_of(key), *value, to);
}

void BodyReader::optional_truth(std::string_view key, std::optional<bool>& to, std::string_view) {
  if (const auto* value = claim(key, false)) take_truth(path_of(key), *value, to.emplace());
}

const boost::json::array* BodyReader::array(std::string_view key, std::size_t count_max) {
  const auto* value = claim(key, true);
  if (value == nullptr) return nullptr;
  const boost::json::array* all = value->if_array();
  if (all == nullptr) {
    refuse(path_of(key), "must be a list");
  } else if (all->size() > count_max) {
    refuse(path_of(key), "has more than " + std::to_string(count_max) + " entries");
    return nullptr;
  }
  return all;
}

void BodyReader::texts(std::string_view key, std::vector<std::string>& to, std::size_t count_max,
                       const TextRule& rule, std::string_view) {
  const boost::json::array* all = array(key, count_max);
  for (std::size_t i = 0; all != nullptr && i < all->size(); ++i)
    take_text(path_of(key) + "[" + std::to_string(i) + "]", (*all)[i], to.emplace_back(), rule);
}

void BodyReader::refuse_unknown_keys() {
  for (const auto& pair : from_) {
    const std::string_view key(pair.key().data(), pair.key().size());
    if (std::ranges::find(known_, key) != known_.end()) continue;
    // Not what was written: it may be anything, and this goes into answers.
    std::string all;
    for (const std::string_view known : known_) all.append(all.empty() ? "" : ", ").append(known);
    const std::string where = path_.empty() ? "the body" : path_.substr(0, path_.size() - 1);
    refuse(where, all.empty() ? "takes no keys" : "has an unknown key; known are " + all);
  }
}

boost::json::object SchemaWriter::text_schema(const TextRule& rule) {
  if (rule.is_time) return {{"type", "string"}, {"format", "date-time"}};
  boost::json::object schema{{"type", "string"}, {"minLength", rule.letters_min}, {"maxLength", rule.letters_max}};
  if (!rule.words.empty()) {
    boost::json::array words;
    for (const std::string_view word : rule.words) words.emplace_back(word);
    schema.emplace("enum", std::move(words));
  }
  return schema;
}

boost::json::object SchemaWriter::number_schema() {
  return {{"type", "integer"}, {"format", "int64"}, {"minimum", 0}, {"maximum", number_max}};
}

void SchemaWriter::add(std::string_view key, boost::json::object schema, bool required, std::string_view meaning) {
  schema.emplace("description", meaning);
  properties_.emplace(key, std::move(schema));
  if (required) required_.emplace_back(key);
}

boost::json::object SchemaWriter::take() && {
  boost::json::object schema{
      {"type", "object"}, {"properties", std::move(properties_)}, {"additionalProperties", false}};
  if (!required_.empty()) schema.emplace("required", std::move(required_));
  return schema;
}

Result<boost::json::object, ApiError> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code error;
  std::size_t read = parser.write_some(text.data(), text.size(), error);
  if (!error && read < text.size()) {
    // Blanks behind the value are read with it: this is something else.
    error = boost::json::error::extra_data;
  }
  if (!error) parser.finish(error);
  if (error) {
    read = std::min(read, text.size());
    const std::string_view before = text.substr(0, read);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t line_from = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return ApiError{Code::bad_request,
                    "the body is no JSON: line " + std::to_string(line) + ", octet " +
                        std::to_string(read - line_from + 1) + ": " + error.message(),
                    {}};
  }
  boost::json::value value = parser.release();
  if (!value.is_object()) return ApiError{Code::bad_request, "the body must be a JSON object", {}};
  return std::move(value.get_object());
}

}  // namespace shubbak::admin
