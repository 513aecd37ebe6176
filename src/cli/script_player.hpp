// Plays conversations against the service through the network and judges what comes back. Every `expect` waits for
// its event with a deadline; only a `wait` step passes time. One thread (the network's).
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/conversation.hpp"
#include "cli/network.hpp"
#include "companies/http_client.hpp"

namespace shubbak::cli {

struct PlayerConfig {
  std::chrono::milliseconds expect_timeout{10'000};
  Msisdn phone;                         // for conversations that name none
  std::vector<std::string> vouchers{};  // PINs for {voucher}: one for each conversation that types it
  std::string config{};                 // the deployment's shubbak.yaml, on which staff act; "": they do not
};

struct PlayResult {
  std::size_t conversations = 0;
  std::size_t checks = 0;
  std::size_t failed = 0;  // conversations
};
std::string to_string(const PlayResult& result);  // "ok: 3 conversations, 41 checks"

class ScriptPlayer {
 public:
  ScriptPlayer(Network& network, PlayerConfig config);
  // Plays all, one after another, each on its own phone as it left it; a failed step ends its conversation.
  boost::asio::awaitable<PlayResult> play(std::vector<Conversation> conversations);

 private:
  // Nothing: the step held. Else what was expected and what was there.
  using Failure = std::optional<std::string>;

  boost::asio::awaitable<Failure> run(Handset& handset, const std::optional<GivenStaff>& staff,
                                      const ScriptStep& step);
  boost::asio::awaitable<Failure> act_as_staff(Handset& handset, const GivenStaff& staff, const ScriptStep& step);
  boost::asio::awaitable<Failure> expect_screen(Handset& handset, const ScriptStep& step);
  boost::asio::awaitable<Failure> expect_message(Handset& own, const ScriptStep& step);
  boost::asio::awaitable<void> wait_for_change(Instant deadline);
  [[nodiscard]] std::string typed(const Handset& handset, std::string text) const;
  std::vector<Handset*> phones_of(const Conversation& conversation);
  [[nodiscard]] std::size_t& claimed(const Handset& handset);
  Failure act(Handset& handset, const ScriptStep& step);
  boost::asio::awaitable<Failure> press_on_page(Handset& handset, const ScriptStep& step);
  Failure judge_screen(const UssdScreen& screen, const Expectation& wanted);
  [[nodiscard]] Instant deadline_of(const Expectation& wanted) const;

  Network& network_;
  PlayerConfig config_;
  boost::asio::steady_timer changed_;
  companies::HttpClient browser_;
  std::size_t checks_ = 0;
  std::map<std::uint64_t, std::size_t> messages_claimed_;  // of the inbox of each phone that takes part
  std::optional<std::string> told_code_;                   // that came to another phone, and was read out
  std::size_t vouchers_used_ = 0;
  bool screen_judged_ = false;  // its length and encoding were counted already
};

}  // namespace shubbak::cli
