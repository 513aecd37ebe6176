#include "flows/confirm_words.hpp"

#include "domain/text.hpp"

namespace shubbak::flows {
namespace {

std::string folded_text(const Revision& revision, std::uint8_t locale, SystemString name) {
  std::string out;
  revision.text(locale, name).print(out, {}, revision.plurals(locale));
  return fold(out);
}

}  // namespace

ConfirmWords::ConfirmWords(const Revision& revision, std::uint8_t locale, SystemString label, SystemString others)
    : label_(folded_text(revision, locale, label)), others_(" " + folded_text(revision, locale, others) + " ") {}

bool ConfirmWords::has(std::string_view word) const {
  return word == label_ || others_.find(" " + std::string(word) + " ") != std::string::npos;
}

std::vector<std::string> ConfirmWords::others() const {
  std::vector<std::string> words;
  for (std::size_t at = 1; at < others_.size();) {
    const std::size_t blank = others_.find(' ', at);
    if (blank > at) words.push_back(others_.substr(at, blank - at));
    at = blank + 1;
  }
  return words;
}

}  // namespace shubbak::flows
