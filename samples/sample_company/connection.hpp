// One connection to the sample company. Requests are answered in order; a misbehaving answer holds up what follows.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "samples/sample_company/billing.hpp"
#include "samples/sample_company/misbehaviour.hpp"

namespace shubbak::samples {

// What one company counts, for GET /v1/stats.
struct Stats {
  std::uint64_t connections = 0;
  std::uint64_t accounts_search = 0;
  std::uint64_t accounts_due = 0;
  std::uint64_t accounts_find = 0;
  std::uint64_t bills_list = 0;
  std::uint64_t payments_search = 0;
  std::uint64_t readings_last = 0;
  std::uint64_t readings = 0;
  std::uint64_t payments = 0;
  std::uint64_t payments_status = 0;
  std::uint64_t payments_export = 0;
  std::uint64_t misbehaved = 0;
  std::uint64_t refused = 0;  // 400, 404 for a path, 405, 413
};

struct CompanyState {
  Billing billing;
  std::uint64_t index;
  std::chrono::milliseconds late;
  std::chrono::milliseconds payment_late;
  std::chrono::milliseconds payments_take;
  Stats stats;
  std::minstd_rand times;  // how much of payments_take a payment takes

  std::chrono::milliseconds time_of_payment();
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<CompanyState> company);
  void start() { go_on(); }

 private:
  struct Request {
    std::string_view method;
    std::string_view path;
    std::string_view body;
    std::string_view idempotency_key;
    bool close = false;
  };
  enum class Cut : std::uint8_t { request, incomplete, bad };

  void read();
  Cut cut(Request& request, std::size_t& octets) const;
  void go_on();       // answers what can be answered, sends it, reads on
  void answer_all();  // the whole requests that are there, up to one that holds up the rest
  void answer(const Request& request);
  void pay(PaymentOrder order);
  void misbehave(Misbehaviour how, const Reply& right);
  void misbehave(PaidMisbehaviour how, const Reply& right);
  static void append(std::string& out, const Reply& reply);
  void refuse(int status);
  void send();
  void answer_after(std::chrono::milliseconds delay, const Reply& right);
  void drip(std::size_t at);
  void close(bool reset);
  std::string stats_body() const;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<CompanyState> company_;
  std::string in_;
  std::size_t in_used_ = 0;
  std::string out_;
  std::size_t out_sent_ = 0;
  std::string delayed_;
  std::array<char, std::size_t{16} * 1024> chunk_{};
  bool reading_ = false;
  bool writing_ = false;
  bool closing_ = false;  // once everything is sent
  bool held_up_ = false;  // an answer that is late, dripping or never to come
};

}  // namespace shubbak::samples
