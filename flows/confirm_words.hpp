// What people text for yes and for no in one language: what a confirm takes, and the checker holds apart. Pure.
// Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flows/revision.hpp"

namespace shubbak::flows {

class ConfirmWords {
 public:
  // `label`: of the answer; `others`: the words that people text instead of it.
  ConfirmWords(const Revision& revision, std::uint8_t locale, SystemString label, SystemString others);

  // `word`: folded, not empty.
  [[nodiscard]] bool has(std::string_view word) const;
  [[nodiscard]] const std::string& label() const { return label_; }  // folded
  [[nodiscard]] std::vector<std::string> others() const;             // folded

 private:
  std::string label_;
  std::string others_;  // a blank before and behind each
};

}  // namespace shubbak::flows
