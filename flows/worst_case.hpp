// The longest that a text can come to, whatever its slots hold: what the screens of the checker are made of. Which is
// longest depends on the alphabet, because one letter outside GSM 7-bit makes all of a page UCS-2. Pure. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "flows/slots.hpp"
#include "flows/strings.hpp"

namespace shubbak::flows {

struct WorstText {
  std::string units;               // most UCS-2 units; with a letter outside GSM 7-bit wherever there can be one
  bool may_be_ucs2 = false;        // some form of it is not GSM 7-bit
  std::optional<std::string> gsm;  // most septets of the forms that are GSM 7-bit; nothing if none is
};

// Every slot as long as its type allows, every plural and select in its longest form, independent of each other: so
// it may be longer than what can really be, never shorter.
WorstText worst_case(const Text& text, std::span<const Slot> slots);

}  // namespace shubbak::flows
