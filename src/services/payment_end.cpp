#include "services/payment_end.hpp"

#include <cstdlib>

namespace shubbak::services {
namespace {

payments::Known known_by(const Result<companies::PaymentAnswer>& answer) {
  if (!answer.ok()) return payments::Known::nothing;
  switch (answer->state) {
    case companies::PaymentState::posted:
      return payments::Known::posted;
    case companies::PaymentState::declined:
      return payments::Known::declined;
    case companies::PaymentState::absent:
      return payments::Known::absent;
  }
  std::abort();
}

std::string evidence_of(const store::StoredPayment& payment, const companies::PaymentAnswer& answer) {
  switch (answer.state) {
    case companies::PaymentState::posted:
      return payment.company + " posted " + answer.company_reference;
    case companies::PaymentState::declined:
      return payment.company + " declined " + answer.reason;
    case companies::PaymentState::absent:
      return payment.company + " has none after it was over";
  }
  std::abort();
}

}  // namespace

PaymentEnd end_of(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer, WallTime now) {
  const payments::Next next = payments::next_step(known_by(answer), payment.not_after, now);
  if (next == payments::Next::wait) return {};
  return {next, evidence_of(payment, *answer)};
}

bool was_never_sent(const Error& error) {
  return error.code == Errc::limit || error.code == Errc::invalid;
}

PaymentEnd end_of_unsent() {
  return {payments::Next::release, "never sent"};
}

store::Change change_of(const store::StoredPayment& payment, const PaymentEnd& end, WallTime now) {
  ledger::Resolution resolution{end.evidence, Actor{}, now};
  if (end.next == payments::Next::settle)
    return store::PaymentChange(store::SettlePayment{payment.key, std::move(resolution)});
  return store::PaymentChange(store::ReleasePayment{payment.key, std::move(resolution)});
}

}  // namespace shubbak::services
