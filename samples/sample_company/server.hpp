// The sample company server: HTTP/1.1 with keep-alive and pipelining over plain sockets, several companies on several
// ports in one thread. Made to be fast, since the bench drives it, and to misbehave on purpose. Thread: the one that
// runs the io_context.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::samples {

struct SampleCompany {
  std::string name;
  std::uint16_t port = 0;  // 0: any free one
};
struct SampleOptions {
  std::vector<SampleCompany> companies;
  std::string address = "127.0.0.1";
  Currency currency = Currency::SYP;               // of all amounts
  std::uint64_t generated = 0;                     // generated accounts in each company
  std::chrono::milliseconds late{2000};            // how late the late account is
  std::chrono::milliseconds payment_late{12'000};  // how late the account is that answers a payment late
  std::chrono::milliseconds payments_take{0};      // the most that any other payment's answer takes
};

class SampleServer {
 public:
  // Errors: io (an address cannot be listened on), invalid.
  static Result<std::unique_ptr<SampleServer>> listen(boost::asio::io_context& loop, const SampleOptions& options);
  ~SampleServer();
  SampleServer(const SampleServer&) = delete;
  SampleServer& operator=(const SampleServer&) = delete;

  [[nodiscard]] std::uint16_t port(std::size_t company) const;

 private:
  struct Listener;
  SampleServer();
  std::vector<std::shared_ptr<Listener>> listeners_;
};

}  // namespace shubbak::samples
