// One member of an answer, read as what it must be. Pure. Thread: any. Not for use outside answers.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/connector.hpp"

namespace shubbak::connectors {

constexpr std::string_view wrong_member = "a member is missing, of a wrong type or out of bounds";

// A text, or a number as it was written, in our words. Nothing: it is not there, of another type, or no known word.
std::optional<std::string_view> text_at(const JsonValue& from, const Member& member);
bool is_there(const JsonValue& from, const Member& member);

// Whole, from 0 to `max`.
std::optional<std::int64_t> integer_at(const JsonValue& from, const Member& member, std::int64_t max);
// One line of at most 40 letters, and nothing that would turn the rest of a screen around.
std::optional<std::string> short_text_at(const JsonValue& from, const Member& member);
std::optional<std::string> date_at(const JsonValue& from, const Member& member);  // as 2026-10-05
Answer<Money> money_at(const JsonValue& from, const AmountMember& member, Currency currency);

AnswerFault wrong(const JsonPointer& at);

}  // namespace shubbak::connectors
