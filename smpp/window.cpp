#include "smpp/window.hpp"

#include <algorithm>
#include <bit>

#include "domain/result.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::uint32_t sequence_number_max = 0x7FFFFFFF;  // section 3.2
constexpr std::uint32_t requests_limit = 1U << 20;         // 48 octets each: a window is bounded to about 100 MB

}  // namespace

Window::Window(std::uint32_t requests_max, std::chrono::milliseconds timeout)
    : requests_max_(std::clamp(requests_max, 1U, requests_limit)),
      timeout_(timeout),
      slots_(std::bit_ceil(requests_max_ * 2)),
      mask_(static_cast<std::uint32_t>(slots_.size()) - 1) {}

std::uint32_t Window::skip() {
  do {
    last_sequence_number_ = last_sequence_number_ == sequence_number_max ? 1 : last_sequence_number_ + 1;
  } while (slots_[slot_of(last_sequence_number_)].sequence_number != 0);
  return last_sequence_number_;
}

std::uint32_t Window::open(std::uint32_t command_id, std::uint64_t tag, Instant now) {
  SHUBBAK_ASSERT(free() > 0);
  const std::uint32_t sequence_number = skip();
  const std::uint32_t at = slot_of(sequence_number);
  slots_[at] = Slot{sequence_number, command_id, tag, now + timeout_, newest_, none};
  if (newest_ != none) {
    slots_[newest_].newer = at;
  } else {
    oldest_ = at;
  }
  newest_ = at;
  ++waiting_;
  return sequence_number;
}

Window::Request Window::take(std::uint32_t at) {
  Slot& slot = slots_[at];
  const Request request{slot.sequence_number, slot.command_id, slot.tag};
  if (slot.older != none) {
    slots_[slot.older].newer = slot.newer;
  } else {
    oldest_ = slot.newer;
  }
  if (slot.newer != none) {
    slots_[slot.newer].older = slot.older;
  } else {
    newest_ = slot.older;
  }
  slot.sequence_number = 0;
  --waiting_;
  return request;
}

std::optional<Window::Request> Window::find(std::uint32_t sequence_number) const {
  const Slot& slot = slots_[slot_of(sequence_number)];
  if (sequence_number == 0 || slot.sequence_number != sequence_number) return std::nullopt;
  return Request{slot.sequence_number, slot.command_id, slot.tag};
}

std::optional<Window::Request> Window::close(std::uint32_t sequence_number) {
  const std::uint32_t at = slot_of(sequence_number);
  if (sequence_number == 0 || slots_[at].sequence_number != sequence_number) return std::nullopt;
  return take(at);
}

std::optional<Window::Request> Window::pop_expired(Instant now) {
  if (oldest_ == none || slots_[oldest_].expires > now) return std::nullopt;
  return take(oldest_);
}

std::optional<Window::Request> Window::pop_any() {
  if (oldest_ == none) return std::nullopt;
  return take(oldest_);
}

std::optional<Instant> Window::next_expiry() const {
  if (oldest_ == none) return std::nullopt;
  return slots_[oldest_].expires;
}

}  // namespace shubbak::smpp
