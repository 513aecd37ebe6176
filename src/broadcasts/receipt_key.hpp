// By what a delivery receipt finds the message that it is of: SMSCs write one message's number in hexadecimal here
// and in decimal there (smpp::same_message_id), and with zeros before it. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shubbak::broadcasts {

// Of the answer to a submit; "" where it has no number.
std::string receipt_key(std::string_view message_id);
// What may be kept of the message that a receipt of that number is of, the likeliest first.
std::vector<std::string> receipt_keys(std::string_view message_id);

}  // namespace shubbak::broadcasts
