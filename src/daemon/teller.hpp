// An SMS to a number by an operator's link, durable together with what it tells of: `outbox_change` goes into the
// commit, `take_up` sends it after. Thread: the event loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "domain/msisdn.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

// How long news wait for whom to tell of them to be looked up; then they go without: a link that is damaged is never
// read.
inline constexpr std::chrono::hours person_look_up_waits{1};

struct Teller {
  std::function<store::Change(std::string_view link, Msisdn, const std::string& text)> outbox_change;
  std::function<void(std::string_view link, std::int64_t outbox_id, Msisdn, const std::string& text)> take_up;
  // News, with the digits that the operator's phones show; for before `outbox_change`.
  std::function<std::string(std::string_view link, std::string text)> in_digits_of{};
  // Whether what can be told as well later should wait, so that it does not stand before what cannot; may be missing.
  std::function<bool(std::string_view link)> is_behind{};
};

// The same text by e-mail too, where the number has an address: a receipt, or an answer. Never one with a code or
// link.
inline store::Change and_by_mail(store::Change text) {
  std::get<store::AddOutboxMessage>(text).message.by_mail = true;
  return text;
}

}  // namespace shubbak::daemon
