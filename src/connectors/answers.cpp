#include "connectors/answers.hpp"

#include <algorithm>

#include "connectors/member.hpp"

namespace shubbak::connectors {
namespace {

constexpr std::int64_t bills_counted_max = 10'000;
constexpr std::int64_t reading_max = 999'999'999'999;
static_assert(register_digits_max == 12);  // as many as reading_max has
constexpr std::int64_t day_of_month_max = 31;
constexpr std::size_t company_reference_max = 40;
constexpr std::size_t bill_name_max = 20;

constexpr AnswerFault not_json{Outcome::garbage, "the answer is not JSON"};
constexpr AnswerFault unmatched{Outcome::garbage, "no outcome of the connector holds"};
constexpr AnswerFault unknown_status{Outcome::http_status, "a status that the connector does not name"};
constexpr AnswerFault no_account{Outcome::not_found, "no such account"};
constexpr AnswerFault not_yet{Outcome::http_status, "the company cannot say yet"};
constexpr AnswerFault refused{Outcome::garbage, "an answer that the connector calls garbage"};

bool is_success(long status) {
  return status >= 200 && status < 300;
}

// What is wrong in an answer whose status is none of success is not told apart.
AnswerFault judged(AnswerFault fault, long status) {
  if (!is_success(status) && fault.outcome != Outcome::not_found) fault.outcome = Outcome::http_status;
  return fault;
}

bool holds(const Condition& condition, const JsonValue& root) {
  const JsonValue* value = value_at(root, condition.at);
  if (value == nullptr) return false;
  const bool is_plain = value->kind == JsonValue::Kind::text || value->kind == JsonValue::Kind::number ||
                        value->kind == JsonValue::Kind::boolean;
  return is_plain && std::ranges::find(condition.one_of, value->text) != condition.one_of.end();
}

bool holds(const Rule& rule, long status, const JsonValue* root) {
  if (std::ranges::find(rule.statuses, status) == rule.statuses.end()) return false;
  if (rule.where.empty() && rule.missing.empty()) return true;
  return root != nullptr && std::ranges::all_of(rule.where, [&](const auto& one) { return holds(one, *root); }) &&
         std::ranges::all_of(rule.missing, [&](const auto& at) { return value_at(*root, at) == nullptr; });
}

std::optional<AnswerFault> check_echo(const JsonValue& root, Argument argument, const Member& member,
                                      const Arguments& asked) {
  const auto echo = text_at(root, member);
  if (!echo) return wrong(member.at);
  if (*echo == asked[argument]) return std::nullopt;
  if (argument == Argument::reference)
    return AnswerFault{Outcome::wrong_account, "the answer is about another payment or reading", member.at.text};
  return AnswerFault{Outcome::wrong_account, "the answer belongs to somebody else", member.at.text};
}

// `is_absence`: that there is no such payment may be said by its reference alone; what is named must be what was
// asked all the same.
std::optional<AnswerFault> check_echoes(const OperationForm& form, const JsonValue& root, const Arguments& asked,
                                        bool is_absence) {
  for (const auto& [argument, member] : form.echo) {
    if (is_absence && argument != Argument::reference && !is_there(root, member)) continue;
    if (const auto fault = check_echo(root, argument, member, asked)) return fault;
  }
  return std::nullopt;
}

std::optional<AnswerFault> check_amount(const OperationForm& form, const JsonValue& root, Money asked,
                                        bool is_absence) {
  if (!form.echo_amount) return std::nullopt;
  const AmountMember& member = *form.echo_amount;
  const bool is_named = value_at(root, member.at) != nullptr || (member.currency && is_there(root, *member.currency));
  if (is_absence && !is_named) return std::nullopt;
  const AnswerFault other{Outcome::wrong_account, "the answer is about another payment", member.at.text};
  if (member.currency) {
    const auto code = text_at(root, *member.currency);
    if (!code) return wrong(member.currency->at);
    if (*code != to_string(asked.currency)) return other;
  }
  const Answer<Money> amount = money_at(root, member, asked.currency);
  if (!amount) return amount.error();
  if (*amount != asked) return other;
  return std::nullopt;
}

// The rule that the answer falls under; nothing of the account or person is looked at yet.
Answer<const Rule*> rule_of(const OperationForm& form, const Reply& reply, const JsonValue* root) {
  for (const Rule& rule : form.rules) {
    if (!holds(rule, reply.status, root)) continue;
    switch (rule.is) {
      case Meaning::not_found:
        return no_account;
      case Meaning::wait:
        return not_yet;
      case Meaning::garbage:
        return refused;
      case Meaning::ok:
      case Meaning::accepted:
      case Meaning::too_low:
      case Meaning::already:
      case Meaning::not_open:
      case Meaning::posted:
      case Meaning::declined:
      case Meaning::absent:
        if (root == nullptr) return not_json;
        return &rule;
    }
  }
  const bool is_named = std::ranges::any_of(form.rules, [&](const Rule& rule) {
    return std::ranges::find(rule.statuses, reply.status) != rule.statuses.end();
  });
  if (!is_named || !is_success(reply.status)) return unknown_status;
  return root == nullptr ? not_json : unmatched;
}

// Reads an answer that is about what was asked for.
template <class T, class Read>
Answer<T> read_by(const OperationForm& form, const Reply& reply, const Arguments& asked, const Read& read) {
  const JsonDocument document(reply.body);
  const Answer<const Rule*> rule = rule_of(form, reply, document.root());
  if (!rule) return judged(rule.error(), reply.status);
  if (const auto fault = check_echoes(form, *document.root(), asked, false)) return judged(*fault, reply.status);
  Answer<T> value = read(*document.root(), **rule);
  if (!value) return judged(value.error(), reply.status);
  return value;
}

Answer<const JsonValue*> list_of(const OperationForm& form, const JsonValue& root, std::size_t entries_max) {
  const JsonValue* list = value_at(root, *form.list);
  if (list == nullptr || list->kind != JsonValue::Kind::list) return wrong(*form.list);
  if (list->size > entries_max)
    return AnswerFault{Outcome::too_large, "the list has too many entries", form.list->text};
  return list;
}

// Reads each entry of a list; the first that is wrong is the list's fault.
template <class T, class Read>
Answer<std::vector<T>> read_list(const OperationForm& form, const JsonValue& root, std::size_t entries_max,
                                 const Read& read) {
  const Answer<const JsonValue*> list = list_of(form, root, entries_max);
  if (!list) return list.error();
  std::vector<T> entries;
  entries.reserve((*list)->size);
  for (const JsonValue* entry = (*list)->first; entry != nullptr; entry = entry->next) {
    Answer<T> value = read(*entry, entries);
    if (!value) return value.error();
    entries.push_back(std::move(*value));
  }
  return entries;
}

Answer<Account> account_in(const OperationForm& form, const JsonValue& from) {
  const auto id = text_at(from, *form.account);
  if (!id || !is_account_number(*id)) return wrong(form.account->at);
  Account account{std::string(*id), {}};
  if (form.label && (!form.label->is_optional || is_there(from, *form.label))) {
    auto label = short_text_at(from, *form.label);
    if (!label) return wrong(form.label->at);
    account.label = std::move(*label);
  }
  if (form.category && (!form.category->is_optional || is_there(from, *form.category))) {
    const auto category = text_at(from, *form.category);
    if (!category || !is_category(*category)) return wrong(form.category->at);
    account.category = *category;
  }
  return account;
}

Answer<Due> due_in(const OperationForm& form, const JsonValue& from, Currency currency) {
  const Answer<Money> amount = money_at(from, *form.amount, currency);
  if (!amount) return amount.error();
  const auto bills = integer_at(from, *form.bills, bills_counted_max);
  if (!bills) return wrong(form.bills->at);
  return Due{*amount, static_cast<int>(*bills)};
}

// What a company may leave out where its connector says so. `take` reads it; false: it is wrong.
template <class Take>
std::optional<AnswerFault> fault_in(const std::optional<Member>& member, const JsonValue& root, const Take& take) {
  if (!member || (member->is_optional && !is_there(root, *member))) return std::nullopt;
  if (take(*member)) return std::nullopt;
  return wrong(member->at);
}

template <std::size_t N>
std::optional<std::size_t> word_at(const JsonValue& root, const Member& member,
                                   const std::array<std::string_view, N>& words) {
  const auto text = text_at(root, member);
  const auto found = text ? std::ranges::find(words, *text) : words.end();
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

std::optional<AnswerFault> number_fault(const std::optional<Member>& member, const JsonValue& root, std::int64_t min,
                                        std::int64_t max, std::optional<std::int64_t>& into) {
  return fault_in(member, root, [&](const Member& at) {
    into = integer_at(root, at, max);
    return into && *into >= min;
  });
}

// Two members that tell nothing without each other.
template <class One, class Other>
std::optional<AnswerFault> half_fault(const std::optional<One>& one, const std::optional<Member>& at_one,
                                      const std::optional<Other>& other, const std::optional<Member>& at_other) {
  if (one.has_value() == other.has_value()) return std::nullopt;
  const std::optional<Member>& missing = one ? at_other : at_one;
  return wrong(missing ? missing->at : (one ? at_one : at_other)->at);
}

bool is_month(std::string_view text) {  // "2026-11"
  return text.size() == 7 && text[4] == '-' && text.substr(0, 4).find_first_not_of("0123456789") == text.npos &&
         text.substr(5) >= "01" && text.substr(5) <= "12" && (text[6] >= '0' && text[6] <= '9');
}

// What is told of the meter itself.
std::optional<AnswerFault> meter_fault(const OperationForm& form, const JsonValue& root, LastReading& reading) {
  auto fault = fault_in(form.meter, root, [&](const Member& at) {
    const auto word = word_at(root, at, meter_state_names);
    if (word) reading.meter = static_cast<MeterState>(*word);
    return word.has_value();
  });
  std::optional<std::int64_t> digits;
  if (!fault) fault = number_fault(form.digits, root, 1, register_digits_max, digits);
  reading.digits = static_cast<int>(digits.value_or(0));
  std::optional<std::string> on;
  if (!fault) {
    fault = fault_in(form.replaced_on, root, [&](const Member& at) {
      on = date_at(root, at);
      return on.has_value();
    });
  }
  std::optional<std::int64_t> start;
  if (!fault) fault = number_fault(form.start_value, root, 0, reading_max, start);
  if (!fault) fault = half_fault(on, form.replaced_on, start, form.start_value);
  if (!fault && on) reading.replaced = Replacement{*std::move(on), *start};
  return fault;
}

// What is told of when and by whom it is read, and of how much is usual.
std::optional<AnswerFault> round_fault(const OperationForm& form, const JsonValue& root, LastReading& reading) {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
  auto fault = number_fault(form.usual, root, 0, usual_consumption_max, reading.usual);
  if (!fault) fault = number_fault(form.first_day, root, 1, day_of_month_max, first);
  if (!fault) fault = number_fault(form.last_day, root, 1, day_of_month_max, last);
  if (!fault) fault = half_fault(first, form.first_day, last, form.last_day);
  if (!fault && first) reading.window = DayWindow{static_cast<unsigned>(*first), static_cast<unsigned>(*last)};
  if (!fault) {
    fault = fault_in(form.period, root, [&](const Member& at) {
      const auto month = text_at(root, at);
      if (month && is_month(*month)) reading.period = *month;
      return !reading.period.empty();
    });
  }
  if (!fault) {
    fault = fault_in(form.read_by, root, [&](const Member& at) {
      const auto word = word_at(root, at, read_by_names);
      if (word) reading.read_by = *word == 0 ? ReadBy::citizen : ReadBy::reader;
      return word.has_value();
    });
  }
  return fault;
}

// A register shows no more than its digits.
bool fits_register(std::int64_t value, int digits) {
  std::int64_t above = 1;
  for (int i = 0; i < digits; ++i) above *= 10;
  return digits == 0 || value < above;
}

Answer<PaymentAnswer> state_in(const JsonValue& root, const Rule& rule) {
  if (rule.is == Meaning::absent) return PaymentAnswer{PaymentState::absent, {}, {}};
  if (rule.is == Meaning::posted) {
    const auto number = text_at(root, *rule.company_reference);
    if (!number || !is_reference(*number) || number->size() > company_reference_max)
      return wrong(rule.company_reference->at);
    return PaymentAnswer{PaymentState::posted, std::string(*number), {}};
  }
  if (!rule.reason) return PaymentAnswer{PaymentState::declined, {}, rule.fixed_reason};
  const auto reason = text_at(root, *rule.reason);
  if (!reason || std::ranges::find(decline_reasons, *reason) == decline_reasons.end()) return wrong(rule.reason->at);
  return PaymentAnswer{PaymentState::declined, {}, std::string(*reason)};
}

}  // namespace

bool is_understood(const OperationForm& form, const Reply& reply) {
  const JsonDocument document(reply.body);
  const auto rule =
      std::ranges::find_if(form.rules, [&](const Rule& one) { return holds(one, reply.status, document.root()); });
  return rule != form.rules.end() && rule->is != Meaning::garbage;
}

Answer<std::vector<Account>> read_accounts(const OperationForm& form, const Reply& reply, const Arguments& asked) {
  return read_by<std::vector<Account>>(form, reply, asked, [&](const JsonValue& root, const Rule&) {
    return read_list<Account>(form, root, accounts_max,
                              [&](const JsonValue& entry, const std::vector<Account>& before) -> Answer<Account> {
                                Answer<Account> account = account_in(form, entry);
                                if (account && std::ranges::find(before, account->id, &Account::id) != before.end())
                                  return wrong(form.account->at);
                                return account;
                              });
  });
}

Answer<FoundAccount> read_found(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                Currency currency) {
  return read_by<FoundAccount>(form, reply, asked, [&](const JsonValue& root, const Rule&) -> Answer<FoundAccount> {
    Answer<Account> account = account_in(form, root);
    if (!account) return account.error();
    const Answer<Due> due = due_in(form, root, currency);
    if (!due) return due.error();
    return FoundAccount{std::move(*account), *due};
  });
}

Answer<Due> read_due(const OperationForm& form, const Reply& reply, const Arguments& asked, Currency currency) {
  return read_by<Due>(form, reply, asked,
                      [&](const JsonValue& root, const Rule&) { return due_in(form, root, currency); });
}

Answer<std::vector<Bill>> read_bills(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                     Currency currency) {
  std::int64_t total = 0;
  const auto read_bill = [&](const JsonValue& entry, const std::vector<Bill>& before) -> Answer<Bill> {
    const Answer<Money> amount = money_at(entry, *form.amount, currency);
    if (!amount) return amount.error();
    total += amount->minor;
    auto date = date_at(entry, *form.date);
    if (!date || (!before.empty() && *date < before.back().date)) return wrong(form.date->at);
    const auto name = text_at(entry, *form.name);
    if (!name || !is_reference(*name) || name->size() > bill_name_max) return wrong(form.name->at);
    if (amount->minor == 0 || total > amount_minor_max) return wrong(form.amount->at);
    return Bill{std::string(*name), std::move(*date), *amount};
  };
  return read_by<std::vector<Bill>>(form, reply, asked, [&](const JsonValue& root, const Rule&) {
    return read_list<Bill>(form, root, bills_max, read_bill);
  });
}

Answer<std::vector<Payment>> read_payments(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                           Currency currency) {
  const auto read_one = [&](const JsonValue& entry, const std::vector<Payment>&) -> Answer<Payment> {
    const Answer<Money> amount = money_at(entry, *form.amount, currency);
    if (!amount) return amount.error();
    auto date = date_at(entry, *form.date);
    if (!date) return wrong(form.date->at);
    std::string place;
    if (form.place && (!form.place->is_optional || is_there(entry, *form.place))) {
      auto named = short_text_at(entry, *form.place);
      if (!named) return wrong(form.place->at);
      place = std::move(*named);
    }
    return Payment{std::move(*date), *amount, std::move(place)};
  };
  return read_by<std::vector<Payment>>(form, reply, asked, [&](const JsonValue& root, const Rule&) {
    return read_list<Payment>(form, root, payments_max, read_one);
  });
}

Answer<LastReading> read_last_reading(const OperationForm& form, const Reply& reply, const Arguments& asked) {
  return read_by<LastReading>(form, reply, asked, [&](const JsonValue& root, const Rule&) -> Answer<LastReading> {
    LastReading reading;
    if (const auto fault = meter_fault(form, root, reading)) return *fault;
    if (const auto fault = round_fault(form, root, reading)) return *fault;
    // What is not read any more may never have been.
    const bool is_read = reading.meter == MeterState::in_service;
    if (is_read || is_there(root, *form.value)) {
      const auto value = integer_at(root, *form.value, reading_max);
      if (!value || !fits_register(*value, reading.replaced ? 0 : reading.digits)) return wrong(form.value->at);
      reading.value = *value;
    }
    if (is_read || is_there(root, *form.date)) {
      auto date = date_at(root, *form.date);
      if (!date) return wrong(form.date->at);
      reading.date = std::move(*date);
    }
    if (reading.replaced && !fits_register(reading.replaced->start, reading.digits))
      return wrong(form.start_value->at);
    return reading;
  });
}

Answer<ReadingVerdict> read_verdict(const OperationForm& form, const Reply& reply, const Arguments& asked) {
  return read_by<ReadingVerdict>(form, reply, asked,
                                 [&](const JsonValue&, const Rule& rule) -> Answer<ReadingVerdict> {
                                   if (rule.is == Meaning::accepted) return ReadingVerdict::accepted;
                                   if (rule.is == Meaning::too_low) return ReadingVerdict::too_low;
                                   if (rule.is == Meaning::already) return ReadingVerdict::already;
                                   return ReadingVerdict::not_open;
                                 });
}

Answer<PaymentAnswer> read_payment(const OperationForm& form, const Reply& reply, const Arguments& asked,
                                   Money amount) {
  const JsonDocument document(reply.body);
  const JsonValue* root = document.root();
  const Answer<const Rule*> rule = rule_of(form, reply, root);
  // Whatever it says of somebody else's payment, it says nothing of this one.
  const bool is_absence = !rule || (*rule)->is == Meaning::absent;
  if (root != nullptr && (rule || rule.error().what == unmatched.what)) {
    auto fault = check_echoes(form, *root, asked, is_absence);
    if (!fault) fault = check_amount(form, *root, amount, is_absence);
    if (fault) return judged(*fault, reply.status);
  }
  if (!rule) return judged(rule.error(), reply.status);
  Answer<PaymentAnswer> answer = state_in(*root, **rule);
  if (!answer) return judged(answer.error(), reply.status);
  return answer;
}

}  // namespace shubbak::connectors
