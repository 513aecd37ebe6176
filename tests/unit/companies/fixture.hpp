// The sample company's real server in a thread of its own, and a loop that runs one piece of work to its end.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "companies/company.hpp"
#include "samples/sample_company/server.hpp"

namespace shubbak::companies {

constexpr std::chrono::milliseconds soon{500};  // a deadline that passes within a test

class SampleThread {
 public:
  explicit SampleThread(std::vector<std::string> names,
                        std::chrono::milliseconds late = std::chrono::milliseconds(100),
                        Currency currency = Currency::SYP) {
    samples::SampleOptions options;
    options.currency = currency;
    for (std::string& name : names) options.companies.push_back({std::move(name), 0});
    options.generated = 1000;
    options.late = late;
    options.payment_late = late;
    auto server = samples::SampleServer::listen(loop_, options);
    SHUBBAK_ASSERT(server.ok());
    server_ = std::move(*server);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~SampleThread() {
    loop_.stop();
    thread_.join();
  }
  SampleThread(const SampleThread&) = delete;
  SampleThread& operator=(const SampleThread&) = delete;

  [[nodiscard]] std::string url(std::size_t company = 0) const {
    return "http://127.0.0.1:" + std::to_string(server_->port(company));
  }

 private:
  boost::asio::io_context loop_{1};
  std::unique_ptr<samples::SampleServer> server_;
  std::thread thread_;
};

template <class T>
boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work, std::optional<T>& result) {
  result.emplace(co_await std::move(work));
}

// Runs the loop until nothing is left to do, and so shows too that nothing idle keeps it going.
template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
  std::optional<T> result;
  boost::asio::co_spawn(loop, keep(std::move(work), result), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
  loop.restart();
  loop.run();
  SHUBBAK_ASSERT(result.has_value());
  return std::move(*result);
}

class Stopwatch {
 public:
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

inline CompanyConfig config_of(std::string name, std::string url, std::vector<std::string> governorates = {}) {
  CompanyConfig config;
  config.label_ar = config.label_en = name;
  config.name = std::move(name);
  config.base_url = std::move(url);
  config.authorization = "Bearer sample";
  config.governorates = std::move(governorates);
  return config;
}

inline CompanyConfig with_accounts(CompanyConfig config, std::initializer_list<std::string_view> forms) {
  for (const std::string_view form : forms) config.accounts.push_back(*AccountForm::parse(form));
  return config;
}

inline NationalId person(std::string_view digits) {
  return *NationalId::parse(Country::syria, digits);
}

// Far beyond what anything here takes on a busy machine, and far below a wait that never ends.
constexpr std::chrono::milliseconds patience{10'000};

}  // namespace shubbak::companies
