#include "companies/answers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <boost/json.hpp>

#include "domain/text.hpp"

namespace shubbak::companies {

namespace json = boost::json;

namespace {

constexpr std::size_t depth_max = 8;
constexpr std::size_t text_letters_max = 40;
constexpr std::int64_t bills_counted_max = 10'000;
constexpr std::int64_t reading_max = 999'999'999'999;
constexpr std::size_t company_reference_max = 40;
constexpr std::size_t bill_name_max = 20;

constexpr AnswerFault not_json{Outcome::garbage, "the answer is not a JSON object"};
constexpr AnswerFault wrong_member{Outcome::garbage, "a member is missing, of a wrong type or out of bounds"};
constexpr AnswerFault wrong_currency{Outcome::garbage, "the amount is in another currency"};
constexpr AnswerFault somebody_else{Outcome::wrong_account, "the answer belongs to somebody else"};
constexpr AnswerFault other_payment{Outcome::wrong_account, "the answer is about another payment"};
constexpr AnswerFault long_list{Outcome::too_large, "the list has too many entries"};

// A document parsed into memory on the stack: a usual answer takes none from the heap.
class Document {
 public:
  explicit Document(std::string_view text)
      : memory_(values_.data(), values_.size()), root_(json::storage_ptr(&memory_)) {
    json::parse_options options;
    options.max_depth = depth_max;
    json::parser parser(json::storage_ptr(), options, scratch_.data(), scratch_.size());
    parser.reset(json::storage_ptr(&memory_));
    boost::system::error_code failed;
    parser.write(text.data(), text.size(), failed);
    if (!failed) root_ = parser.release();
  }
  [[nodiscard]] const json::object* object() const { return root_.if_object(); }

 private:
  std::array<unsigned char, 4096> values_;
  std::array<unsigned char, 2048> scratch_;
  json::monotonic_resource memory_;
  json::value root_;
};

std::optional<std::string_view> text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const json::string& text = value->get_string();
  return std::string_view(text.data(), text.size());
}

std::optional<std::int64_t> integer_of(const json::object& object, std::string_view name, std::int64_t max) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  const std::int64_t number = value->get_int64();
  if (number < 0 || number > max) return std::nullopt;
  return number;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c >= 0xE0000;
}

