#include "companies/company.hpp"

#include <algorithm>

#include "companies/answers.hpp"
#include "companies/iso_time.hpp"

namespace shubbak::companies {

using std::chrono::milliseconds;

namespace {

// Values are digits or plain reference characters, so nothing needs escaping.
std::string body_of(std::string_view member, std::string_view digits) {
  std::string body;
  body.reserve(member.size() + digits.size() + 8);
  body.append("{\"").append(member).append("\":\"").append(digits).append("\"}");
  return body;
}

Outcome outcome_of(HttpFailure failure) {
  switch (failure) {
    case HttpFailure::refused:
      return Outcome::overload;
    case HttpFailure::deadline:
      return Outcome::timeout;
    case HttpFailure::no_connection:
    case HttpFailure::broken:
      return Outcome::unreachable;
    case HttpFailure::not_http:
      return Outcome::garbage;
    case HttpFailure::too_large:
      return Outcome::too_large;
    case HttpFailure::cancelled:
      return Outcome::cancelled;
  }
  return Outcome::garbage;
}

Errc errc_of(const HttpError& error) {
  // A company's huge answer is the company's fault; Errc::limit stays for what we refuse to begin.
  return error.failure == HttpFailure::too_large ? Errc::unavailable : error.code;
}

Error not_an_account() {
  return {Errc::invalid, "an account number is 1 to 20 digits"};
}
Error not_a_reference() {
  return {Errc::invalid, "a reference is 1 to 64 plain characters"};
}

std::string body_of(const AccountQuery& query) {
  std::string body = body_of("national_id", query.person.reveal());
  body.pop_back();
  body.append(",\"category\":\"").append(query.category);
  body.append("\",\"number\":\"").append(query.number);
  body.append("\",\"by\":\"").append(query.by).append("\"}");
  return body;
}

std::string body_of(const PaymentOrder& order) {
  std::string body = body_of("account", order.account);
  body.pop_back();
  body.append(",\"amount_minor\":").append(std::to_string(order.amount.minor));
  body.append(",\"currency\":\"").append(to_string(order.amount.currency));
  body.append("\",\"not_after\":\"").append(iso_time(order.not_after)).append("\"}");
  return body;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::not_found:
      return "not_found";
    case Outcome::timeout:
      return "timeout";
    case Outcome::unreachable:
      return "unreachable";
    case Outcome::garbage:
      return "garbage";
    case Outcome::too_large:
      return "too_large";
    case Outcome::wrong_account:
      return "wrong_account";
    case Outcome::http_status:
      return "http_status";
    case Outcome::overload:
      return "overload";
    case Outcome::cancelled:
      return "cancelled";
  }
  return "";
}

bool CompanyConfig::serves(std::string_view category) const {
  return std::ranges::find(excluded_categories, category) == excluded_categories.end();
}

Company::Company(CompanyConfig config, HttpClient& http) : config_(std::move(config)), http_(http) {}

HttpRequest Company::request(std::string_view path, std::string body, milliseconds timeout) const {
  HttpRequest request;
  request.url.reserve(config_.base_url.size() + path.size());
  request.url.append(config_.base_url).append(path);
  request.body = std::move(body);
  request.authorization = config_.authorization;
  request.timeout = timeout;
  return request;
}

Error Company::fault(Outcome outcome, Errc code, std::string_view what) {
  counters_.count(outcome);
  std::string message = config_.name;
  message.append(": ").append(to_string(outcome)).append(": ").append(what);
  return {code, std::move(message)};
}

Error Company::unanswered(const HttpError& error) {
  return fault(outcome_of(error.failure), errc_of(error), error.message);
}

Error Company::bad_status(long status) {
  return fault(Outcome::http_status, Errc::unavailable, "status " + std::to_string(status));
}

template <class T>
Result<T> Company::counted(Answer<T> value) {
  if (!value) return fault(value.error().outcome, Errc::unavailable, value.error().what);
  counters_.count(Outcome::ok);
  return std::move(*value);
}

template <class T, class Read>
Result<T> Company::judge(const HttpResult& answer, const Read& read) {
  if (!answer) return unanswered(answer.error());
  if (answer->status == 404 && says_not_found(answer->body)) {
    return fault(Outcome::not_found, Errc::not_found, "no such account");
  }
  if (answer->status != 200) return bad_status(answer->status);
  return counted<T>(read(std::string_view(answer->body)));
}

// Some companies say that there is no such account, or no such payment, with a 404 around the right body.
template <class Read>
Result<PaymentAnswer> Company::judge_payment(const HttpResult& answer, const Read& read) {
  if (!answer && !answer.error().sent)
    return fault(outcome_of(answer.error().failure), Errc::limit, answer.error().message);
  if (!answer) return unanswered(answer.error());
  if (answer->status != 200 && answer->status != 404) return bad_status(answer->status);
  Answer<PaymentAnswer> value = read(std::string_view(answer->body));
  if (answer->status == 404 && (!value || value->state == PaymentState::posted)) return bad_status(answer->status);
  return counted<PaymentAnswer>(std::move(value));
}

boost::asio::awaitable<Result<std::vector<Account>>> Company::accounts(NationalId person, milliseconds timeout) {
  HttpRequest asked = request("/v1/accounts/search", body_of("national_id", person.reveal()), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<std::vector<Account>>(answer,
                                        [&](std::string_view json) { return read_accounts(json, person.reveal()); });
}

boost::asio::awaitable<Result<Due>> Company::due(std::string account, milliseconds timeout) {
  if (!is_account_number(account)) co_return not_an_account();
  HttpRequest asked = request("/v1/accounts/due", body_of("account", account), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<Due>(answer, [&](std::string_view json) { return read_due(json, account, config_.currency); });
}

boost::asio::awaitable<Result<FoundAccount>> Company::find(AccountQuery query, milliseconds timeout) {
  if (!is_account_number(query.number)) co_return not_an_account();
  if (!is_category(query.category) || !is_category(query.by)) {
    co_return Error{Errc::invalid, "a category is 1 to 20 of a-z, 0-9, '-' and '_'"};
  }
  HttpRequest asked = request("/v1/accounts/find", body_of(query), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<FoundAccount>(answer,
                                [&](std::string_view json) { return read_found(json, query, config_.currency); });
}

boost::asio::awaitable<Result<std::vector<Bill>>> Company::bills(std::string account, milliseconds timeout) {
  if (!is_account_number(account)) co_return not_an_account();
  HttpRequest asked = request("/v1/bills/list", body_of("account", account), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<std::vector<Bill>>(
      answer, [&](std::string_view json) { return read_bills(json, account, config_.currency); });
}

boost::asio::awaitable<Result<std::vector<Payment>>> Company::payments(std::string account, milliseconds timeout) {
  if (!is_account_number(account)) co_return not_an_account();
  HttpRequest asked = request("/v1/payments/search", body_of("account", account), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<std::vector<Payment>>(
      answer, [&](std::string_view json) { return read_payments(json, account, config_.currency); });
}

boost::asio::awaitable<Result<LastReading>> Company::last_reading(std::string account, milliseconds timeout) {
  if (!is_account_number(account)) co_return not_an_account();
  HttpRequest asked = request("/v1/readings/last", body_of("account", account), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<LastReading>(answer, [&](std::string_view json) { return read_last_reading(json, account); });
}

boost::asio::awaitable<Result<ReadingVerdict>> Company::submit_reading(std::string account, std::int64_t value,
                                                                       std::string reference, milliseconds timeout) {
  if (!is_account_number(account)) co_return not_an_account();
  if (value < 0) co_return Error{Errc::invalid, "a reading is not below 0"};
  if (!is_reference(reference)) co_return not_a_reference();
  std::string body = body_of("account", account);
  body.pop_back();
  body.append(",\"value\":").append(std::to_string(value)).append("}");
  HttpRequest asked = request("/v1/readings", std::move(body), timeout);
  asked.idempotency_key = reference;
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<ReadingVerdict>(answer,
                                  [&](std::string_view json) { return read_verdict(json, account, reference); });
}

std::optional<Error> Company::objection(std::string_view account, Money amount, std::string_view reference) const {
  if (!is_account_number(account)) return not_an_account();
  if (!is_reference(reference)) return not_a_reference();
  if (amount.minor < 1 || amount.minor > amount_minor_max) {
    return Error{Errc::invalid, "a payment is of 1 to 10^15 minor units"};
  }
  if (amount.currency != config_.currency) {
    return Error{Errc::invalid, config_.name + " is paid in " + std::string(to_string(config_.currency))};
  }
  return std::nullopt;
}

boost::asio::awaitable<Result<PaymentAnswer>> Company::pay(PaymentOrder order, milliseconds timeout) {
  if (const auto refused = objection(order.account, order.amount, order.reference)) co_return *refused;
  if (order.not_after < first_time || order.not_after >= end_of_times) {
    co_return Error{Errc::invalid, "a payment ends in the years 1970 to 9999"};
  }
  HttpRequest asked = request("/v1/payments", body_of(order), timeout);
  asked.idempotency_key = order.reference;
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  const PaymentAsked about{order.account, order.amount, order.reference};
  co_return judge_payment(answer, [&](std::string_view json) { return read_payment(json, about); });
}

boost::asio::awaitable<Result<PaymentAnswer>> Company::payment_status(std::string account, Money amount,
                                                                      std::string reference, milliseconds timeout) {
  if (const auto refused = objection(account, amount, reference)) co_return *refused;
  HttpRequest asked = request("/v1/payments/status", body_of("reference", reference), timeout);
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  const PaymentAsked about{account, amount, reference};
  co_return judge_payment(answer, [&](std::string_view json) { return read_payment_status(json, about); });
}

}  // namespace shubbak::companies
