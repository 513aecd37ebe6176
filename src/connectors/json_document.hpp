// A JSON text as a tree that keeps numbers as they were written, so that amounts need no floating point. A usual
// answer takes no memory from the heap. Limits: nesting 8. Any octets in. Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace shubbak::connectors {

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, number, text, list, object, repeated };
  Kind kind = Kind::null;
  std::uint32_t size = 0;            // of a list or object: its members
  std::string_view key;              // of a member of an object
  std::string_view text;             // of a text, or of a number or boolean as it was written
  const JsonValue* first = nullptr;  // member of a list or object
  const JsonValue* next = nullptr;   // member of the same one
};

// RFC 6901, taken apart.
struct JsonPointer {
  std::string text;  // "/bill/amount"; "" is the whole
  std::vector<std::string> names;
  static bool is_pointer(std::string_view text);    // empty, or begins with '/', with ~0 and ~1 only
  static JsonPointer parse(std::string_view text);  // is_pointer()
};

class JsonDocument {
 public:
  explicit JsonDocument(std::string_view json);
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;
  [[nodiscard]] const JsonValue* root() const { return root_; }  // nullptr: not JSON

 private:
  std::array<std::byte, 4096> stack_;
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::string texts_;
  const JsonValue* root_ = nullptr;
};

// nullptr: nothing is there. Where two members of one name are, on the way too, it is `repeated`: something stands
// there, and tells nothing.
const JsonValue* value_at(const JsonValue& from, const JsonPointer& pointer);

}  // namespace shubbak::connectors