// Short, one line, and nothing that would turn the rest of a screen around.
std::optional<std::string> short_text_of(const json::object& object, std::string_view name) {
  const std::optional<std::string_view> text = text_of(object, name);
  if (!text || text->size() > text_letters_max * 4) return std::nullopt;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text->size(); ++letters) {
    if (is_control(next_code_point(*text, at))) return std::nullopt;
  }
  if (letters > text_letters_max) return std::nullopt;
  return std::string(*text);
}

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int number = 0;
  for (const char c : text.substr(at, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  if (!year || !month || !day) return false;
  return std::chrono::year_month_day(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

std::optional<std::string> date_of(const json::object& object, std::string_view name) {
  const std::optional<std::string_view> text = text_of(object, name);
  if (!text || !is_date(*text)) return std::nullopt;
  return std::string(*text);
}

// The account (or person) that the answer says it is about must be the one that was asked for.
std::optional<AnswerFault> check_owner(const json::object& object, std::string_view member, std::string_view asked) {
  const std::optional<std::string_view> owner = text_of(object, member);
  if (!owner) return wrong_member;
  if (*owner != asked) return somebody_else;
  return std::nullopt;
}

Answer<Money> money_of(const json::object& object, Currency currency) {
  const std::optional<std::int64_t> minor = integer_of(object, "amount_minor", amount_minor_max);
  const std::optional<std::string_view> code = text_of(object, "currency");
  if (!minor || !code) return wrong_member;
  if (*code != to_string(currency)) return wrong_currency;
  return Money{*minor, currency};
}

Answer<Account> account_of(const json::object& object) {
  const std::optional<std::string_view> id = text_of(object, "account");
  std::optional<std::string> label = short_text_of(object, "label");
  if (!id || !is_account_number(*id) || !label) return wrong_member;
  Account account{std::string(*id), std::move(*label)};
  if (object.contains("category")) {
    const std::optional<std::string_view> category = text_of(object, "category");
    if (!category || !is_category(*category)) return wrong_member;
    account.category = *category;
  }
  return account;
}

Answer<Due> due_of(const json::object& object, Currency currency) {
  const Answer<Money> amount = money_of(object, currency);
  if (!amount) return amount.error();
  const std::optional<std::int64_t> bills = integer_of(object, "bills", bills_counted_max);
  if (!bills) return wrong_member;
  return Due{*amount, static_cast<int>(*bills)};
}

std::optional<AnswerFault> check_amount(const json::object& object, Money asked) {
  const std::optional<std::int64_t> minor = integer_of(object, "amount_minor", amount_minor_max);
  const std::optional<std::string_view> code = text_of(object, "currency");
  if (!minor || !code) return wrong_member;
  if (*minor != asked.minor || *code != to_string(asked.currency)) return other_payment;
  return std::nullopt;
}

// That there is no such payment may be said by its reference alone; what is named must be what was asked all the
// same.
std::optional<AnswerFault> check_payment(const json::object& object, const PaymentAsked& asked, bool absent) {
  if (const auto fault = check_owner(object, "reference", asked.reference)) return fault;
  if (!absent || object.contains("account")) {
    if (const auto fault = check_owner(object, "account", asked.account)) return fault;
  }
  if (!absent || object.contains("amount_minor") || object.contains("currency")) {
    return check_amount(object, asked.amount);
  }
  return std::nullopt;
}

// Each state has its own members and none of another's: an answer that contradicts itself is not understood.
Answer<PaymentAnswer> state_of(const json::object& object) {
  const std::optional<std::string_view> state = text_of(object, "state");
  const std::optional<std::string_view> number = text_of(object, "company_reference");
  const std::optional<std::string_view> reason = text_of(object, "reason");
  const bool has_number = object.contains("company_reference");
  const bool has_reason = object.contains("reason");
  if (state == "absent" && !has_number && !has_reason) return PaymentAnswer{PaymentState::absent, {}, {}};
  if (state == "posted" && !has_reason && number && is_reference(*number) &&
      number->size() <= company_reference_max) {
    return PaymentAnswer{PaymentState::posted, std::string(*number), {}};
  }
  if (state == "declined" && !has_number && reason &&
      std::ranges::find(decline_reasons, *reason) != decline_reasons.end()) {
    return PaymentAnswer{PaymentState::declined, {}, std::string(*reason)};
  }
  return wrong_member;
}

Answer<const json::array*> list_of(const json::object& object, std::string_view name, std::size_t max) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return wrong_member;
  const json::array& list = value->get_array();
  if (list.size() > max) return long_list;
  return &list;
}

}  // namespace

bool is_account_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_category(std::string_view text) {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_reference(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == ':';
  });
}

bool says_not_found(std::string_view json) {
  const Document document(json);
  return document.object() != nullptr && text_of(*document.object(), "error") == "not_found";
}

Answer<std::vector<Account>> read_accounts(std::string_view json, std::string_view national_id) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "national_id", national_id)) return *fault;
  const Answer<const json::array*> list = list_of(*object, "accounts", accounts_max);
  if (!list) return list.error();
  std::vector<Account> accounts;
  accounts.reserve((*list)->size());
  for (const json::value& entry : **list) {
    const json::object* fields = entry.if_object();
    if (fields == nullptr) return wrong_member;
    Answer<Account> account = account_of(*fields);
    if (!account) return account.error();
    if (std::ranges::any_of(accounts, [&](const Account& other) { return other.id == account->id; }))
      return wrong_member;
    accounts.push_back(std::move(*account));
  }
  return accounts;
}

