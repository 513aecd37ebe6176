#include "admin/ending_service.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "admin/link_service.hpp"
#include "domain/national_id.hpp"
#include "services/payment_end.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t endings_page = 200;
constexpr std::chrono::seconds older_than_max = std::chrono::years(30);

Result<EndingTold, ApiError> told_with_payment(World& world, store::StoredEnding ending) {
  auto payment = world.store.payments().find_receipt(ending.payment);
  if (!payment) return api_error(payment.error());
  if (!*payment) return ApiError{Code::internal, "the payment of a proposal is not there", {}};
  return EndingTold{std::move(ending), std::move(**payment)};
}

Result<EndingTold, ApiError> ending_numbered(World& world, std::int64_t number) {
  auto found = world.store.payments().find_ending(number);
  if (!found) return api_error(found.error());
  if (!*found) return ApiError{Code::not_found, "there is no proposal " + std::to_string(number), "number"};
  return told_with_payment(world, std::move(**found));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// Whether it stands within a word, as people write numbers; what is between words stands for nothing.
bool is_of_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

// Evidence is in the books, where no number of a person stands. A company's own number may look like one: a letter
// before it says that it is none.
bool could_be_a_persons(const World& world, std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of("+-."), word.size()));
  if (word.empty() || !is_digit(word.front())) return false;
  std::vector<std::string> numbers(2);  // all digits of the word together, and each row of them by itself
  for (const char c : word) {
    if (is_digit(c)) {
      numbers.front().push_back(c);
      numbers.back().push_back(c);
    } else {
      numbers.emplace_back();
    }
  }
  return std::ranges::any_of(numbers, [&](const std::string& number) {
    return number_of(world, number).ok() || number_of(world, "+" + number).ok() ||
           NationalId::parse(world.country, number).ok();
  });
}

Result<std::monostate, ApiError> check_names_nobody(const World& world, std::string_view evidence) {
  while (!evidence.empty()) {
    const auto* const end = std::ranges::find_if_not(evidence, is_of_word);
    const auto length = static_cast<std::size_t>(end - evidence.begin());
    if (could_be_a_persons(world, evidence.substr(0, length))) {
      return ApiError{Code::invalid,
                      "a word of the evidence could be somebody's number, which is not kept there; if it is one of "
                      "the company's, write a letter before it, as in no.12345678901",
                      "evidence"};
    }
    evidence.remove_prefix(std::min(length + 1, evidence.size()));
  }
  return std::monostate();
}

// Nothing: there is no number, or it is no longer theirs, or suspended.
Result<std::optional<store::OutboxMessage>, ApiError> news_of_ending(World& world, const EndingTold& told) {
  const store::StoredPayment& payment = told.payment;
  const auto words = world.counter.words();
  if (!words) return api_error(words.error());
  std::shared_ptr<const flows::Revision> begun_on;
  if (payment.revision == (*words)->id()) {
    begun_on = *words;
  } else if (!payment.revision.empty() && world.counter.kept_words) {
    begun_on = world.counter.kept_words(payment.revision);
  }
  std::string text = services::news_of_ending(world.store, **words, begun_on.get(), payment, told.ending.settles);
  if (text.empty()) return std::optional<store::OutboxMessage>();
  return std::optional(
      services::news_message(world.counter, payment.link, *payment.msisdn, std::move(text), world.now()));
}

}  // namespace

Result<std::vector<store::StoredPayment>, ApiError> list_open_payments(World& world,
                                                                       const OpenPaymentsWanted& wanted) {
  const auto older_than = std::clamp(wanted.older_than, std::chrono::seconds(0), older_than_max);
  auto page =
      world.store.payments().payments_not_over(wanted.company, world.now() - older_than, wanted.after, endings_page);
  if (!page) return api_error(page.error());
  return std::move(*page);
}

Served<EndingTold> propose_ending(World& world, Caller caller, EndingWanted wanted) {
  if (const auto clean = check_names_nobody(world, wanted.evidence); !clean) co_return clean.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::PaymentChange(store::ProposeEnding{.payment = wanted.payment,
                                                                 .settles = wanted.settles,
                                                                 .evidence = std::move(wanted.evidence),
                                                                 .by = caller.actor,
                                                                 .at = world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::refund_propose, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return ending_numbered(world, committed->payment_ending);
}

Served<EndingTold> decide_ending(World& world, Caller caller, std::int64_t ending, bool approves) {
  const auto known = ending_numbered(world, ending);
  if (!known) co_return known.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::PaymentChange(store::DecideEnding{ending, approves, caller.actor, world.now()}));
  std::optional<store::OutboxMessage> news;
  if (approves && known->payment.state == ledger::State::reserved) {
    auto told = news_of_ending(world, *known);
    if (!told) co_return told.error();
    news = std::move(*told);
  }
  if (news) changes.emplace_back(store::AddOutboxMessage{*news});
  auto committing =
      commit_if(world, required_of(world, caller, Permission::refund_decide, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  services::take_up_news(world.counter, news, *committed);
  co_return ending_numbered(world, ending);
}

Result<std::vector<EndingTold>, ApiError> list_endings(World& world, bool open_only, std::int64_t after) {
  auto page = world.store.payments().endings(open_only, after, endings_page);
  if (!page) return api_error(page.error());
  std::vector<EndingTold> listed;
  for (store::StoredEnding& one : *page) {
    auto told = told_with_payment(world, std::move(one));
    if (!told) return told.error();
    listed.push_back(std::move(*told));
  }
  return listed;
}

}  // namespace shubbak::admin
