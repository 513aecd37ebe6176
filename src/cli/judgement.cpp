#include "cli/judgement.hpp"

#include <algorithm>

namespace shubbak::cli {
namespace {

std::string in_guillemets(std::string_view text) {
  return "«" + std::string(text) + "»";
}

}  // namespace

std::string got(std::string_view text) {
  std::string lines = "\ngot:";
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines += "\n  " + std::string(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::optional<std::string> judge_text(const std::string& text, const Expectation& wanted, std::string_view what,
                                      std::size_t& checks, const std::string& locale) {
  std::vector<std::string> contains = wanted.contains;
  if (const auto here = wanted.contains_in.find(locale); here != wanted.contains_in.end())
    contains.insert(contains.end(), here->second.begin(), here->second.end());
  for (const std::string& part : contains) {
    if (text.find(part) == std::string::npos)
      return "expected " + std::string(what) + " to contain " + in_guillemets(part) + got(text);
    ++checks;
  }
  for (const std::string& part : wanted.not_contains) {
    if (text.find(part) != std::string::npos)
      return "expected " + std::string(what) + " not to contain " + in_guillemets(part) + got(text);
    ++checks;
  }
  if (wanted.equals) {
    if (text != *wanted.equals)
      return "expected " + std::string(what) + " to be " + in_guillemets(*wanted.equals) + got(text);
    ++checks;
  }
  return std::nullopt;
}

}  // namespace shubbak::cli
