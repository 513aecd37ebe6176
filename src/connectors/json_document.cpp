#include "connectors/json_document.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <boost/json/basic_parser_impl.hpp>

namespace shubbak::connectors {

namespace json = boost::json;

namespace {

constexpr std::size_t depth_max = 8;

// Builds the tree from what the parser tells. Texts and numbers are copied, without their escapes, into one string
// that never grows: it has room for the whole document.
class TreeHandler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  TreeHandler(std::pmr::memory_resource& memory, std::pmr::string& texts) : memory_(memory), texts_(texts) {}
  [[nodiscard]] const JsonValue* root() const { return root_; }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(JsonValue::Kind::object); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_array_begin(json::error_code&) { return open(JsonValue::Kind::list); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return take(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    take(part);
    key_ = taken();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return take(part); }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    take(part);
    return put(JsonValue::Kind::text, taken());
  }
  bool on_number_part(json::string_view part, json::error_code&) { return take(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return number(part); }
  bool on_bool(bool is_true, json::error_code&) { return put(JsonValue::Kind::boolean, is_true ? "true" : "false"); }
  bool on_null(json::error_code&) { return put(JsonValue::Kind::null, {}); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Open {
    JsonValue* value = nullptr;
    JsonValue* last = nullptr;  // member
  };

  bool take(json::string_view part) {
    texts_.append(part.data(), part.size());
    return true;
  }
  std::string_view taken() {
    const std::string_view text = std::string_view(texts_).substr(taken_to_);
    taken_to_ = texts_.size();
    return text;
  }
  bool number(json::string_view part) {
    take(part);
    return put(JsonValue::Kind::number, taken());
  }
  bool open(JsonValue::Kind kind) {
    JsonValue* value = add(kind, {});
    open_[depth_++] = {value, nullptr};  // the parser holds the depth
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  bool put(JsonValue::Kind kind, std::string_view text) {
    add(kind, text);
    return true;
  }
  JsonValue* add(JsonValue::Kind kind, std::string_view text) {
    auto* value = std::pmr::polymorphic_allocator<>(&memory_).new_object<JsonValue>();
    value->kind = kind;
    value->text = text;
    if (depth_ == 0) {
      root_ = value;
      return value;
    }
    Open& parent = open_[depth_ - 1];
    if (parent.value->kind == JsonValue::Kind::object) value->key = key_;
    (parent.last == nullptr ? parent.value->first : parent.last->next) = value;
    parent.last = value;
    ++parent.value->size;
    return value;
  }

  std::pmr::memory_resource& memory_;
  std::pmr::string& texts_;
  std::size_t taken_to_ = 0;
  std::string_view key_;
  const JsonValue* root_ = nullptr;
  std::array<Open, depth_max + 1> open_{};
  std::size_t depth_ = 0;
};

constexpr JsonValue repeated{JsonValue::Kind::repeated, 0, {}, {}, nullptr, nullptr};

const JsonValue* member_of(const JsonValue& object, std::string_view name) {
  const JsonValue* found = nullptr;
  for (const JsonValue* member = object.first; member != nullptr; member = member->next) {
    if (member->key != name) continue;
    if (found != nullptr) return &repeated;
    found = member;
  }
  return found;
}

const JsonValue* element_of(const JsonValue& list, std::string_view name) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool is_index =
      error == std::errc() && end == name.data() + name.size() && (name.size() == 1 || name.front() != '0');
  if (!is_index || index >= list.size) return nullptr;
  const JsonValue* element = list.first;
  for (; index > 0; --index) element = element->next;
  return element;
}

}  // namespace

bool JsonPointer::is_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1)) {
    if (text.substr(at + 1, 1) != "0" && text.substr(at + 1, 1) != "1") return false;
  }
  return true;
}

JsonPointer JsonPointer::parse(std::string_view text) {
  JsonPointer pointer{std::string(text), {}};
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view part = text.substr(0, text.find('/'));
    text.remove_prefix(part.size());
    std::string& name = pointer.names.emplace_back();
    for (std::size_t at = 0; at < part.size(); ++at) {
      const bool is_escape = part[at] == '~';
      if (is_escape) ++at;
      name += !is_escape ? part[at] : part[at] == '1' ? '/' : '~';
    }
  }
  return pointer;
}

JsonDocument::JsonDocument(std::string_view json) : memory_(stack_.data(), stack_.size()), texts_(&memory_) {
  texts_.reserve(json.size());
  json::parse_options options;
  options.max_depth = depth_max;
  json::basic_parser<TreeHandler> parser(options, memory_, texts_);
  json::error_code failed;
  const std::size_t read = parser.write_some(false, json.data(), json.size(), failed);
  if (!failed && read == json.size()) root_ = parser.handler().root();
}

const JsonValue* value_at(const JsonValue& from, const JsonPointer& pointer) {
  const JsonValue* value = &from;
  for (const std::string& name : pointer.names) {
    value = value->kind == JsonValue::Kind::object ? member_of(*value, name)
            : value->kind == JsonValue::Kind::list ? element_of(*value, name)
                                                   : nullptr;
    if (value == nullptr || value == &repeated) return value;
  }
  return value;
}

}  // namespace shubbak::connectors