Answer<FoundAccount> read_found(std::string_view json, const AccountQuery& asked, Currency currency) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "national_id", asked.person.reveal())) return *fault;
  if (const auto fault = check_owner(*object, "number", asked.number)) return *fault;
  Answer<Account> account = account_of(*object);
  if (!account) return account.error();
  if (account->category.empty()) return wrong_member;
  const Answer<Due> due = due_of(*object, currency);
  if (!due) return due.error();
  return FoundAccount{std::move(*account), *due};
}

Answer<Due> read_due(std::string_view json, std::string_view account, Currency currency) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "account", account)) return *fault;
  return due_of(*object, currency);
}

Answer<std::vector<Bill>> read_bills(std::string_view json, std::string_view account, Currency currency) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "account", account)) return *fault;
  const Answer<const json::array*> list = list_of(*object, "bills", bills_max);
  if (!list) return list.error();
  std::vector<Bill> bills;
  bills.reserve((*list)->size());
  std::int64_t total = 0;
  for (const json::value& entry : **list) {
    const json::object* fields = entry.if_object();
    if (fields == nullptr) return wrong_member;
    const Answer<Money> amount = money_of(*fields, currency);
    if (!amount) return amount.error();
    total += amount->minor;
    std::optional<std::string> date = date_of(*fields, "date");
    const std::optional<std::string_view> name = text_of(*fields, "bill");
    if (!date || !name || !is_reference(*name) || name->size() > bill_name_max) return wrong_member;
    if (amount->minor == 0 || total > amount_minor_max) return wrong_member;
    if (!bills.empty() && *date < bills.back().date) return wrong_member;
    bills.push_back({std::string(*name), std::move(*date), *amount});
  }
  return bills;
}

Answer<std::vector<Payment>> read_payments(std::string_view json, std::string_view account, Currency currency) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "account", account)) return *fault;
  const Answer<const json::array*> list = list_of(*object, "payments", payments_max);
  if (!list) return list.error();
  std::vector<Payment> payments;
  payments.reserve((*list)->size());
  for (const json::value& entry : **list) {
    const json::object* fields = entry.if_object();
    if (fields == nullptr) return wrong_member;
    const Answer<Money> amount = money_of(*fields, currency);
    if (!amount) return amount.error();
    std::optional<std::string> date = date_of(*fields, "date");
    std::optional<std::string> place = short_text_of(*fields, "place");
    if (!date || !place) return wrong_member;
    payments.push_back({std::move(*date), *amount, std::move(*place)});
  }
  return payments;
}

Answer<LastReading> read_last_reading(std::string_view json, std::string_view account) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "account", account)) return *fault;
  const std::optional<std::int64_t> value = integer_of(*object, "value", reading_max);
  std::optional<std::string> date = date_of(*object, "date");
  if (!value || !date) return wrong_member;
  return LastReading{*value, std::move(*date)};
}

Answer<ReadingVerdict> read_verdict(std::string_view json, std::string_view account, std::string_view reference) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  if (const auto fault = check_owner(*object, "account", account)) return *fault;
  if (const auto fault = check_owner(*object, "reference", reference)) return *fault;
  const std::optional<std::string_view> verdict = text_of(*object, "verdict");
  if (verdict == "accepted") return ReadingVerdict::accepted;
  if (verdict == "too_low") return ReadingVerdict::too_low;
  if (verdict == "already") return ReadingVerdict::already;
  if (verdict == "not_open") return ReadingVerdict::not_open;
  return wrong_member;
}

Answer<PaymentAnswer> read_payment(std::string_view json, const PaymentAsked& asked) {
  Answer<PaymentAnswer> answer = read_payment_status(json, asked);
  if (answer && answer->state == PaymentState::absent) return wrong_member;
  return answer;
}

Answer<PaymentAnswer> read_payment_status(std::string_view json, const PaymentAsked& asked) {
  const Document document(json);
  const json::object* object = document.object();
  if (object == nullptr) return not_json;
  const bool absent = text_of(*object, "state") == "absent";
  if (const auto fault = check_payment(*object, asked, absent)) return *fault;
  return state_of(*object);
}

}  // namespace shubbak::companies
