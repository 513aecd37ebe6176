// shubbak connectors: are companies' systems asked and understood as their connectors say?

#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "companies/company.hpp"
#include "domain/text.hpp"

namespace shubbak::cli {
namespace {

using companies::Company;
using connectors::Argument;
using connectors::Operation;

constexpr std::chrono::seconds answer_timeout{10};

struct ConnectorsOptions {
  std::string config;
  std::string company;  // empty: all
  std::string account;
  std::string national_id;
};

// What is asked, with names in capitals in place of what is anybody's.
connectors::OutgoingRequest shape_of(const connectors::RequestForm& form) {
  std::array<std::string, connectors::argument_count> names;
  connectors::Arguments arguments;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const char c : connectors::argument_names[i]) names[i] += c == '_' ? c : static_cast<char>(c - 'a' + 'A');
    arguments[static_cast<Argument>(i)] = names[i];
  }
  return connectors::fill_in(form, arguments);
}

std::string_view who_asks(const companies::CompanyConfig& company) {
  const connectors::Connector& connector = *company.connector;
  if (connector.api_key) return "an API key (masked)";
  if (connector.basic) return "a password (masked)";
  if (connector.oauth2) return "a token of OAuth 2 (masked)";
  if (connector.hmac) return "a signature (HMAC, secret masked)";
  return company.authorization.empty() ? "nobody in particular" : "the company's authorization (masked)";
}

void show_request(Operation operation, const connectors::OperationForm& form) {
  const connectors::OutgoingRequest request = shape_of(form.request);
  std::printf("  %s\n    %s %s\n", std::string(to_string(operation)).c_str(), form.request.method.c_str(),
              request.target.c_str());
  for (const std::string& header : request.headers) std::printf("    %s\n", header.c_str());
  if (!request.body.empty()) std::printf("    %s\n", request.body.c_str());
}

template <class T>
boost::asio::awaitable<void> keep_answer(boost::asio::awaitable<T> asking, std::optional<T>& answer) {
  answer.emplace(co_await std::move(asking));
}

// Asks the company in a loop of its own, and tells what came.
class Trial {
 public:
  explicit Trial(const companies::CompanyConfig& config) : http_(loop_.get_executor(), {}), company_(config, http_) {}

  Company& company() { return company_; }
  // False: it was no answer.
  template <class T, class Tell>
  bool ask(boost::asio::awaitable<Result<T>> asking, const Tell& tell) {
    std::optional<Result<T>> answer;
    boost::asio::co_spawn(loop_, keep_answer(std::move(asking), answer), boost::asio::detached);
    loop_.restart();
    loop_.run();
    const std::string told = *answer ? "ok: " + tell(**answer) : "WRONG: " + answer->error().message;
    std::printf("    → %s\n", told.c_str());
    return answer->ok();
  }

 private:
  boost::asio::io_context loop_{1};
  companies::HttpClient http_;
  Company company_;
};

std::string number_of(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what;
}

// Reads only: what pays or submits is shown, never sent. False: an answer was wrong.
bool try_out(Trial& trial, Operation operation, const ConnectorsOptions& options,
             const std::optional<NationalId>& person) {
  Company& company = trial.company();
  const auto not_asked = [](const char* why) {
    std::printf("    → not asked: %s\n", why);
    return true;
  };
  const bool needs_account = operation == Operation::due || operation == Operation::bills ||
                             operation == Operation::payments || operation == Operation::last_reading;
  if (needs_account && options.account.empty()) return not_asked("give --account");
  switch (operation) {
    case Operation::accounts:
      if (!person) return not_asked("give --national-id");
      return trial.ask(company.accounts(*person, answer_timeout),
                       [](const auto& accounts) { return number_of(accounts.size(), "accounts"); });
    case Operation::due:
      return trial.ask(company.due(options.account, answer_timeout), [](const companies::Due& due) {
        return format_amount(due.amount) + " due, " + number_of(static_cast<std::size_t>(due.bills), "bills");
      });
    case Operation::bills:
      return trial.ask(company.bills(options.account, answer_timeout),
                       [](const auto& bills) { return number_of(bills.size(), "bills"); });
    case Operation::payments:
      return trial.ask(company.payments(options.account, answer_timeout),
                       [](const auto& payments) { return number_of(payments.size(), "payments"); });
    case Operation::last_reading:
      return trial.ask(company.last_reading(options.account, answer_timeout),
                       [](const companies::LastReading& last) { return "a reading of " + last.date; });
    case Operation::find:
      return not_asked("which account is meant, a person says in a flow");
    case Operation::submit_reading:
    case Operation::pay:
      return not_asked("it changes something");
    case Operation::payment_status:
      return not_asked("it is about one payment");
  }
  return true;
}

bool test_company(const companies::CompanyConfig& config, const ConnectorsOptions& options,
                  const std::optional<NationalId>& person) {
  Trial trial(config);
  const companies::CompanyConfig& company = trial.company().config();
  const std::string file = company.connector_name.empty() ? "the company API" : company.connector->file;
  std::printf("%s, by %s; asked by %s\n", company.name.c_str(), file.c_str(), std::string(who_asks(company)).c_str());
  bool is_right = true;
  for (std::size_t i = 0; i < connectors::operation_count; ++i) {
    const auto operation = static_cast<Operation>(i);
    const connectors::OperationForm* form = company.connector->form_of(operation);
    if (form == nullptr) continue;
    show_request(operation, *form);
    is_right = try_out(trial, operation, options, person) && is_right;
  }
  return is_right;
}

int test_connectors(ConnectorsOptions& options) {
  if (options.national_id == "-" && !std::getline(std::cin, options.national_id))
    return wrong_usage("connectors", "no national number on the standard input");
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  std::optional<NationalId> person;
  if (!options.national_id.empty()) {
    const auto typed = NationalId::parse(config->country, latin_digits(options.national_id));
    if (!typed) return wrong_usage("connectors", "--national-id: " + typed.error().message);
    person = *typed;
  }
  bool is_right = true;
  std::size_t tested = 0;
  for (const companies::CompanyConfig& company : config->companies) {
    if (!options.company.empty() && company.name != options.company) continue;
    ++tested;
    is_right = test_company(company, options, person) && is_right;
  }
  if (tested == 0) return wrong_usage("connectors", "no company is called " + options.company);
  return is_right ? exit_ok : exit_failed;
}

}  // namespace

void add_connectors_command(CLI::App& app, int& exit_code) {
  static ConnectorsOptions options;
  CLI::App* command = app.add_subcommand("connectors", "How companies' systems are asked and understood");
  command->require_subcommand(1);
  CLI::App* testing = command->add_subcommand("test", "Ask a company's real system what its connector describes");
  testing->description(
      "Shows what each operation of a company's connector sends, with names for values and secrets masked, asks\n"
      "those that only read, and tells what is wrong with an answer and at which pointer. It never pays and submits\n"
      "no reading.");
  add_config_option(*testing, options.config);
  testing->add_option("company", options.company, "Of the configuration; without it all are asked");
  testing->add_option("--account", options.account, "Whose bills, payments and reading are asked for");
  testing->add_option("--national-id", options.national_id, "Whose accounts are asked for; '-' reads it from stdin");
  testing->callback([&exit_code] { exit_code = test_connectors(options); });
}

}  // namespace shubbak::cli
