// What the handset itself says (not the service): its keys and notices, in the language of the phone.
#pragma once

#include <string_view>

namespace shubbak::cli {

enum class PhoneLanguage : unsigned char { arabic, english };

struct PhoneWords {
  std::string_view answer;  // soft keys
  std::string_view cancel;
  std::string_view close;
  std::string_view ready;       // the idle screen
  std::string_view no_service;  // nobody is bound
  std::string_view running;     // "USSD code running..."
  std::string_view dropped;     // the network lost the dialogue
  std::string_view timed_out;   // the person did not answer in time
  std::string_view no_answer;   // the service did not answer in time
  std::string_view hung_up;
  std::string_view not_taken;  // the service refused
};

const PhoneWords& words_of(PhoneLanguage language);

}  // namespace shubbak::cli
