#include "services/case_words.hpp"

#include <algorithm>

#include "flows/engine.hpp"
#include "flows/slots.hpp"
#include "payments/receipt.hpp"
#include "services/news.hpp"
#include "services/payment_end.hpp"

namespace shubbak::services {
namespace {

constexpr std::string_view english = "en";

std::string words_of(const flows::Revision& words, std::uint8_t locale, std::string_view name) {
  return flows::system_text(words, locale, name, flows::Context{});
}

std::string fee_text(const cases::Fee& fee) {
  return format_amount(fee.amount) + " " + std::string(to_string(fee.amount.currency)) + " " +
         payments::masked_account(fee.account);
}

// "": nobody is told of that act.
std::string said_of(const flows::Revision& words, std::uint8_t locale, const cases::Kinds& kinds,
                    const cases::Case& before, const cases::Case& after, cases::Act act, const std::string& text) {
  switch (act) {
    case cases::Act::reply:
      return text;
    case cases::Act::move:
      return stage_label(kinds, after, words.locales()[locale]) + (text.empty() ? "" : ". ") + text;
    case cases::Act::resolve:
      return words_of(words, locale, "sys_case_resolved") + (text.empty() ? "" : " ") + text;
    case cases::Act::escalate:
      // Of one that stays where it was no higher office has heard.
      return after.office == before.office ? std::string() : words_of(words, locale, "sys_case_late");
    case cases::Act::quote:
      return words_of(words, locale, "sys_case_fee") + " " + fee_text(*after.fee) + (text.empty() ? "" : ". ") + text;
    case cases::Act::pay_fee:
      return words_of(words, locale, "sys_case_fee_paid") + " " + stage_label(kinds, after, words.locales()[locale]);
    case cases::Act::offer:
      return words_of(words, locale, "sys_case_visit_offered") + (text.empty() ? "" : " ") + text;
    case cases::Act::cancel_visit:
      return words_of(words, locale, "sys_case_visit_cancelled") + (text.empty() ? "" : " ") + text;
    case cases::Act::book:        // told by the flow
    case cases::Act::refund_fee:  // told with the refund
    case cases::Act::visit:
    case cases::Act::open:
    case cases::Act::take:
    case cases::Act::rate:
    case cases::Act::reopen:
    case cases::Act::join:
    case cases::Act::unjoin:
    case cases::Act::answer:
      break;
  }
  return {};
}

std::optional<std::string> on_one_line(std::string_view written, std::size_t letters_max) {
  std::string line(written);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  // The room of one letter more, of which some take two.
  std::string plain = flows::plain_text(line, letters_max + 2);
  if (flows::length_of(plain) > letters_max) return std::nullopt;
  return plain;
}

}  // namespace

std::optional<std::string> case_reply(std::string_view written) {
  return on_one_line(written, case_reply_letters_max);
}

std::optional<std::string> case_answer(std::string_view written) {
  return on_one_line(written, case_answer_letters_max);
}

std::string kind_label(const cases::Kinds& kinds, const cases::Case& one, std::string_view locale) {
  const cases::Kind* kind = cases::find_kind(kinds, one.kind);
  if (kind == nullptr) return one.kind;
  return locale == english ? kind->label_en : kind->label_ar;
}

std::string stage_label(const cases::Kinds& kinds, const cases::Case& one, std::string_view locale) {
  const cases::Kind* kind = cases::find_kind(kinds, one.kind);
  const cases::Stage* stage = kind == nullptr ? nullptr : kind->find_stage(one.stage);
  if (stage == nullptr) return one.stage;
  return locale == english ? stage->label_en : stage->label_ar;
}

std::optional<std::string> news_of_case(store::Store& store, const flows::Revision& words, const cases::Kinds& kinds,
                                        const store::StoredCitizenCase& before, const cases::Case& after,
                                        cases::Act act, const std::string& text) {
  if (!before.msisdn) return std::nullopt;
  const auto locale = news_locale(store, words, *before.msisdn, before.is.opened);
  if (!locale) return std::nullopt;
  const std::string said = said_of(words, *locale, kinds, before.is, after, act, text);
  if (said.empty()) return std::nullopt;
  const std::string tracking = cases::tracking_number(before.number);
  std::string news = words_of(words, *locale, "sys_case_news") + " " + tracking + ": " + said;
  // Who has just answered knows how.
  if (act == cases::Act::reply && before.is.answers == 0)
    news += "\n" + words_of(words, *locale, "sys_case_answer") + " " + tracking;
  return news;
}

}  // namespace shubbak::services
