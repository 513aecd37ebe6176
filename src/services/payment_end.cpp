#include "services/payment_end.hpp"

#include <cstdlib>

namespace shubbak::services {
namespace {

const std::string posted_mark = " posted ";

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
      return payment.company + posted_mark + answer.company_reference;
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

PaymentEnd end_of_order(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer,
                        WallTime now) {
  // By these two Company::pay() promises that nothing was sent.
  const bool never_sent = !answer && (answer.error().code == Errc::limit || answer.error().code == Errc::invalid);
  if (never_sent) return {payments::Next::release, "never sent"};
  return end_of(payment, answer, now);
}

std::string company_reference_in(const std::string& evidence, const std::string& company) {
  const std::string before = company + posted_mark;
  return evidence.starts_with(before) ? evidence.substr(before.size()) : std::string();
}

store::Change change_of(const store::StoredPayment& payment, const PaymentEnd& end, WallTime now, bool tells_once) {
  ledger::Resolution resolution{end.evidence, Actor{}, now};
  if (end.next == payments::Next::settle)
    return store::PaymentChange(store::SettlePayment{payment.key, std::move(resolution), tells_once});
  return store::PaymentChange(store::ReleasePayment{payment.key, std::move(resolution), tells_once});
}

}  // namespace shubbak::services
