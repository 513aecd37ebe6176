// What gateways of bank cards tell of orders, by a callback or when they are asked: money that was taken pays what
// its order is for, or comes on the person's service card, or is disputed (payments/bank_card.hpp), in one
// transaction with what the person is told; whoever told it is answered after that is committed. Asks each gateway
// for the orders that nobody has called back about, ever less often, until it has told their end, and again for a
// link that did not come. Each gateway has a lane of its own. Thread: the event loop's.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "companies/card_gateway.hpp"
#include "daemon/asked_in_vain.hpp"
#include "daemon/payment_follow_up.hpp"
#include "daemon/teller.hpp"
#include "daemon/walk.hpp"

namespace shubbak::daemon {

class BankCards {
 public:
  using Gateways = std::vector<std::unique_ptr<companies::CardGateway>>;

  // All must outlive it.
  BankCards(Shared& shared, Teller teller, PaymentFollowUp& payments, const Gateways& gateways);

  enum class Taken : std::uint8_t {
    done,
    done_before,
    nothing,      // it changes nothing
    conflict,     // another charge has that name
    not_written,  // to be told again
  };
  boost::asio::awaitable<Taken> take(const companies::CardGateway& gateway, companies::GatewayNotice notice);

  // To be called at the start and every few seconds: goes on where that is not under way already.
  void tick(Instant now);

  // Charges taken by this process.
  [[nodiscard]] std::uint64_t taken(payments::ChargeUse use) const { return taken_[static_cast<std::size_t>(use)]; }

 private:
  struct Lane {
    companies::CardGateway* gateway;
    bool under_way = false;
    Instant next{};
    std::int64_t tried_to = 0;  // number of the last order that was looked at; the next round begins behind it
    AskedInVain asked{};
  };
  struct Charge {
    const companies::GatewayNotice& notice;
    std::optional<store::StoredOrder> order;
    payments::ChargeUse use;
  };
  boost::asio::awaitable<Taken> take_charge(const companies::CardGateway& gateway, companies::GatewayNotice notice);
  boost::asio::awaitable<Taken> close(const store::StoredOrder& order, std::string evidence);
  // Of the order that a charge names, if there is one.
  [[nodiscard]] Result<std::optional<payments::BankCardOrder>> terms_of_charge(
      const std::optional<store::StoredOrder>& order) const;
  [[nodiscard]] Result<std::optional<std::vector<store::Change>>> payment_of(const store::StoredOrder& order,
                                                                             WallTime now) const;
  [[nodiscard]] std::string news_of(const Charge& charge) const;
  void pay(const std::string& key);
  boost::asio::awaitable<void> ask_for_all(Lane& lane);
  boost::asio::awaitable<bool> ask_for(Lane& lane, store::StoredOrder order);
  boost::asio::awaitable<bool> send_link(companies::CardGateway& gateway, store::StoredOrder order);

  Shared& shared_;
  Teller teller_;
  PaymentFollowUp& payments_;
  std::vector<Lane> lanes_;  // never grows once made
  std::array<std::uint64_t, 3> taken_{};
};

}  // namespace shubbak::daemon
