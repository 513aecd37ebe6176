#include "companies/company.hpp"

#include "companies/answers.hpp"

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

template <class T, class Read>
Result<T> Company::judge(const HttpResult& answer, const Read& read) {
  if (!answer) {
    return fault(outcome_of(answer.error().failure), errc_of(answer.error()), answer.error().message);
  }
  if (answer->status == 404 && says_not_found(answer->body)) {
    return fault(Outcome::not_found, Errc::not_found, "no such account");
  }
  if (answer->status != 200) {
    return fault(Outcome::http_status, Errc::unavailable, "status " + std::to_string(answer->status));
  }
  Answer<T> value = read(std::string_view(answer->body));
  if (!value) return fault(value.error().outcome, Errc::unavailable, value.error().what);
  counters_.count(Outcome::ok);
  return std::move(*value);
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
  if (!is_reference(reference)) co_return Error{Errc::invalid, "a reference is 1 to 64 plain characters"};
  std::string body = body_of("account", account);
  body.pop_back();
  body.append(",\"value\":").append(std::to_string(value)).append("}");
  HttpRequest asked = request("/v1/readings", std::move(body), timeout);
  asked.idempotency_key = reference;
  const HttpResult answer = co_await http_.fetch(std::move(asked));
  co_return judge<ReadingVerdict>(answer,
                                  [&](std::string_view json) { return read_verdict(json, account, reference); });
}

}  // namespace shubbak::companies
