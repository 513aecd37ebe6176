#include "services/payment_end.hpp"

#include <cstdlib>
#include <functional>

#include "flows/engine.hpp"
#include "payments/receipt.hpp"

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

// Nothing: the flow says nothing of it. Of the walk nothing else is kept, so a key or code that is made on the way is
// nobody's.
std::optional<std::string> words_of_flow(store::Store& store, const flows::Revision& begun_on,
                                         const store::StoredPayment& payment) {
  auto session = flows::load_session(begun_on, payment.session);
  if (!session) return std::nullopt;
  const std::function<std::uint64_t()> no_key = [] { return std::uint64_t{0}; };
  const std::function<std::string()> no_code = [] { return std::string("000000"); };
  const flows::Context context{
      .screen = {.octets_max = 160}, .linked = true, .random = &no_key, .new_code = &no_code};
  session->waits_for_call = true;
  flows::outcome(begun_on, *session, {"unknown", {}}, context);
  boost::json::object told{{"receipt", payments::receipt_number(payment.number)}, {"check", payment.check_code}};
  // Of water that was paid: good from the same transaction on that this goes out with.
  if (const auto fill = store.fills().find_fill(payment.number); fill && *fill) {
    std::string code = fill_code_told(store, **fill);
    if (code.empty()) return std::nullopt;
    told.emplace("code", std::move(code));
  }
  return flows::late_sms(begun_on, *session, {"ok", std::move(told)}, context);
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

bool may_be_told_secrets(const store::Person& person) {
  return person.link && person.link->hold == store::MoneyHold::none;
}

std::string fill_code_told(store::Store& store, const store::StoredFill& fill) {
  if (!fill.msisdn) return {};
  const auto person = store.find_person(*fill.msisdn);
  return person && may_be_told_secrets(*person) ? fill.code : std::string();
}

std::optional<std::uint8_t> news_locale(store::Store& store, const flows::Revision& words,
                                        const store::StoredPayment& payment) {
  if (!payment.msisdn) return std::nullopt;
  return news_locale(store, words, *payment.msisdn, payment.at);
}

std::string news_of_payment(const flows::Revision& words, std::uint8_t locale, const store::StoredPayment& payment,
                            std::string_view system_string) {
  std::string text = flows::system_text(words, locale, system_string, flows::Context{});
  text.append(" ").append(format_amount(payment.amount)).append(" ").append(to_string(payment.amount.currency));
  return text.append(" ").append(payments::masked_account(payment.account));
}

std::string news_of_end(const flows::Revision& words, std::uint8_t locale, const store::StoredPayment& payment,
                        bool settled) {
  if (!settled) {
    if (payment.drawer == 0) return news_of_payment(words, locale, payment, "sys_payment_released");
    store::StoredPayment handed_back = payment;  // with the fee, which came as cash too
    handed_back.amount.minor += payment.fee;
    return news_of_payment(words, locale, handed_back, "sys_cash_released");
  }
  std::string text = news_of_payment(words, locale, payment, "sys_payment_settled");
  text.append(". ").append(payments::receipt_number(payment.number));
  return text.append(" ").append(payment.check_code);
}

std::string news_of_ending(store::Store& store, const flows::Revision& words, const flows::Revision* begun_on,
                           const store::StoredPayment& payment, bool settled) {
  const auto locale = news_locale(store, words, payment);
  if (!locale) return {};
  if (settled && begun_on != nullptr && !payment.session.empty()) {
    if (auto told = words_of_flow(store, *begun_on, payment)) return *std::move(told);
  }
  return news_of_end(words, *locale, payment, settled);
}

}  // namespace shubbak::services
