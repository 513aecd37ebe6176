// The real daemon with the deployment that ships, in front of a real SMSC on loopback and the sample companies: what
// the test turns until what it waits for has happened.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <catch2/catch.hpp>

#include "companies/http_client.hpp"
#include "daemon/config.hpp"
#include "daemon/daemon.hpp"
#include "smpp/segments.hpp"
#include "smpp/text.hpp"
#include "store/store.hpp"
#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/gateways/fixture.hpp"

namespace shubbak::daemon::testing {

using gateways::testing::Delivery;
using gateways::testing::Response;
using smpp::CommandStatus;
using namespace std::chrono_literals;

inline const std::string subscriber = "963933123456";
inline const std::string other_subscriber = "963933123457";
inline const std::string person_of_one_account = "02345678901";      // its last reading is 5060
inline const std::string person_of_three_companies = "01234567890";  // owes 125,000 at damascus

inline bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

inline store::Change link_of(const std::string& digits, const std::string& national_id,
                             store::LinkState state = store::LinkState::active) {
  using identity::LinkEvent;
  constexpr std::array events{LinkEvent::make, LinkEvent::import, LinkEvent::suspend, LinkEvent::release};
  return store::ChangeLink{*Msisdn::parse(digits),
                           *NationalId::parse(Country::syria, national_id),
                           events[static_cast<std::size_t>(state)],
                           {Actor::Kind::command_line, "test"},
                           wall_now(),
                           {}};
}

// What anybody does to a number's link.
inline store::Change link_event(const std::string& digits, identity::LinkEvent event, Actor::Kind by,
                                const std::string& code = {}) {
  const std::string name = by == Actor::Kind::system ? "" : by == Actor::Kind::citizen ? "ussd" : "test";
  return store::ChangeLink{*Msisdn::parse(digits), std::nullopt, event, {by, name}, wall_now(), code};
}

// The operator has given the number to somebody else.
inline store::Change recycled(const std::string& digits) {
  return link_event(digits, identity::LinkEvent::recycle, Actor::Kind::operator_hook);
}

inline store::Change english(const std::string& digits) {
  return store::SetLocale{*Msisdn::parse(digits), "en"};
}

constexpr auto imsi_tag = static_cast<smpp::TlvTag>(0x1600);

// What a phone was shown over USSD.
struct Screen {
  std::string to;
  bool last;
  std::string text;
};

// Holds back the daemon's commits, as a second process that writes would, until it goes.
class CommitsHeld {
 public:
  explicit CommitsHeld(const std::string& database) : database_(database, SQLite::OPEN_READWRITE, 5000) {
    database_.exec("BEGIN IMMEDIATE");
  }
  // What that process writes meanwhile; the daemon's commits go on behind it.
  void write(const std::string& sql) {
    database_.exec(sql);
    database_.exec("COMMIT");
  }

