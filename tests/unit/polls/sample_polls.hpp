// Polls for tests, as a configuration would describe them.
#pragma once

#include "polls/poll.hpp"

namespace shubbak::polls {

inline Poll sample_poll() {
  return {.name = "service",
          .question_ar = "كيف كانت الخدمة؟",
          .question_en = "How was the service?",
          .after = {"payments", "cases"},
          .choices = {{"good", "جيدة", "Good"}, {"fair", "مقبولة", "Fair"}, {"bad", "سيئة", "Bad"}},
          .every = std::chrono::days(30),
          .least = 5};
}

}  // namespace shubbak::polls
