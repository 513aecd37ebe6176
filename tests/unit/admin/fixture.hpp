// The API for staff over real TLS sockets on loopback, with a real store behind it: on a loop of its own, asked from
// the test's thread. The clock is the test's.
#pragma once

#include <atomic>
#include <future>
#include <map>
#include <thread>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "admin/endpoint.hpp"
#include "admin/flow_service.hpp"
#include "admin/tls.hpp"
#include "companies/http_client.hpp"
#include "companies/registry.hpp"
#include "tests/unit/admin/certificate.hpp"
#include "tests/unit/cases/sample_kinds.hpp"
#include "tests/unit/polls/sample_polls.hpp"
#include "tests/unit/services/words.hpp"
#include "tests/unit/store/store_fixture.hpp"

namespace shubbak::admin::testing {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace http = boost::beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

inline const std::string password = "a long password";

struct Reply {
  unsigned status = 0;
  boost::json::object body;  // {} if there was none
  std::map<std::string, std::string> headers;
  [[nodiscard]] std::string code() const { return text("code"); }
  [[nodiscard]] std::string field() const { return text("field"); }
  [[nodiscard]] std::string message() const { return text("message"); }

 private:
  [[nodiscard]] std::string text(const char* key) const {
    const auto* error = body.if_contains("error");
    const auto* value = error == nullptr ? nullptr : error->as_object().if_contains(key);
    return value == nullptr ? "" : std::string(value->as_string());
  }
};

// One connection of a client that blocks.
class Client {
 public:
  explicit Client(std::uint16_t port, long options = 0) : context_(ssl::context::tls_client) {
    context_.set_options(static_cast<ssl::context::options>(options));
    stream_.emplace(*io_, context_);
    stream_->next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
  }
  void shake_hands() { stream_->handshake(ssl::stream_base::client); }
  Reply ask(const std::string& method, const std::string& path, const std::string& token = "",
            const std::optional<std::string>& body = {}, const std::string& type = "application/json") {
    http::request<http::string_body> request;
    request.method_string(method);
    request.target(path);
    request.version(11);
    request.set(http::field::host, "localhost");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    if (body) {
      request.set(http::field::content_type, type);
      request.body() = *body;
    }
    request.prepare_payload();
    http::write(*stream_, request);
    return read();
  }
  Reply send_raw(const std::string& octets) {
    boost::system::error_code error;
    asio::write(*stream_, asio::buffer(octets), error);
    return read();
  }
  void write(const std::string& octets) { asio::write(*stream_, asio::buffer(octets)); }
  // Whether the other side has closed; waits until it does.
  bool is_closed() {
    char octet = 0;
    boost::system::error_code error;
    return stream_->read_some(asio::buffer(&octet, 1), error) == 0 && error;
  }
  Reply read() {
    http::response<http::string_body> response;
    http::read(*stream_, buffer_, response);
    Reply reply{response.result_int(), {}, {}};
    for (const auto& field : response)
      reply.headers[std::string(field.name_string().data(), field.name_string().size())] =
          std::string(field.value().data(), field.value().size());
    if (!response.body().empty()) reply.body = boost::json::parse(response.body()).as_object();
    return reply;
  }
  // The same where no handshake was made.
  bool is_socket_closed() {
    char octet = 0;
    boost::system::error_code error;
    return stream_->next_layer().read_some(asio::buffer(&octet, 1), error) == 0 && error;
  }

 private:
  std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>();
  ssl::context context_;
  std::optional<ssl::stream<tcp::socket>> stream_;
  boost::beast::flat_buffer buffer_;
};

class Office {
 public:
  template <class F>
  auto on_loop(F act) {
    std::promise<decltype(act())> done;
    asio::post(loop_, [&] {
      if constexpr (std::is_void_v<decltype(act())>) {
        act();
        done.set_value();
      } else {
        done.set_value(act());
      }
    });
    return done.get_future().get();
  }

