#include "cli/script_player.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cli/command.hpp"
#include "cli/judgement.hpp"
#include "cli/staff_act.hpp"
#include "services/reading_rules.hpp"

namespace shubbak::cli {
namespace {

namespace asio = boost::asio;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view voucher_mark = "{voucher}";

void say_lines(const Handset& handset, std::string_view text) {
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    handset.say("  " + std::string(text.substr(begin, end - begin)));
    begin = end + 1;
  }
}

std::string counted(std::size_t count, std::string_view one) {
  return std::to_string(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

std::string describe_step(const ScriptStep& step) {
  switch (step.kind) {
    case ScriptStep::Kind::dial:
      return "dial " + step.text;
    case ScriptStep::Kind::send:
      return "send " + step.text;
    case ScriptStep::Kind::sms:
      return "sms " + step.text;
    case ScriptStep::Kind::wait:
      return "wait " + std::to_string(step.wait.count()) + "ms";
    case ScriptStep::Kind::drop:
      return "drop";
    case ScriptStep::Kind::redial:
      return "redial";
    case ScriptStep::Kind::hang_up:
      return "hang up";
    case ScriptStep::Kind::page:
      return "page " + step.text;
    case ScriptStep::Kind::staff: {
      std::string told = "staff";
      for (const std::string& word : step.words) told.append(" ").append(word);
      return told;
    }
    case ScriptStep::Kind::slow:
      return "slow";
    case ScriptStep::Kind::late:
      return "late";
    case ScriptStep::Kind::duplicate:
      return "duplicate";
    case ScriptStep::Kind::crash:
      return "crash";
    case ScriptStep::Kind::expect:
    case ScriptStep::Kind::expect_sms:
      return {};
  }
  return {};
}

// On every deployment's clock a day of which the working hours are still to come.
std::string tomorrow() {
  return services::local_date(wall_now() + std::chrono::hours(24), std::chrono::minutes(0));
}

std::string seconds(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count % 1000 == 0) return std::to_string(count / 1000) + " s";
  return std::to_string(count) + " ms";
}

}  // namespace

std::string to_string(const PlayResult& result) {
  const std::string checks = counted(result.checks, "check");
  if (result.failed == 0) return "ok: " + counted(result.conversations, "conversation") + ", " + checks;
  return "failed: " + std::to_string(result.failed) + " of " + counted(result.conversations, "conversation") + "; " +
         checks + " held";
}

ScriptPlayer::ScriptPlayer(Network& network, PlayerConfig config)
    : network_(network), config_(std::move(config)), changed_(network.executor()), browser_(network.executor(), {}) {}

asio::awaitable<PlayResult> ScriptPlayer::play(std::vector<Conversation> conversations) {
  PlayResult result;
  for (const Conversation& conversation : conversations) {
    const std::vector<Handset*> phones = phones_of(conversation);
    Handset& handset = *phones.front();
    told_code_.reset();
    for (Handset* phone : phones) {
      phone->on_change([this] { changed_.cancel(); });
      phone->forget();
      claimed(*phone) = phone->inbox().size();
    }
    handset.say("━━ " + conversation.name + " · " + handset.phone().msisdn().masked());
    ++result.conversations;
    Failure failure;
    const ScriptStep* failed_at = nullptr;
    for (const ScriptStep& step : conversation.steps) {
      failure = co_await run(handset, conversation.staff, step);
      if (failure) {
        failed_at = &step;
        break;
      }
    }
    for (const Handset* phone : phones) {
      if (!failure && phone->inbox().size() > claimed(*phone))
        failure = "a message came that no expect_sms asks for" + got(phone->inbox()[claimed(*phone)].text);
    }
    if (failure) {
      ++result.failed;
      const Place& place = failed_at != nullptr ? failed_at->at : conversation.at;
      handset.say("✗ " + to_string(place) + ": " + conversation.name);
      say_lines(handset, *failure);
    } else {
      handset.say("✓ " + conversation.name);
    }
    const bool used_voucher = std::ranges::any_of(
        conversation.steps, [](const ScriptStep& step) { return step.text.find(voucher_mark) != std::string::npos; });
    if (used_voucher) ++vouchers_used_;
    handset.phone().leave();
    for (Handset* phone : phones) phone->on_change({});
  }
  result.checks = checks_;
  co_return result;
}

// The one that acts first, then those that messages are expected on.
std::vector<Handset*> ScriptPlayer::phones_of(const Conversation& conversation) {
  std::vector<Handset*> phones{&network_.handset(conversation.phone.value_or(config_.phone))};
  for (const ScriptStep& step : conversation.steps) {
    if (!step.expectation.phone) continue;
    Handset* one = &network_.handset(*step.expectation.phone);
    if (std::ranges::find(phones, one) == phones.end()) phones.push_back(one);
  }
  return phones;
}

std::size_t& ScriptPlayer::claimed(const Handset& handset) {
  return messages_claimed_[handset.phone().msisdn().value()];
}

asio::awaitable<ScriptPlayer::Failure> ScriptPlayer::run(Handset& handset, const std::optional<GivenStaff>& staff,
                                                         const ScriptStep& step) {
  switch (step.kind) {
    case ScriptStep::Kind::expect:
      co_return co_await expect_screen(handset, step);
    case ScriptStep::Kind::expect_sms:
      co_return co_await expect_message(handset, step);
    case ScriptStep::Kind::wait: {
      handset.say("▸ " + describe_step(step));
      asio::steady_timer passing(network_.executor(), step.wait);
      co_await passing.async_wait(as_tuple);
      co_return std::nullopt;
    }
    case ScriptStep::Kind::page:
      co_return co_await press_on_page(handset, step);
    case ScriptStep::Kind::staff:
      co_return co_await act_as_staff(handset, staff.value(), step);
    case ScriptStep::Kind::slow:
    case ScriptStep::Kind::late:
    case ScriptStep::Kind::duplicate:
    case ScriptStep::Kind::crash:
      co_return describe_step(step) + " can only be rehearsed: shubbak test";
    case ScriptStep::Kind::dial:
    case ScriptStep::Kind::send:
    case ScriptStep::Kind::sms:
    case ScriptStep::Kind::drop:
    case ScriptStep::Kind::redial:
    case ScriptStep::Kind::hang_up:
      co_return act(handset, step);
  }
  co_return std::nullopt;
}

// As the person types it, who has read the SMS that came, or was read it out, and has bought a voucher.
std::string ScriptPlayer::typed(const Handset& handset, std::string text) const {
  const auto& inbox = handset.inbox();
  const auto last = [&inbox](const auto& find) -> std::optional<std::string> {
    for (auto message = inbox.rbegin(); message != inbox.rend(); ++message) {
      if (auto found = find(message->text)) return found;
    }
    return std::nullopt;
  };
  text = typed_text(std::move(text), told_code_ ? told_code_ : last(code_in));
  if (vouchers_used_ < config_.vouchers.size())
    text = filled_in(std::move(text), voucher_mark, config_.vouchers[vouchers_used_]);
  using Find = std::optional<std::string> (*)(std::string_view);
  constexpr std::pair<std::string_view, Find> told[] = {{"{receipt}", receipt_in},
                                                        {"{tracking}", tracking_in},
                                                        {"{card}", card_in},
                                                        {"{fill}", fill_in},
                                                        {"{reading}", reading_in}};
  for (const auto& [mark, find] : told) {
    if (const auto found = last(find)) text = filled_in(std::move(text), mark, *found);
  }
  return text;
}

ScriptPlayer::Failure ScriptPlayer::act(Handset& handset, const ScriptStep& step) {
  handset.say("▸ " + describe_step(step));
  const Instant now = std::chrono::steady_clock::now();
  Phone& phone = handset.phone();
  const std::string text = typed(handset, step.text);
  Status done;
  switch (step.kind) {
    case ScriptStep::Kind::dial:
    case ScriptStep::Kind::redial:
    case ScriptStep::Kind::send:
      handset.forget();
      screen_judged_ = false;
      done = step.kind == ScriptStep::Kind::dial     ? phone.dial(text, now)
             : step.kind == ScriptStep::Kind::redial ? phone.redial(now)
                                                     : phone.answer(text, now);
      break;
    case ScriptStep::Kind::sms:
      done = phone.send_sms(text);
      break;
    case ScriptStep::Kind::drop:
      phone.drop();
      break;
    case ScriptStep::Kind::hang_up:
      phone.hang_up();
      break;
    case ScriptStep::Kind::page:
    case ScriptStep::Kind::staff:
    case ScriptStep::Kind::wait:
    case ScriptStep::Kind::expect:
    case ScriptStep::Kind::expect_sms:
    case ScriptStep::Kind::slow:
    case ScriptStep::Kind::late:
    case ScriptStep::Kind::duplicate:
    case ScriptStep::Kind::crash:
      break;
  }
  if (!done) return describe_step(step) + " could not be done: " + done.error().message;
  return std::nullopt;
}

// The person's phone has a browser, or somebody else's has.
asio::awaitable<ScriptPlayer::Failure> ScriptPlayer::press_on_page(Handset& handset, const ScriptStep& step) {
  handset.say("▸ " + describe_step(step));
  std::optional<std::string> page;
  for (const ShortMessage& message : handset.inbox()) {
    if (auto found = page_in(message.text)) page = std::move(found);
  }
  if (!page) co_return "no message has brought a link";
  companies::HttpRequest request;
  request.url = step.text == "pay" ? *page : *page + "?how=" + step.text;
  request.timeout = config_.expect_timeout;
  auto pressing = browser_.fetch(std::move(request));
  const companies::HttpResult answer = co_await std::move(pressing);
  if (!answer) co_return "the page could not be reached: " + answer.error().message;
  if (answer->status != 200) co_return "the page says " + std::to_string(answer->status);
  co_return std::nullopt;
}

// A member of staff reads the tracking number where the person reads it, is told a code by them, and offers visits
// from tomorrow on.
asio::awaitable<ScriptPlayer::Failure> ScriptPlayer::act_as_staff(Handset& handset, const GivenStaff& staff,
                                                                  const ScriptStep& step) {
  handset.say("▸ " + describe_step(step));
  if (config_.config.empty()) co_return "on which deployment do staff act? say --config";
  StaffAct act{{}, config_.config, staff.name, staff.password, typed(handset, step.types)};
  for (const std::string& word : step.words)
    act.words.push_back(filled_in(typed(handset, word), "{tomorrow}", tomorrow()));
  auto acting = carry_out(network_.executor(), std::move(act));
  const auto code = co_await std::move(acting);
  if (!code) co_return code.error().message;
  const int wanted = step.is_refused ? exit_failed : exit_ok;
  if (*code == wanted) {
    checks_ += step.is_refused ? 1 : 0;
    co_return std::nullopt;
  }
  co_return *code == exit_ok ? "the command should have been refused, and was not"
                             : "the command has failed; the standard error says why";
}

Instant ScriptPlayer::deadline_of(const Expectation& wanted) const {
  return std::chrono::steady_clock::now() + wanted.within.value_or(config_.expect_timeout);
}

asio::awaitable<void> ScriptPlayer::wait_for_change(Instant deadline) {
  changed_.expires_at(deadline);
  co_await changed_.async_wait(as_tuple);
}

asio::awaitable<ScriptPlayer::Failure> ScriptPlayer::expect_screen(Handset& handset, const ScriptStep& step) {
  const Expectation& wanted = step.expectation;
  const Instant deadline = deadline_of(wanted);
  const Handset::Happened& happened = handset.happened();
  while (!happened.screen && !happened.end && happened.faults.empty()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      co_return "no screen within " + seconds(wanted.within.value_or(config_.expect_timeout));
    }
    co_await wait_for_change(deadline);
  }
  if (!happened.faults.empty()) co_return "the service broke a rule: " + happened.faults.front();
  if (!happened.screen) co_return "no screen: the dialogue was " + std::string(to_string(*happened.end));
  co_return judge_screen(*happened.screen, wanted);
}

