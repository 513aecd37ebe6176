#include "connectors/breaker.hpp"

namespace shubbak::connectors {

std::optional<Breaker::Ticket> Breaker::admit(Instant now, bool may_probe) {
  if (!open_until_) return epoch_;
  if (now < *open_until_ || is_probing_ || !may_probe) return std::nullopt;
  is_probing_ = true;
  return epoch_;
}

void Breaker::tell(Ticket ticket, Told told, Instant now) {
  if (ticket != epoch_) return;
  if (open_until_) {
    is_probing_ = false;
    if (told == Told::failed) open(now);
    if (told != Told::answered) return;
    open_until_.reset();
    ++epoch_;
  }
  if (told == Told::answered) failures_ = 0;
  if (told != Told::failed) return;
  ++failures_;
  if (policy_.failures != 0 && failures_ >= policy_.failures) open(now);
}

Breaker::State Breaker::state(Instant now) const {
  if (!open_until_) return State::closed;
  return now < *open_until_ ? State::open : State::half_open;
}

void Breaker::open(Instant now) {
  open_until_ = now + policy_.open_for;
  failures_ = 0;
  ++epoch_;
}

}  // namespace shubbak::connectors
