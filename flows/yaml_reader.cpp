#include "flows/yaml_reader.hpp"

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "domain/text.hpp"

namespace shubbak::flows {
namespace {

// Thrown to leave yaml-cpp's parser at the first fault that makes going on senseless; caught in read_yaml.
struct Stop {};

// Where the lines of a text begin, to tell characters from octets.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // yaml-cpp counts lines and columns from 0, columns in octets.
  [[nodiscard]] Position position(std::uint16_t file, int line, int column) const {
    const std::size_t row = std::min(static_cast<std::size_t>(std::max(line, 0)), starts_.size() - 1);
    const std::size_t start = starts_[row];
    const std::size_t end = std::min(start + static_cast<std::size_t>(std::max(column, 0)), text_.size());
    return {file, static_cast<std::int32_t>(row + 1), characters(start, end) + 1};
  }

  [[nodiscard]] Position position_of_octet(std::uint16_t file, std::size_t octet) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), octet);
    const auto row = static_cast<std::size_t>(after - starts_.begin()) - 1;
    return {file, static_cast<std::int32_t>(row + 1), characters(starts_[row], octet) + 1};
  }

 private:
  // What is asked for moves forward, mostly along one line: counting goes on from where it was, so that a file of one
  // long line is not counted again for each of its words.
  [[nodiscard]] std::int32_t characters(std::size_t start, std::size_t end) const {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    if (start != counted_start_ || end < counted_end_) {
      counted_start_ = counted_end_ = start;
      counted_ = 0;
    }
    counted_ += static_cast<std::int32_t>(std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(counted_end_),
                                                        text_.begin() + static_cast<std::ptrdiff_t>(end),
                                                        [&](char c) { return !continues(c); }));
    counted_end_ = end;
    return counted_;
  }

  std::string_view text_;
  std::vector<std::size_t> starts_;
  mutable std::size_t counted_start_ = 0;
  mutable std::size_t counted_end_ = 0;
  mutable std::int32_t counted_ = 0;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::uint16_t file, const Lines& lines, Faults& faults) : file_(file), lines_(lines), faults_(faults) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    const bool has_key = !open_.empty() && open_.back().has_key;
    // yaml-cpp's mark is where the next thing stands.
    const Position at = has_key ? open_.back().key_at : position(mark);
    faults_.add(at, has_key ? "'" + open_.back().key + "' has no value" : "a value is missing here",
                "write it, or put \"...\" around it if the word null or ~ itself is meant");
    if (expects_key()) {
      take_key(at, "");
    } else {
      Node nothing;
      nothing.at = at;
      put(std::move(nothing));
    }
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(mark, "aliases (*name) are not allowed", "write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_decorations(mark, tag, anchor);
    const Position at = position(mark);
    if (expects_key()) {
      take_key(at, value);
      return;
    }
    Node node;
    node.at = at;
    node.text = value;
    node.is_quoted = tag == "!";
    put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

  std::optional<Node> root;

 private:
  struct Open {
    Node node;
    bool has_key = false;
    std::string key;
    Position key_at;
    std::unordered_map<std::string, Position> keys;
  };

  [[nodiscard]] Position position(const YAML::Mark& mark) const {
    return lines_.position(file_, mark.line, mark.column);
  }

  [[noreturn]] void stop(const YAML::Mark& mark, std::string message, std::string hint) {
    faults_.add(position(mark), std::move(message), std::move(hint));
    throw Stop{};
  }

  void refuse_decorations(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) stop(mark, "anchors (&name) are not allowed", "write the value out where it is needed");
    // "?" is what yaml-cpp calls an untagged plain value, "!" a quoted one.
    if (tag != "?" && tag != "!" && !tag.empty())
      stop(mark, "tags (!name) are not allowed", "everything is read as text");
  }

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().has_key;
  }

  void take_key(Position at, const std::string& value) {
    Open& mapping = open_.back();
    const auto [earlier, is_new] = mapping.keys.emplace(value, at);
    if (!is_new) {
      faults_.add(at, "the key '" + value + "' is here twice",
                  "the first one is in line " + std::to_string(earlier->second.line));
    }
    mapping.has_key = true;
    mapping.key = value;
    mapping.key_at = at;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuse_decorations(mark, tag, anchor);
    if (expects_key()) stop(mark, "a key must be plain text", "");
    if (open_.size() >= LoadLimits::depth_max) {
      stop(mark, "nested deeper than " + std::to_string(LoadLimits::depth_max) + " levels", "");
    }
    Open opened;
    opened.node.kind = kind;
    opened.node.at = position(mark);
    open_.push_back(std::move(opened));
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }

  void put(Node node) {
    if (open_.empty()) {
      root = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::mapping) {
      node.key = std::move(parent.key);
      node.key_at = parent.key_at;
      parent.has_key = false;
    }
    parent.node.children.push_back(std::move(node));
  }

  std::uint16_t file_;
  const Lines& lines_;
  Faults& faults_;
  std::vector<Open> open_;
};

// yaml-cpp guesses encodings and lets broken ones through, so what is not plain UTF-8 text is refused first.
bool check_characters(std::string_view text, const Lines& lines, std::uint16_t file, Faults& faults) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    const bool malformed = c == 0xFFFD && text.substr(start, at - start) != "\xEF\xBF\xBD";
    if (malformed) {
      faults.add(lines.position_of_octet(file, start), "this is not UTF-8 text", "save the file as UTF-8");
      return false;
    }
    const bool is_control = (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || (c >= 0x7F && c < 0xA0) ||
                            (c >= 0xE000 && c <= 0xF8FF) || (c == 0xFEFF && start != 0);
    if (is_control) {
      faults.add(lines.position_of_octet(file, start), "a control or private-use character is not allowed",
                 "take it out");
      return false;
    }
  }
  return true;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  for (const Node& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

std::optional<Node> read_yaml(std::string_view text, std::uint16_t file, Faults& faults) {
  if (text.size() > LoadLimits::file_octets_max) {
    faults.add({file, 1, 1}, "the file is larger than " + std::to_string(LoadLimits::file_octets_max) + " octets");
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const Lines lines(text);
  if (!check_characters(text, lines, file, faults)) return std::nullopt;
  const std::size_t faults_before = faults.size();
  TreeBuilder builder(file, lines, faults);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      std::optional<Node> first = std::move(builder.root);
      builder.root.reset();
      if (parser.HandleNextDocument(builder)) {
        faults.add(builder.root ? builder.root->at : Position{file, 1, 1}, "a second document (---) in one file",
                   "one file, one flow");
      }
      builder.root = std::move(first);
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    faults.add(lines.position(file, error.mark.line, error.mark.column), "this is not YAML: " + error.msg,
               "check indentation, brackets and quotes");
    return std::nullopt;
  }
  if (!builder.root) {
    faults.add({file, 1, 1}, "the file is empty");
    return std::nullopt;
  }
  if (faults.size() != faults_before) return std::nullopt;
  return std::move(builder.root);
}

}  // namespace shubbak::flows
