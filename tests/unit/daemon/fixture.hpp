// The real daemon with the deployment that ships, in front of a real SMSC on loopback and the sample companies: what
// the test turns until what it waits for has happened.
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

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
    events_.submitted = [this](gateways::SmscServer&, gateways::EsmeId, const Delivery& submit, std::string_view) {
      return on_submit(submit.sm);
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
  std::unique_ptr<store::Store> open_store() {
    auto opened =
        store::open_sqlite({.path = (folder_ / "shubbak.db").string(), .key_file = (folder_ / "key").string()},
                           [this](std::function<void()> task) { boost::asio::post(loop.io, std::move(task)); });
    REQUIRE(opened.ok());
    return std::move(*opened);
  }
  void start() {
    auto config = read_config(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml",
                              [this](const std::string& name) { return environment(name); });
    REQUIRE(config.ok());
    daemon_.emplace(loop.io, std::move(*config));
    const auto started = daemon_->start();
    INFO((started.ok() ? std::string() : started.error().message));
    REQUIRE(started.ok());
    loop.until([&] { return !events_.bound.empty(); });
  }
  void stop() {
    bool stopped = false;
    boost::asio::co_spawn(loop.io, daemon_->stop(), [&](const std::exception_ptr&) { stopped = true; });
    loop.until([&] { return stopped; });
    daemon_.reset();
  }

  // Gives a text to the daemon; the tag names it in `resps`.
  std::uint64_t text(const std::string& content, const std::string& from = subscriber) {
    return deliver(message(content, from));
  }
  std::uint64_t deliver(const smpp::Sm& sm) {
    REQUIRE(server_.deliver(sm, ++tags_).ok());
    return tags_;
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
  std::vector<std::string> replies;  // whole texts, in order
  // What the SMSC says to a submit; ok unless it is set.
  std::function<CommandStatus(const smpp::Sm&)> answer;

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
  CommandStatus on_submit(const smpp::Sm& sm) {
    const CommandStatus status = answer ? answer(sm) : CommandStatus::ok;
    if (status != CommandStatus::ok) return status;
    auto whole = reassembler_.add(sm, smpp::Alphabet::gsm7, std::chrono::steady_clock::now());
    REQUIRE(whole.ok());
    if (*whole) replies.push_back(std::move(**whole));
    return status;
  }

  std::filesystem::path folder_;
  companies::SampleThread companies_;
  gateways::testing::ServerRecorder events_;
  gateways::SmscServer server_;
  smpp::Reassembler reassembler_{{}};
  std::uint64_t tags_ = 0;
  std::optional<Daemon> daemon_;
};

}  // namespace shubbak::daemon::testing