  explicit Office(EndpointLimits limits = {}, const std::optional<companies::RegistryConfig>& registry = {}) {
    if (registry) registry_.emplace(*registry, http_);
    config_.path = folder_.file("shubbak.db");
    config_.key_file = folder_.file("key");
    config_.case_kinds = cases::sample_kinds();
    config_.polls.polls = {polls::sample_poll()};
    store::write_file(config_.key_file, std::string(store::sample_key) + "\n");
    write_certificate(folder_.file("certificate.pem"), folder_.file("key.pem"));
    auto opened =
        store::open_sqlite(config_, [this](std::function<void()> task) { asio::post(loop_, std::move(task)); });
    REQUIRE(opened.ok());
    store_ = std::move(*opened);
    auto tls = server_context(folder_.file("certificate.pem"), folder_.file("key.pem"));
    REQUIRE(tls.ok());
    endpoint_.emplace(loop_.get_executor(), world(), std::move(*tls), limits,
                      [this](const Logged& one) { logged.push_back(one); });
    REQUIRE(endpoint_->listen("127.0.0.1", 0).ok());
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Office() {
    asio::co_spawn(loop_, endpoint_->stop(), asio::use_future).get();
    store_->flush();
    on_loop([] {});  // what the store has posted is done
    busy_.reset();
    loop_.stop();
    thread_.join();
    endpoint_.reset();
    store_.reset();
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  World world() {
    Publishing publishing;
    publishing.database = config_.path;
    publishing.read_folders = [] {
      return Result<std::vector<flows::SourceFile>>(std::vector<flows::SourceFile>{{"flows/home.yaml", "plain"}});
    };
    // What stands for the loader here: a text "broken" has a fault, one with "money" moves money.
    publishing.check = [](const std::vector<flows::SourceFile>& files) -> Result<CheckedFlows> {
      CheckedFlows checked;
      std::string all;
      for (const auto& file : files) all += file.name + "=" + file.text + ";";
      if (all.find("broken") != std::string::npos) return Error{Errc::invalid, "flows/home.yaml:1:1: broken"};
      checked.revision = std::to_string(std::hash<std::string>()(all));
      checked.needs_second_person = all.find("money") != std::string::npos;
      return checked;
    };
    services::Counter counter;
    counter.deployment = "the office";
    counter.operators = {"syriatel"};
    counter.registry = registry_ ? &*registry_ : nullptr;
    counter.words = [this] { return words_; };
    counter.random = [] { return std::uint64_t{42}; };
    counter.on_queued = [this](std::string_view link, std::int64_t, Msisdn to, const std::string& text) {
      asked.push_back(std::string(link) + " " + to.reveal() + " " + text);
    };
    counter.count_code = [this](otp::SendVerdict verdict) { counted_sends.push_back(verdict); };
    counter.count_try = [this](otp::TryVerdict verdict) { counted_tries.push_back(verdict); };
    counter.sends_mail = true;
    return World{.store = *store_,
                 .worker = worker_,
                 .searcher = searcher_,
                 .passwords = passwords_,
                 .publishing = std::move(publishing),
                 .counter = std::move(counter),
                 .trail = {config_.path},
                 .country = Country::syria,
                 .now = [this] { return start + std::chrono::milliseconds(passed_ms_.load()); },
                 .case_kinds = cases::sample_kinds(),
                 .polls = {{polls::sample_poll()}},
                 .broadcast_ways = {{.operator_name = "syriatel", .price_per_part = 50}},
                 .locales = {"ar", "en"}};
  }
  // The register is asked otherwise from now on.
  void change_registry(const companies::RegistryConfig& registry) {
    on_loop([&] { registry_.emplace(registry, http_); });
  }
  void advance(std::chrono::milliseconds by) { passed_ms_ += by.count(); }
  Client client() {
    Client made(port());
    made.shake_hands();
    return made;
  }
  Reply ask(const std::string& method, const std::string& path, const std::string& token = "",
            const std::optional<std::string>& body = {}) {
    return client().ask(method, path, token, body);
  }
  Reply post(const std::string& path, const std::string& token, const boost::json::object& body) {
    return ask("POST", path, token, boost::json::serialize(body));
  }
  // From the command line, as the first admin is made.
  void add(const std::string& name, const std::string& role) {
    std::optional<bool> added;
    World here = world();
    const Caller console{{Actor::Kind::command_line, "root"}, std::nullopt, {}, {}};
    NewAccount account{name, "Owner of " + name, name + "@example.org", password, {staff::parse_grant(role).value()}};
    auto adding = keep(add_account(here, console, std::move(account)), added);
    asio::co_spawn(loop_, std::move(adding), asio::use_future).get();
    REQUIRE(added == true);
  }
  void grant(const std::string& name, const std::vector<std::string>& roles) {
    std::vector<staff::Grant> grants;
    for (const std::string& role : roles) grants.push_back(staff::parse_grant(role).value());
    const Actor console{Actor::Kind::command_line, "root"};
    REQUIRE(commit({store::StaffChange(store::SetGrants{name, std::move(grants), 0, console, start})}));
  }
  Reply try_login(const std::string& name, const std::string& with = password) {
    return post("/login", "", {{"name", name}, {"password", with}});
  }
  std::string login(const std::string& name, const std::string& with = password) {
    const Reply reply = try_login(name, with);
    INFO(reply.message());
    REQUIRE(reply.status == 200);
    return std::string(reply.body.at("token").as_string());
  }
  [[nodiscard]] std::uint16_t port() const { return endpoint_->port(); }
  std::size_t connections() {
    return on_loop([this] { return endpoint_->connections(); });
  }
  std::vector<Logged> log() {
    return on_loop([this] { return logged; });
  }
  // What phones were asked by SMS.
  std::vector<std::string> questions() {
    return on_loop([this] { return asked; });
  }
  // What metrics were told of codes.
  std::pair<std::vector<otp::SendVerdict>, std::vector<otp::TryVerdict>> counted() {
    return on_loop([this] { return std::pair(counted_sends, counted_tries); });
  }
  store::Store& store() { return *store_; }
  // Every row of every table.
  [[nodiscard]] std::string database() const {
    SQLite::Database database(config_.path, SQLite::OPEN_READONLY, 5'000);
    SQLite::Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    std::string all;
    while (tables.executeStep()) {
      const std::string table = tables.getColumn(0).getString();
      all += "\n--" + table;
      SQLite::Statement rows(database, "SELECT * FROM \"" + table + "\" ORDER BY 1");
      while (rows.executeStep()) {
        for (int i = 0; i < rows.getColumnCount(); ++i) all += "|" + rows.getColumn(i).getString();
      }
    }
    return all;
  }
  // What happens beside the API.
  bool commit(std::vector<store::Change> changes) {
    std::promise<bool> done;
    on_loop([&] {
      store_->change(std::move(changes),
                     [&](const Result<store::Committed>& result) { done.set_value(result.ok()); });
    });
    return done.get_future().get();
  }
  // What a service answers.
  template <class T>
  Result<T, ApiError> served(Served<T> serving) {
    std::optional<Result<T, ApiError>> answer;
    auto answering = keep_answer(std::move(serving), answer);
    asio::co_spawn(loop_, std::move(answering), asio::use_future).get();
    return std::move(*answer);
  }
  // What the phone does to its link.
  bool happens(const std::string& msisdn, identity::LinkEvent event) {
    return commit(
        {store::ChangeLink{*Msisdn::parse(msisdn), {}, event, {Actor::Kind::citizen, "ussd"}, store::at(1)}});
  }

 private:
  template <class T>
  static asio::awaitable<void> keep_answer(Served<T> serving, std::optional<Result<T, ApiError>>& answer) {
    answer = co_await std::move(serving);
  }
  static asio::awaitable<void> keep(Served<staff::Account> serving, std::optional<bool>& ok) {
    const auto done = co_await std::move(serving);
    ok = done.ok();
  }
  static constexpr WallTime start{std::chrono::seconds(1'790'000'000)};

  store::TempFolder folder_;
  store::StoreConfig config_;
  std::atomic<std::int64_t> passed_ms_ = 0;
  asio::io_context loop_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> busy_{loop_.get_executor()};
  companies::HttpClient http_{loop_.get_executor(), {}};
  std::optional<companies::Registry> registry_;
  std::vector<Logged> logged;
  std::vector<std::string> asked;
  std::vector<otp::SendVerdict> counted_sends;
  std::vector<otp::TryVerdict> counted_tries;
  std::shared_ptr<const flows::Revision> words_ = services::plain_words();
  PasswordHasher passwords_ = PasswordHasher::create({.passes = 1, .memory_octets = 8192}).value();
  Worker worker_{loop_.get_executor()};
  Worker searcher_{loop_.get_executor()};
  std::unique_ptr<store::Store> store_;
  std::optional<Endpoint> endpoint_;
  std::thread thread_;
};

}  // namespace shubbak::admin::testing
