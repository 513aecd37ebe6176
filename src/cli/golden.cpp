#include "cli/golden.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace shubbak::cli {
namespace {

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// The octet at which the place stands; npos if the file is not what was read.
std::size_t octet_of(std::string_view content, const Place& place) {
  std::size_t at = 0;
  for (int line = 1; line < place.line; ++line) {
    at = content.find('\n', at);
    if (at == std::string_view::npos) return at;
    ++at;
  }
  return at + static_cast<std::size_t>(place.column) - 1;
}

Status replace(std::string& content, const Place& place, std::string_view text) {
  const std::size_t begin = octet_of(content, place);
  if (begin >= content.size() || content[begin] != '"')
    return Error{Errc::invalid, to_string(place) + ": only texts in double quotes are updated: equals: \"...\""};
  std::size_t end = begin + 1;
  while (end < content.size() && content[end] != '"') end += content[end] == '\\' ? 2U : 1U;
  if (end >= content.size()) return Error{Errc::invalid, to_string(place) + ": the text does not end"};
  content.replace(begin, end + 1 - begin, double_quoted(text));
  return {};
}

Status write_whole(const std::string& file, const std::string& content) {
  const std::string fresh = file + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(fresh, file, error);
  if (!out || error) return Error{Errc::io, "cannot write " + file};
  return {};
}

void say(const Place& at, const std::string& text, std::vector<Conversation>& conversations) {
  for (Conversation& conversation : conversations) {
    for (ScriptStep& step : conversation.steps) {
      Expectation& wanted = step.expectation;
      if (wanted.equals && to_string(wanted.equals_at) == to_string(at)) wanted.equals = text;
    }
  }
}

}  // namespace

std::vector<TestResult> run_and_update(TestRunner& runner, std::vector<Conversation> conversations,
                                       Goldens& updates) {
  for (;;) {
    std::vector<TestResult> results = runner.run(conversations);
    bool again = false;
    for (const TestResult& result : results) {
      const Golden* golden = result.failure && result.failure->golden ? &*result.failure->golden : nullptr;
      // Said otherwise already: two runs of the matrix see different things, and no text is right for both.
      if (golden == nullptr || updates.contains(golden->at)) continue;
      updates.emplace(golden->at, golden->text);
      say(golden->at, golden->text, conversations);
      again = true;
    }
    if (!again) return results;
  }
}

Status update_goldens(const Goldens& updates) {
  std::map<std::string, std::string> contents;
  // From the end of a file to its beginning, so that places stay what they are.
  for (auto update = updates.rbegin(); update != updates.rend(); ++update) {
    const auto& [place, text] = *update;
    auto known = contents.find(place.file);
    if (known == contents.end()) {
      std::ifstream in(place.file, std::ios::binary);
      known = contents.emplace(place.file, std::string{std::istreambuf_iterator<char>(in), {}}).first;
      if (!in) return Error{Errc::io, "cannot read " + place.file};
    }
    if (Status replaced = replace(known->second, place, text); !replaced) return replaced;
  }
  for (const auto& [file, content] : contents) {
    if (Status written = write_whole(file, content); !written) return written;
  }
  return {};
}

}  // namespace shubbak::cli
