#include "companies/company.hpp"

#include <algorithm>

#include "companies/iso_time.hpp"
#include "connectors/answers.hpp"
#include "connectors/connector_reader.hpp"

namespace shubbak::companies {

using connectors::Answer;
using connectors::AnswerFault;
using connectors::Argument;
using connectors::Arguments;
using connectors::Breaker;
using connectors::Operation;
using connectors::OperationForm;
using connectors::Reply;
using std::chrono::milliseconds;

namespace {

Outcome outcome_of(HttpFailure failure) {
  switch (failure) {
    case HttpFailure::refused:
      return Outcome::overload;
    case HttpFailure::no_time:
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
    case HttpFailure::cut_off:
      return Outcome::cut_off;
  }
  return Outcome::garbage;
}

Errc errc_of(const HttpError& error) {
  // Errc::limit and Errc::invalid promise that nothing was sent: a company's huge answer, or a second try that was
  // refused here, is none of them.
  const bool is_promise = error.code == Errc::limit || error.code == Errc::invalid;
  return is_promise && (error.sent || error.failure == HttpFailure::too_large) ? Errc::unavailable : error.code;
}

// Whether the company is there. An answer that is wrong about one account says nothing against it, nor does a status
// of 5xx by which it says something that its connector knows.
Breaker::Told told_by(const HttpResult& answer, const OperationForm& form) {
  constexpr long server_error = 500;
  if (answer) {
    const bool is_there = answer->status < server_error || is_understood(form, Reply{answer->status, answer->body});
    return is_there ? Breaker::Told::answered : Breaker::Told::failed;
  }
  switch (answer.error().failure) {
    case HttpFailure::deadline:
    case HttpFailure::no_connection:
    case HttpFailure::broken:
    case HttpFailure::not_http:
      return Breaker::Told::failed;
    case HttpFailure::too_large:
      return Breaker::Told::answered;
    case HttpFailure::refused:
    case HttpFailure::no_time:
    case HttpFailure::cancelled:
    case HttpFailure::cut_off:
      return Breaker::Told::nothing;
  }
  return Breaker::Told::nothing;
}

Error not_an_account() {
  return {Errc::invalid, "an account number is 1 to 20 digits"};
}
Error no_such_number(const CompanyConfig& company) {
  return {Errc::not_found, company.name + ": no account has a number of that form"};
}
// The form is the company's word as much as its answer is: one of both is wrong, and nobody is shown which account.
AnswerFault other_form() {
  return {Outcome::garbage, "an account's number has none of the forms in companies[].accounts"};
}
Error not_a_reference() {
  return {Errc::invalid, "a reference is 1 to 64 plain characters"};
}

std::string_view content_type_of(connectors::Body body) {
  return body == connectors::Body::form ? "application/x-www-form-urlencoded" : "application/json";
}

}  // namespace

bool CompanyConfig::serves(std::string_view category) const {
  return std::ranges::find(excluded_categories, category) == excluded_categories.end();
}

bool CompanyConfig::may_have(std::string_view account) const {
  return accounts.empty() ||
         std::ranges::any_of(accounts, [account](const AccountForm& form) { return form.matches(account); });
}

// One of the requests that are under way, and what the breaker is told of it however it ends: also with a frame that
// the loop destroys once the company is gone.
class Company::Question {
 public:
  Question(std::shared_ptr<Watch> watch, Breaker::Ticket ticket) : watch_(std::move(watch)), ticket_(ticket) {
    ++watch_->under_way;
  }
  ~Question() {
    --watch_->under_way;
    watch_->breaker.tell(ticket_, told_, std::chrono::steady_clock::now());
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  void answered(const HttpResult& answer, const OperationForm& form) {
    told_ = is_turned_away_ ? Breaker::Told::failed : told_by(answer, form);
  }
  void turned_away() { is_turned_away_ = true; }  // with a token that had just been given

 private:
  std::shared_ptr<Watch> watch_;
  Breaker::Ticket ticket_;
  Breaker::Told told_ = Breaker::Told::nothing;
  bool is_turned_away_ = false;
};

namespace {

CompanyConfig with_connector(CompanyConfig config) {
  if (config.connector == nullptr) config.connector = connectors::own_connector();
  return config;
}

}  // namespace

Company::Company(CompanyConfig config, HttpClient& http)
    : config_(with_connector(std::move(config))),
      http_(http),
      credentials_(config_.connector, config_.base_url, config_.authorization, http),
      watch_(std::make_shared<Watch>(config_.connector->breaker)) {}

std::size_t Company::side_by_side(std::size_t questions) const {
  const std::size_t concurrent_max = config_.connector->concurrent_max;
  return concurrent_max == 0 ? questions : std::min(concurrent_max, questions);
}

HttpRequest Company::request_of(const OperationForm& form, const Arguments& asked, milliseconds timeout) const {
  connectors::OutgoingRequest filled = connectors::fill_in(form.request, asked);
  HttpRequest request;
  request.method = form.request.method;
  request.url.reserve(config_.base_url.size() + filled.target.size());
  request.url.append(config_.base_url).append(filled.target);
  request.body = std::move(filled.body);
  request.content_type = content_type_of(form.request.body_form);
  request.headers = std::move(filled.headers);
  request.timeout = timeout;
  credentials_.add_to(request, wall_now());
  return request;
}

boost::asio::awaitable<HttpResult> Company::ask(Operation operation, Arguments asked, milliseconds timeout) {
  const std::size_t concurrent_max = config_.connector->concurrent_max;
  if (concurrent_max != 0 && watch_->under_way >= concurrent_max) {
    co_return HttpError(Errc::limit, HttpFailure::refused, false, "too many requests to it are under way");
  }
  const auto ticket = watch_->breaker.admit(std::chrono::steady_clock::now(), operation != Operation::pay);
  if (!ticket) {
    co_return HttpError(Errc::unavailable, HttpFailure::cut_off, false, "it has failed too often, and is left alone");
  }
  Question question(watch_, *ticket);
  const OperationForm& form = *config_.connector->form_of(operation);
  HttpRequest request = request_of(form, asked, timeout);
  request.is_sent_once = operation == Operation::pay || operation == Operation::submit_reading;
  auto fetching =
      credentials_.needs_token() ? fetch_with_token(std::move(request), question) : http_.fetch(std::move(request));
  HttpResult answer = co_await std::move(fetching);
  question.answered(answer, form);
  co_return answer;
}

// A token may end before its time. What only reads is asked again; whatever changes something is left to those who
// asked, who find out first what became of it, and has another token by then.
boost::asio::awaitable<HttpResult> Company::fetch_with_token(HttpRequest request, Question& question) {
  constexpr long unauthorised = 401;
  const Instant deadline = std::chrono::steady_clock::now() + request.timeout;
  const auto left = [deadline] {
    return std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  };
  for (bool is_again = false;; is_again = true) {
    auto getting = credentials_.token(left());
    const Result<std::string, HttpError> token = co_await std::move(getting);
    if (!token) {
      HttpError failed = token.error();
      failed.sent = is_again;
      co_return failed;
    }
    HttpRequest sent = request;
    sent.authorization = *token;
    sent.timeout = left();
    auto fetching = http_.fetch(std::move(sent));
    HttpResult answer = co_await std::move(fetching);
    const bool is_refused = answer && answer->status == unauthorised;
    const bool is_new = is_refused && (!credentials_.reject(*token) || is_again);
    if (is_new) question.turned_away();
    if (is_refused && !is_new && !request.is_sent_once) continue;
    if (answer || !is_again) co_return answer;
    HttpError failed = answer.error();
    failed.sent = true;  // the first one was
    co_return failed;
  }
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

Error Company::without(Operation operation) const {
  return {Errc::unavailable, config_.name + ": its connector has no " + std::string(to_string(operation))};
}

template <class T>
Result<T> Company::counted(Answer<T> value) {
  if (value) {
    counters_.count(Outcome::ok);
    return std::move(*value);
  }
  const connectors::AnswerFault& wrong = value.error();
  const Errc code = wrong.outcome == Outcome::not_found ? Errc::not_found : Errc::unavailable;
  std::string what(wrong.what);
  if (!wrong.at.empty()) what.append(" (").append(wrong.at).append(")");
  return fault(wrong.outcome, code, what);
}

template <class T, class Read>
Result<T> Company::judge(const HttpResult& answer, const Read& read) {
  if (!answer) return unanswered(answer.error());
  return counted<T>(read(Reply{answer->status, answer->body}));
}

template <class Read>
Result<PaymentAnswer> Company::judge_payment(const HttpResult& answer, const Read& read) {
  if (!answer && !answer.error().sent)
    return fault(outcome_of(answer.error().failure), Errc::limit, answer.error().message);
  return judge<PaymentAnswer>(answer, read);
}

void Company::forget(const std::string& account) {
  ++changes_;
  dues_.forget(account);
  bills_.forget(account);
  payments_.forget(account);
  readings_.forget(account);
}

template <class T, class Read>
boost::asio::awaitable<Result<T>> Company::ask_of_account(Operation operation, std::string account,
                                                          milliseconds timeout, connectors::AnswerCache<T>& kept,
                                                          Read read) {
  if (!is_account_number(account)) co_return not_an_account();
  if (!config_.may_have(account)) co_return no_such_number(config_);
  const OperationForm* form = config_.connector->form_of(operation);
  if (form == nullptr) co_return without(operation);
  const bool is_kept = form->cache.count() > 0;
  if (const T* known = is_kept ? kept.find(account, std::chrono::steady_clock::now()) : nullptr; known != nullptr) {
    counters_.count_cache_hit();
    co_return *known;
  }
  const std::uint64_t changes_before = changes_;
  Arguments asked;
  asked[Argument::account] = account;
  auto asking = ask(operation, asked, timeout);
  const HttpResult answer = co_await std::move(asking);
  Result<T> told = judge<T>(answer, [&](const Reply& reply) { return read(*form, reply, asked); });
  if (is_kept && told && changes_before == changes_)
    kept.keep(account, *told, std::chrono::steady_clock::now(), form->cache);
  co_return told;
}

boost::asio::awaitable<Result<std::vector<Account>>> Company::accounts(NationalId person, milliseconds timeout) {
  const OperationForm* form = config_.connector->form_of(Operation::accounts);
  if (form == nullptr) co_return std::vector<Account>{};
  const std::string& number = person.reveal();
  Arguments asked;
  asked[Argument::national_id] = number;
  auto asking = ask(Operation::accounts, asked, timeout);
  const HttpResult answer = co_await std::move(asking);
  co_return judge<std::vector<Account>>(answer, [&](const Reply& reply) -> Answer<std::vector<Account>> {
    auto told = connectors::read_accounts(*form, reply, asked);
    const auto is_known = [this](const Account& one) { return config_.may_have(one.id); };
    if (told && !std::ranges::all_of(*told, is_known)) return other_form();
    return told;
  });
}

boost::asio::awaitable<Result<FoundAccount>> Company::find(AccountQuery query, milliseconds timeout) {
  if (!is_account_number(query.number)) co_return not_an_account();
  if (!is_category(query.category) || !is_category(query.by)) {
    co_return Error{Errc::invalid, "a category is 1 to 20 of a-z, 0-9, '-' and '_'"};
  }
  const OperationForm* form = config_.connector->form_of(Operation::find);
  if (form == nullptr) co_return Error{Errc::not_found, without(Operation::find).message};
  const std::string person = query.person.reveal();
  Arguments asked;
  asked[Argument::national_id] = person;
  asked[Argument::category] = query.category;
  asked[Argument::number] = query.number;
  asked[Argument::by] = query.by;
  auto asking = ask(Operation::find, asked, timeout);
  const HttpResult answer = co_await std::move(asking);
  co_return judge<FoundAccount>(answer, [&](const Reply& reply) -> Answer<FoundAccount> {
    auto told = connectors::read_found(*form, reply, asked, config_.currency);
    if (told && !config_.may_have(told->account.id)) return other_form();
    return told;
  });
}

boost::asio::awaitable<Result<Due>> Company::due(std::string account, milliseconds timeout) {
  const auto read = [currency = config_.currency](const OperationForm& form, const Reply& reply,
                                                  const Arguments& asked) {
    return connectors::read_due(form, reply, asked, currency);
  };
  return ask_of_account<Due>(Operation::due, std::move(account), timeout, dues_, read);
}

boost::asio::awaitable<Result<std::vector<Bill>>> Company::bills(std::string account, milliseconds timeout) {
  const auto read = [currency = config_.currency](const OperationForm& form, const Reply& reply,
                                                  const Arguments& asked) {
    return connectors::read_bills(form, reply, asked, currency);
  };
  return ask_of_account<std::vector<Bill>>(Operation::bills, std::move(account), timeout, bills_, read);
}

boost::asio::awaitable<Result<std::vector<Payment>>> Company::payments(std::string account, milliseconds timeout) {
  const auto read = [currency = config_.currency](const OperationForm& form, const Reply& reply,
                                                  const Arguments& asked) {
    return connectors::read_payments(form, reply, asked, currency);
  };
  return ask_of_account<std::vector<Payment>>(Operation::payments, std::move(account), timeout, payments_, read);
}

boost::asio::awaitable<Result<LastReading>> Company::last_reading(std::string account, milliseconds timeout) {
  return ask_of_account<LastReading>(Operation::last_reading, std::move(account), timeout, readings_,
                                     connectors::read_last_reading);
}

boost::asio::awaitable<Result<ReadingVerdict>> Company::submit_reading(std::string account, std::int64_t value,
                                                                       std::string reference, milliseconds timeout,
                                                                       ReadingNote note) {
  if (!is_account_number(account)) co_return not_an_account();
  if (value < 0) co_return Error{Errc::invalid, "a reading is not below 0"};
  if (!is_reference(reference)) co_return not_a_reference();
  const OperationForm* form = config_.connector->form_of(Operation::submit_reading);
  if (form == nullptr) co_return without(Operation::submit_reading);
  const std::string digits = std::to_string(value);
  Arguments asked;
  asked[Argument::account] = account;
  asked[Argument::value] = digits;
  asked[Argument::reference] = reference;
  asked[Argument::source] = note.source;
  asked[Argument::remark] = note.remark;
  forget(account);
  auto asking = ask(Operation::submit_reading, asked, timeout);
  const HttpResult answer = co_await std::move(asking);
  forget(account);
  co_return judge<ReadingVerdict>(answer,
                                  [&](const Reply& reply) { return connectors::read_verdict(*form, reply, asked); });
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
  const OperationForm* form = config_.connector->form_of(Operation::pay);
  if (form == nullptr) co_return Error{Errc::invalid, without(Operation::pay).message};
  const std::string minor = std::to_string(order.amount.minor);
  const std::string decimal = connectors::decimal_amount(order.amount);
  const std::string not_after = iso_time(order.not_after);
  Arguments asked;
  asked[Argument::account] = order.account;
  asked[Argument::amount_minor] = minor;
  asked[Argument::amount_decimal] = decimal;
  asked[Argument::currency] = to_string(order.amount.currency);
  asked[Argument::reference] = order.reference;
  asked[Argument::not_after] = not_after;
  forget(order.account);
  auto asking = ask(Operation::pay, asked, timeout);
  const HttpResult answer = co_await std::move(asking);
  forget(order.account);
  co_return judge_payment(
      answer, [&](const Reply& reply) { return connectors::read_payment(*form, reply, asked, order.amount); });
}

boost::asio::awaitable<Result<PaymentAnswer>> Company::payment_status(std::string account, Money amount,
                                                                      std::string reference, milliseconds timeout) {
  if (const auto refused = objection(account, amount, reference)) co_return *refused;
  const OperationForm* form = config_.connector->form_of(Operation::payment_status);
  if (form == nullptr) co_return without(Operation::payment_status);
  const std::string minor = std::to_string(amount.minor);
  const std::string decimal = connectors::decimal_amount(amount);
  Arguments asked;
  asked[Argument::account] = account;
  asked[Argument::amount_minor] = minor;
  asked[Argument::amount_decimal] = decimal;
  asked[Argument::currency] = to_string(amount.currency);
  asked[Argument::reference] = reference;
  auto asking = ask(Operation::payment_status, asked, timeout);
  const HttpResult answer = co_await std::move(asking);
  forget(account);
  co_return judge_payment(answer,
                          [&](const Reply& reply) { return connectors::read_payment(*form, reply, asked, amount); });
}

}  // namespace shubbak::companies
