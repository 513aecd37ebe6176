// What people read of a case: on demand, and pushed to their phone with each change. For services, admin and daemon.
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cases/case.hpp"
#include "flows/revision.hpp"
#include "store/citizen_case.hpp"
#include "store/store.hpp"

namespace shubbak::services {

// Of staff's replies, as phones count them (flows::length_of), so that the news of one, with how it is answered, go
// in an SMS: in Arabic of three parts.
constexpr std::size_t case_reply_letters_max = 150;
// What staff have written, as phones are sent it: on one line, without what turns or hides the text beside it.
// Nothing: it is longer than that.
std::optional<std::string> case_reply(std::string_view written);
// Of what a person answers to staff, counted alike: what flows take.
constexpr std::size_t case_answer_letters_max = 160;
// Likewise, as staff read it.
std::optional<std::string> case_answer(std::string_view written);

// Both: of what is configured no more its name.
std::string kind_label(const cases::Kinds& kinds, const cases::Case& one, std::string_view locale);
std::string stage_label(const cases::Kinds& kinds, const cases::Case& one, std::string_view locale);

// What its person is told of an act of staff or of the daemon, with what was written beside it. Nothing: it is none
// of their business (take, or late where it stays at its office), or the number is not theirs any more, or suspended.
std::optional<std::string> news_of_case(store::Store& store, const flows::Revision& words, const cases::Kinds& kinds,
                                        const store::StoredCitizenCase& before, const cases::Case& after,
                                        cases::Act act, const std::string& text);

}  // namespace shubbak::services
