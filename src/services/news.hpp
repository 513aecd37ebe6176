// News for a person of what they have begun, or of what staff have done for them: in whose language, and as an SMS
// that goes once what it tells of is committed. For services, admin, daemon and cli. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "flows/revision.hpp"
#include "services/counter.hpp"
#include "store/store.hpp"

namespace shubbak::services {

// In which language a number is told of what its owner began then (at the end of time: whoever has it now). Nothing:
// it is another person's by now, or suspended, or the store cannot be read.
std::optional<std::uint8_t> news_locale(store::Store& store, const flows::Revision& words, Msisdn number,
                                        WallTime since);
// For a day, by that operator's link, in the digits of its phones.
store::OutboxMessage news_message(const Counter& counter, std::string link, Msisdn to, std::string text,
                                  WallTime now);
// To be called once the set that ends with it was committed: it may be sent. Nothing: nobody is told.
void take_up_news(const Counter& counter, const std::optional<store::OutboxMessage>& news,
                  const store::Committed& committed);

}  // namespace shubbak::services
