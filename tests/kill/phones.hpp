// The phones of the town and the operator's network between them and the daemon. Each pays one bill after the other,
// every time another amount, so that an amount names one confirm screen of its phone; when the link is lost it dials
// again and goes on with what it is shown. Keeps what each phone was told, to be held against the books. Thread: the
// loop's.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "cli/phone.hpp"
#include "gateways/smsc_server.hpp"
#include "tests/kill/town.hpp"

namespace shubbak::kill {

struct ToldReceipt {
  std::string number;
  std::string check;
  bool operator==(const ToldReceipt&) const = default;
};
// What became of one confirm screen, as far as its phone knows.
struct Attempt {
  std::int64_t minor = 0;
  std::optional<std::size_t> voucher{};  // of the town's
  bool by_bank_card = false;
  bool is_charged = false;              // the page said so
  bool is_overcharged = false;          // likewise
  bool begun = false;                   // what authorises it was sent, and with a voucher its PIN
  bool answered = false;                // by a screen that ends it
  std::vector<ToldReceipt> receipts{};  // by screen and by SMS, each once
  bool told_not_paid = false;
};

class Subscriber;

class Phones final : private gateways::SmscServerEvents, private cli::Air {
 public:
  // Shares of the payments that are with a voucher, or by bank card, where the company serves well.
  struct Shares {
    double vouchers = 0;
    double bank_cards = 0;
  };
  Phones(boost::asio::io_context& loop, const Town& town, std::uint64_t seed, const Shares& shares);
  ~Phones() override;

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] bool bound() const { return bound_ > 0; }
  // From the next bind on. False: what is begun is brought to its end, nothing new is begun.
  void pay(bool go_on) { paying_ = go_on; }

  // Payments without an answer on their phone; of those by bank card, that are charged.
  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] bool all_idle() const;
  [[nodiscard]] std::size_t begun() const;
  // Of each phone, in the order of the town's citizens: its confirm screens; the one of n pounds is number n - 1.
  [[nodiscard]] const std::vector<Attempt>& attempts(std::size_t citizen) const;
  // What no phone may see, whatever was paid; and dialogues that the daemon refused.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  [[nodiscard]] std::size_t refused() const { return refused_; }
  // How many dialogues ended in which words since the last bind, and how many phones have no more bills to pay: why
  // too little is paid.
  [[nodiscard]] std::string account_of_ends() const;

 private:
  friend class Subscriber;

  Status deliver(const smpp::Sm& sm) override;
  smpp::CommandStatus on_bind_request(gateways::SmscServer& server, gateways::EsmeId esme, smpp::BindMode mode,
                                      const smpp::Bind& bind) override;
  void on_bound(gateways::SmscServer& server, gateways::EsmeId esme, smpp::BindMode mode,
                std::string_view system_id) override;
  std::optional<smpp::CommandStatus> on_submit(gateways::SmscServer& server, gateways::EsmeId esme,
                                               const smpp::SessionEvents::Delivery& submit,
                                               std::string_view message_id) override;
  void on_response(gateways::SmscServer& server, gateways::EsmeId esme, std::uint64_t tag,
                   smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status) override;
  void on_protocol_error(gateways::SmscServer& server, gateways::EsmeId esme, std::uint32_t command_id,
                         std::uint32_t offset, std::string_view reason) override;
  void on_closed(gateways::SmscServer& server, gateways::EsmeId esme, std::string_view reason) override;

  Subscriber* find(std::string_view digits);
  bool draw(double share) { return std::bernoulli_distribution(share)(random_); }
  std::optional<std::size_t> draw_voucher();
  std::string draw_button();
  std::chrono::milliseconds draw_rest();

  boost::asio::io_context& loop_;
  const Town& town_;
  std::mt19937_64 random_;
  Shares shares_;
  std::size_t vouchers_used_ = 0;
  bool paying_ = false;
  std::size_t bound_ = 0;
  std::size_t refused_ = 0;
  std::map<std::string, std::size_t> ends_;  // by the words, without digits, since the last bind
  std::vector<std::string> faults_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;  // as the town's citizens
  gateways::SmscServer server_;                           // last: its events reach all of the above
};

}  // namespace shubbak::kill