 private:
  SQLite::Database database_;
};

class Town {
 public:
  explicit Town(std::chrono::milliseconds late = 300ms)
      : companies_({"damascus", "aleppo", "homs"}, late), server_(loop.io.get_executor(), smsc_config(), events_) {
    std::string name = (std::filesystem::temp_directory_path() / "shubbak-town-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(folder_ / "key") << std::string(64, 'a') << '\n';
    std::filesystem::permissions(folder_ / "key", std::filesystem::perms::owner_read);
    REQUIRE(server_.start().ok());
    events_.submitted = [this](gateways::SmscServer&, gateways::EsmeId, const Delivery& submit, std::string_view id) {
      const auto status = on_submit(submit.sm);
      if (status == CommandStatus::ok && submit.sm.registered_delivery == 1) receipts_wanted.emplace_back(id);
      return status;
    };
  }
  ~Town() {
    daemon_.reset();
    std::filesystem::remove_all(folder_);
  }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  // Changes made before the daemon runs.
  void write(std::vector<store::Change> changes) {
    auto opened = open_store();
    bool written = false;
    opened->change(std::move(changes), [&](const Result<store::Committed>& result) { written = result.ok(); });
    opened->flush();
    loop.until([&] { return written; });
  }
  std::unique_ptr<store::Store> open_store(payments::Limits payment_limits = {}) {
    auto opened =
        store::open_sqlite({.path = (folder_ / "shubbak.db").string(),
                            .key_file = (folder_ / "key").string(),
                            .is_daemons = false,
                            .payment_limits = std::move(payment_limits),
                            .case_kinds = case_kinds},
                           [this](std::function<void()> task) { boost::asio::post(loop.io, std::move(task)); });
    REQUIRE(opened.ok());
    return std::move(*opened);
  }
  // What another process changes while the daemon runs, until the daemon has seen it. The mark is that the other
  // number, which the daemon has in its memory by then, is answered in English.
  void write_beside(std::vector<store::Change> changes) {
    const auto ask = [this] {
      const std::size_t before = replies.size();
      text("bill", other_subscriber);
      wait_for_replies(before + 1);
      return contains(replies.back(), "not linked");
    };
    REQUIRE_FALSE(ask());
    changes.push_back(english(other_subscriber));
    write(std::move(changes));
    while (!ask()) {
    }
  }
  CommitsHeld hold_commits() { return CommitsHeld(database()); }
  [[nodiscard]] std::string database() const { return (folder_ / "shubbak.db").string(); }
  // Statements of the test's own, on the file itself.
  void execute(const std::string& sql) { SQLite::Database(database(), SQLite::OPEN_READWRITE, 5000).exec(sql); }
  void start() {
    const Status started = try_start();
    INFO((started.ok() ? std::string() : started.error().message));
    REQUIRE(started.ok());
    wait_until_bound();
  }
  Status try_start() {
    auto config = read_config(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml",
                              [this](const std::string& name) { return environment(name); });
    REQUIRE(config.ok());
    if (configure) configure(*config);
    daemon_.emplace(loop.io, std::move(*config));
    return daemon_->start();
  }
  void wait_until_bound() {
    loop.until([&] { return events_.bound.size() > binds_seen_; });
    binds_seen_ = events_.bound.size();
  }
  void begin_stop() {
    stopped_ = false;
    boost::asio::co_spawn(loop.io, daemon_->stop(), [this](const std::exception_ptr&) { stopped_ = true; });
  }
  void wait_until_stopped() {
    loop.until([&] { return stopped_; });
    while (loop.io.poll() > 0) {
    }  // what the store has reported for it is still on its way
    daemon_.reset();
  }
  void stop() {
    begin_stop();
    wait_until_stopped();
  }
  Daemon& daemon() { return *daemon_; }
  [[nodiscard]] std::string company_url(std::size_t company) const { return companies_.url(company); }
  // The link breaks, and the daemon binds anew.
  void drop_link() {
    server_.drop(events_.bound.back());
    wait_until_bound();
  }
  // The link breaks, and stays down until it is taken up.
  void lose_link() {
    events_.may_bind = [](smpp::BindMode) { return false; };
    server_.drop(events_.bound.back());
  }
  void take_link_up() {
    events_.may_bind = {};
    wait_until_bound();
  }
  // One line of /metrics, e.g. "shubbak_store_failures_total"; "" if there is none that begins like that.
  std::string metric(const std::string& name) {
    const std::string all = fetch("/metrics").body;
    const std::size_t at = all.find("\n" + name);
    return at == std::string::npos ? std::string() : all.substr(at + 1, all.find('\n', at + 1) - at - 1);
  }
  companies::HttpResponse fetch(const std::string& path) {
    companies::HttpRequest request;
    request.method = "GET";
    request.url = "http://127.0.0.1:" + std::to_string(daemon_->http_port()) + path;
    std::optional<companies::HttpResult> result;
    auto fetching = http_.fetch(std::move(request));
    auto keeping = companies::keep(std::move(fetching), result);
    boost::asio::co_spawn(loop.io, std::move(keeping), boost::asio::detached);
    loop.until([&] { return result.has_value(); });
    REQUIRE(result->ok());
    return **result;
  }

  // Gives a text to the daemon; the tag names it in `resps`.
  std::uint64_t text(const std::string& content, const std::string& from = subscriber) {
    return deliver(message(content, from));
  }
  std::uint64_t deliver(const smpp::Sm& sm) {
    REQUIRE(server_.deliver(sm, ++tags_).ok());
    return tags_;
  }
  [[nodiscard]] std::uint64_t last_tag() const { return tags_; }
  // Over USSD; `session` is the gateway's number of the dialogue.
  std::uint64_t dial(const std::string& code, std::uint8_t session = 1, const std::string& from = subscriber) {
    return ussd(code, static_cast<std::uint16_t>(session << 8U), 0x01, {}, from);
  }
  std::uint64_t press(const std::string& keys, std::uint8_t session = 1, std::uint8_t op = 0x12,
                      std::string_view imsi = {}) {
    return ussd(keys, static_cast<std::uint16_t>(session << 8U), op, imsi);
  }
  std::uint64_t hang_up(std::uint8_t session = 1) {
    constexpr unsigned end_bit = 1;
    return ussd("", static_cast<std::uint16_t>((unsigned{session} << 8U) | end_bit), 0x12);
  }
  std::uint64_t ussd(const std::string& keys, std::uint16_t session_info, std::uint8_t op, std::string_view imsi = {},
                     const std::string& from = subscriber) {
    smpp::TlvBuilder tlvs;
    if (!imsi.empty()) tlvs.add(imsi_tag, {reinterpret_cast<const std::uint8_t*>(imsi.data()), imsi.size()});
    tlvs.add_u8(smpp::TlvTag::ussd_service_op, op);
    tlvs.add_u16(smpp::TlvTag::its_session_info, session_info);
    smpp::Sm sm = message(keys, from);
    sm.data_coding = 15;
    sm.tlvs = tlvs.list();
    return deliver(sm);
  }
  // What the phone shows next.
  Screen next_screen() {
    loop.until([&] { return screens_seen_ < screens.size(); });
    return screens[screens_seen_++];
  }
  static smpp::Sm message(std::string_view content, std::string_view from = subscriber) {
    smpp::Sm sm;
    sm.source = {1, 1, from};
    sm.destination = {3, 0, "123"};
    sm.short_message = {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
    return sm;
  }
  [[nodiscard]] std::optional<CommandStatus> resp_to(std::uint64_t tag) const {
    const auto found = std::ranges::find(events_.responses, tag, &Response::tag);
    if (found == events_.responses.end()) return std::nullopt;
    return found->status;
  }
  void wait_for_replies(std::size_t count) {
    loop.until([&] { return replies.size() >= count; });
  }

  gateways::testing::Loop loop;
  std::vector<std::string> replies;          // whole texts, in order
  std::vector<std::string> replies_to;       // whose phones they went to
  std::vector<std::string> receipts_wanted;  // of which of the SMSC's messages
  std::vector<Screen> screens;
  cases::Kinds case_kinds;                 // of open_store()
  std::function<void(Config&)> configure;  // before the start
  // What the SMSC says to a submit; ok unless it is set. Nothing: it keeps the daemon waiting.
  std::function<std::optional<CommandStatus>(const smpp::Sm&)> answer;

 private:
  static gateways::SmscServerConfig smsc_config() {
    auto config = gateways::testing::server_config();
    config.session.window_max = 100;
    return config;
  }
  std::optional<std::string> environment(const std::string& name) const {
    const std::string folder = folder_.string();
    if (name == "SHUBBAK_STATE_DIR") return folder;
    if (name == "SHUBBAK_KEY_FILE") return folder + "/key";
    if (name == "SHUBBAK_HTTP_PORT") return "0";
    if (name == "SYRIATEL_PORT") return std::to_string(server_.port());
    if (name == "COMPANY_DAMASCUS_URL") return companies_.url(0);
    if (name == "COMPANY_ALEPPO_URL") return companies_.url(1);
    if (name == "COMPANY_HOMS_URL") return companies_.url(2);
    return std::nullopt;
  }
  std::optional<CommandStatus> on_submit(const smpp::Sm& sm) {
    const std::optional<CommandStatus> status = answer ? answer(sm) : CommandStatus::ok;
    if (status && *status != CommandStatus::ok) return status;
    if (const auto op = sm.tlvs.find_uint(smpp::TlvTag::ussd_service_op)) {
      const std::uint8_t coding = sm.data_coding == 72 ? 8 : 0;
      screens.push_back({std::string(sm.destination.digits), *op == 0x11,
                         smpp::decode_text(sm.text_octets(), coding, smpp::Alphabet::gsm7)});
      return status;
    }
    auto whole = reassembler_.add(sm, smpp::Alphabet::gsm7, std::chrono::steady_clock::now());
    REQUIRE(whole.ok());
    if (*whole) {
      replies.push_back(std::move(**whole));
      replies_to.emplace_back(sm.destination.digits);
    }
    return status;
  }

  std::filesystem::path folder_;
  companies::SampleThread companies_;
  gateways::testing::ServerRecorder events_;
  gateways::SmscServer server_;
  smpp::Reassembler reassembler_{{}};
  std::uint64_t tags_ = 0;
  std::size_t binds_seen_ = 0;
  std::size_t screens_seen_ = 0;
  bool stopped_ = false;
  companies::HttpClient http_{loop.io.get_executor(), {}};
  std::optional<Daemon> daemon_;
};

}  // namespace shubbak::daemon::testing
