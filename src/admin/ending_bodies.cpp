#include "admin/ending_bodies.hpp"

#include <cstdlib>

#include "payments/payment.hpp"
#include "payments/receipt.hpp"

namespace shubbak::admin {
namespace {

std::string_view state_of(const store::StoredPayment& payment) {
  switch (payment.state) {
    case ledger::State::reserved:
      return payment_state_names[0];
    case ledger::State::posted:
      return payment_state_names[1];
    case ledger::State::voided:
    case ledger::State::expired:
      return payment_state_names[2];
  }
  std::abort();
}

}  // namespace

OpenPaymentShown shown(const store::StoredPayment& payment) {
  OpenPaymentShown made;
  made.number = payment.number;
  made.company = payment.company;
  made.account = payments::masked_account(payment.account);
  made.amount = payment.amount.minor;
  made.fee = payment.fee;
  made.currency = to_string(payment.amount.currency);
  made.begun = time_text(payment.at);
  made.endable = time_text(payment.not_after + payments::late_margin);
  return made;
}

EndingShown shown(const EndingTold& told) {
  const store::StoredEnding& ending = told.ending;
  EndingShown made;
  made.number = ending.number;
  made.state = ending_state_names[static_cast<std::size_t>(ending.state)];
  made.act = ending_act_names[ending.settles ? 1 : 0];
  made.payment = shown(told.payment);
  made.evidence = ending.evidence;
  made.maker = ending.maker;
  made.proposed = time_text(ending.proposed);
  if (!ending.checker.empty()) made.checker = ending.checker;
  if (ending.decided) made.decided = time_text(*ending.decided);
  made.payment_state = state_of(told.payment);
  if (told.payment.resolved) made.payment_ended = time_text(*told.payment.resolved);
  return made;
}

}  // namespace shubbak::admin