asio::awaitable<ScriptPlayer::Failure> ScriptPlayer::expect_message(Handset& own, const ScriptStep& step) {
  const Expectation& wanted = step.expectation;
  Handset& handset = wanted.phone ? network_.handset(*wanted.phone) : own;
  const Instant deadline = deadline_of(wanted);
  while (handset.inbox().size() <= claimed(handset) && handset.happened().faults.empty()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      co_return "no message within " + seconds(wanted.within.value_or(config_.expect_timeout));
    }
    co_await wait_for_change(deadline);
  }
  if (!handset.happened().faults.empty()) {
    co_return "the service broke a rule: " + handset.happened().faults.front();
  }
  const ShortMessage& message = handset.inbox()[claimed(handset)++];
  if (wanted.phone) told_code_ = code_in(message.text);
  if (wanted.max_parts) {
    if (message.parts > *wanted.max_parts) {
      co_return "the message took " + std::to_string(message.parts) + " parts, at most " +
          std::to_string(*wanted.max_parts) + " expected" + got(message.text);
    }
    ++checks_;
  }
  co_return judge_text(message.text, wanted, "the message", checks_);
}

ScriptPlayer::Failure ScriptPlayer::judge_screen(const UssdScreen& screen, const Expectation& wanted) {
  if (!screen.faults.empty()) return "the screen breaks a rule: " + screen.faults.front() + got(screen.text);
  if (!screen_judged_) checks_ += 2;  // its length and its encoding
  screen_judged_ = true;
  if (wanted.max_octets) {
    if (screen.octets > *wanted.max_octets) {
      return "the screen takes " + std::to_string(screen.octets) + " octets, at most " +
             std::to_string(*wanted.max_octets) + " expected" + got(screen.text);
    }
    ++checks_;
  }
  if (auto failure = judge_text(screen.text, wanted, "the screen", checks_)) return failure;
  if (wanted.ended) {
    if (screen.last != *wanted.ended) {
      return std::string(*wanted.ended ? "the dialogue should have ended with this screen"
                                       : "the dialogue should have gone on after this screen") +
             got(screen.text);
    }
    ++checks_;
  }
  return std::nullopt;
}

}  // namespace shubbak::cli
