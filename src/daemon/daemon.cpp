#include "daemon/daemon.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <openssl/rand.h>
#include <systemd/sd-daemon.h>

#include "admin/endpoint.hpp"
#include "admin/link_service.hpp"
#include "admin/tls.hpp"
#include "daemon/agent_link.hpp"
#include "daemon/audit_heads.hpp"
#include "daemon/bank_card_hook.hpp"
#include "daemon/bank_card_metrics.hpp"
#include "daemon/bank_cards.hpp"
#include "daemon/bill_notices.hpp"
#include "daemon/broadcaster.hpp"
#include "daemon/case_escalation.hpp"
#include "daemon/collected_metrics.hpp"
#include "daemon/doubt.hpp"
#include "daemon/flow_shelf.hpp"
#include "daemon/http_endpoint.hpp"
#include "daemon/load_flows.hpp"
#include "daemon/log.hpp"
#include "daemon/mailer.hpp"
#include "daemon/operator_hook.hpp"
#include "daemon/payment_follow_up.hpp"
#include "daemon/payment_metrics.hpp"
#include "daemon/poll_metrics.hpp"
#include "daemon/publishing.hpp"
#include "daemon/reading_delivery.hpp"
#include "daemon/sms_desk.hpp"
#include "daemon/statistics_metrics.hpp"
#include "daemon/ussd_desk.hpp"

namespace shubbak::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds tick_interval{500};
constexpr std::size_t owned_accounts_callers_max = 200'000;
constexpr std::chrono::minutes owned_accounts_keep{5};
constexpr std::chrono::minutes cleaning_interval{10};
constexpr std::chrono::seconds statistics_interval{10};     // what a crash loses of them
constexpr std::chrono::hours operator_events_keep{7 * 24};  // far beyond the window of their timestamps
constexpr std::size_t batches_closed_at_once = 100;
constexpr std::chrono::hours outbox_grace{1};  // an operator's sender gives up what has expired sooner, and says so

std::uint64_t random_number() {
  std::uint64_t number = 0;
  // Without randomness no reference can be given out: better to stop than to hand out guessable ones.
  SHUBBAK_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1);
  return number;
}

std::string new_code() {
  std::string code = std::to_string(random_number() % 1'000'000);
  code.insert(0, flows::code_digits - code.size(), '0');
  return code;
}

Error in_words(const std::vector<flows::Diagnostic>& faults) {
  std::string all = "the flows have faults:";
  for (const flows::Diagnostic& fault : faults) all.append("\n  ").append(to_string(fault));
  return {Errc::invalid, std::move(all)};
}

services::NoticeSchedule notice_schedule(const Config& config) {
  return {.every = std::chrono::floor<std::chrono::days>(config.notices.every),
          .from = config.notices.from.since_midnight,
          .until = config.notices.until.since_midnight,
          .utc_offset = config.utc_offset};
}

}  // namespace

// One operator: its link and the two desks behind it.
class Operator final : public gateways::LinkEvents {
 public:
  Operator(Shared& shared, const OperatorConfig& config)
      : config_(config),
        metrics_(shared.metrics.for_operator(config.name)),
        link_(shared.executor, config.smpp, *this),
        sender_(shared, config_, metrics_, link_),
        ussd_(shared, config_, metrics_, link_, sender_),
        sms_(shared, config_, metrics_, link_, sender_) {}

  gateways::SmppLink& link() { return link_; }
  SmsSender& sender() { return sender_; }
  [[nodiscard]] const std::string& name() const { return config_.name; }
  [[nodiscard]] std::size_t dialogues() const { return ussd_.dialogues(); }
  void tick(Instant now) {
    ussd_.tick(now);
    sms_.tick(now);
    sender_.tick(now);
  }
  void give_up() { ussd_.give_up(); }  // walks by SMS go on after a restart

  smpp::SessionEvents::Ack on_delivery(gateways::SmppLink&, const smpp::SessionEvents::Delivery& delivery) override {
    if (!ussd::is_ussd(delivery.sm)) return sms_.on_message(delivery);
    ussd_.on_input(delivery.sm, link_.ack_handle(delivery).connection);
    return smpp::SessionEvents::Ack::now;
  }
  void on_response(gateways::SmppLink&, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                   smpp::CommandStatus status, std::string_view message_id) override {
    ussd_.on_response(tag, outcome == smpp::SessionEvents::Outcome::answered && status == smpp::CommandStatus::ok);
    sender_.on_response(tag, outcome, status, message_id);
  }
  void on_up(gateways::SmppLink& link) override {
    log::info("link_up", {{"operator", config_.name}, {"peer", link.peer()}});
    sender_.on_up();
  }
  void on_down(gateways::SmppLink& link, std::string_view reason) override {
    log::warning("link_down", {{"operator", config_.name}, {"peer", link.peer()}, {"reason", reason}});
  }
  void on_protocol_error(gateways::SmppLink& link, std::uint32_t command_id, std::uint32_t offset,
                         std::string_view reason) override {
    log::warning("smpp_protocol_error", {{"operator", config_.name},
                                         {"peer", link.peer()},
                                         {"command_id", command_id},
                                         {"offset", offset},
                                         {"reason", reason}});
  }

 private:
  OperatorConfig config_;
  OperatorMetrics metrics_;
  gateways::SmppLink link_;
  SmsSender sender_;
  UssdDesk ussd_;
  SmsDesk sms_;
};

struct Daemon::Impl {
  Impl(asio::io_context& io, Config read, StoreOpener its_open_store)
      : loop(io),
        config(std::move(read)),
        open_store(std::move(its_open_store)),
        http(io.get_executor(), config.company_limits),
        owned(owned_accounts_callers_max, owned_accounts_keep),
        timer(io) {}

  Status open();
  Status open_admin();
  Status open_counter();
  services::Counter counter();
  void open_mailer();
  void take_over(LoadedFlows loaded);
  void tell_of_unknown_operators();
  void tell_of_unknown_companies();
  std::int64_t payments_of_unknown_companies();
  void tell_of_unknown_gateways();
  void add_bank_card_metrics();
  void add_notice_metrics();
  SmsSender& sender_of(std::string_view link);
  void add_metrics();
  void save_statistics();
  void expire_links();
  void tend_polls();
  void expire_vouchers();
  Health health();
  asio::awaitable<void> keep_ticking();

  asio::io_context& loop;
  Config config;
  StoreOpener open_store;
  Metrics metrics;
  FlowStatistics statistics;
  companies::HttpClient http;
  std::unique_ptr<companies::Directory> directory;
  BankCards::Gateways gateways;
  services::OwnedAccounts owned;
  asio::thread_pool slow_work{1};  // hashing PINs: one at a time is enough, and leaves the loop its processor
  std::unique_ptr<store::Store> store;
  std::unique_ptr<FlowShelf> shelf;
  std::unique_ptr<services::World> world;
  std::shared_ptr<Recordings> recordings;
  std::unique_ptr<Shared> shared;
  std::vector<std::unique_ptr<Operator>> operators;
  std::unique_ptr<ReadingDelivery> readings;
  std::unique_ptr<PaymentFollowUp> payments;
  std::unique_ptr<BankCards> bank_cards;
  std::unique_ptr<BillNotices> notices;
  std::unique_ptr<CaseEscalation> case_escalation;
  std::unique_ptr<Broadcaster> broadcaster;
  std::unique_ptr<Mailer> mailer;  // none: no e-mail is sent
  std::unique_ptr<CollectedToday> collected;
  std::unique_ptr<OperatorHook> hook;
  std::unique_ptr<BankCardHook> gateway_hook;
  std::unique_ptr<AuditHeads> audit_heads;
  std::unique_ptr<HttpEndpoint> endpoint;
  std::optional<admin::PasswordHasher> passwords;
  std::optional<companies::Registry> registry;  // of persons, for counters
  std::unique_ptr<admin::Worker> admin_worker;
  std::unique_ptr<admin::Worker> admin_searcher;
  std::optional<admin::World> of_staff;
  std::unique_ptr<admin::Endpoint> admin_endpoint;
  asio::steady_timer timer;
  std::int64_t last_batch_closed = 0;  // or tried to; 0: the next time from the first one on
  std::size_t flows_taken_over = 0;
  std::size_t flows_refused = 0;
  bool stopping = false;
  bool stopped = false;
};

Status Daemon::Impl::open() {
  // First, before a new key is taken into use: where another daemon has the port, nothing may have changed for it.
  // Nobody is answered before the loop runs.
  endpoint = std::make_unique<HttpEndpoint>(
      loop.get_executor(), [this] { return metrics.text(); }, [this] { return health(); });
  if (Status listening = endpoint->listen(config.http.address, config.http.port); !listening) return listening;
  auto companies_made = companies::Directory::create(config.companies, http);
  if (!companies_made) return companies_made.error();
  directory = std::move(*companies_made);
  for (const companies::CardGatewayConfig& gateway : config.card_gateways) {
    if (!gateway.secret.empty()) gateways.push_back(std::make_unique<companies::CardGateway>(gateway, http));
  }

  // Before the store brings the database up to date: the version of before can still be started on it.
  if (const auto faults = faults_in_force(config); faults && !faults->empty()) return in_words(*faults);
  const store::StoreConfig stored{.path = config.database,
                                  .key_file = config.key_file,
                                  .key_command = config.key_command,
                                  .link_rules = config.links,
                                  .otp = config.codes,
                                  .vouchers = config.vouchers,
                                  .payment_limits = {config.payment_limits, config.utc_offset},
                                  .rollout = config.switches,
                                  .on_doubt = end_in_doubt,
                                  .case_kinds = config.case_kinds,
                                  .polls = config.poll_plan(),
                                  .fills = config.fills.taking};
  auto opened = open_store(stored, [this](std::function<void()> task) { asio::post(loop, std::move(task)); });
  if (!opened) return opened.error();
  store = std::move(*opened);

  shelf =
      std::make_unique<FlowShelf>(loop.get_executor(), config, [this](auto loaded) { take_over(std::move(loaded)); });
  auto revision = shelf->open(*store);
  if (!revision) return in_words(revision.error());
  if (config.recordings.share > 0)
    recordings = std::make_shared<Recordings>(*store, config.recordings, random_number);
  world = std::make_unique<services::World>(services::World{
      .companies = *directory,
      .owned_accounts = owned,
      .store = *store,
      .slow_work = slow_work,
      .random = random_number,
      .on_queued = [this](std::string_view link, std::int64_t outbox_id, Msisdn to,
                          const std::string& text) { sender_of(link).take_up(outbox_id, to, text); },
      .count_code = [this](otp::SendVerdict verdict) { metrics.count_code(verdict); },
      .count_try = [this](otp::TryVerdict verdict) { metrics.count_try(verdict); },
      .code_lives = config.codes.code_lives,
      .utc_offset = config.utc_offset,
      .link_rules = config.links,
      .inquiries = services::InquiryLimits(config.inquiries, config.utc_offset),
      .notices = notice_schedule(config),
      .case_kinds = config.case_kinds,
      .card_gateway = gateways.empty() ? nullptr : gateways.front().get(),
      .count_switched_off = [this](std::string_view service,
                                   std::string_view company) { metrics.count_switched_off(service, company); },
      .polls = config.poll_plan(),
      .offices = services::OfficeTable(config.offices),

      .fills = config.fills.sale,
      .sends_mail = config.mail.sends()});
  if (Status read = world->switches.refresh(*store); !read) return read;
  shared = std::make_unique<Shared>(Shared{.executor = loop.get_executor(),
                                           .revision = std::move(*revision),
                                           .store = *store,
                                           .world = *world,
                                           .metrics = metrics,
                                           .statistics = statistics,
                                           .recordings = recordings.get(),
                                           .new_code = new_code,
                                           .link_flow = config.link_flow,
                                           .shelf = shelf.get()});
  for (const OperatorConfig& op : config.operators) {
    operators.push_back(std::make_unique<Operator>(*shared, op));
  }
  tell_of_unknown_operators();
  tell_of_unknown_companies();
  tell_of_unknown_gateways();
  if (Status opened_counter = open_counter(); !opened_counter) return opened_counter;
  const Teller teller{
      [this](std::string_view link, Msisdn to, const std::string& text) {
        return sender_of(link).outbox_change(to, text);
      },
      world->on_queued, digits_of_links(config),
      [this](std::string_view link) { return sender_of(link).is_behind(std::chrono::steady_clock::now()); }};
  readings = std::make_unique<ReadingDelivery>(*shared, teller);
  payments = std::make_unique<PaymentFollowUp>(*shared, teller);
  bank_cards = std::make_unique<BankCards>(*shared, teller, *payments, gateways);
  notices = std::make_unique<BillNotices>(*shared, teller, config.notices.per_second);
  case_escalation = std::make_unique<CaseEscalation>(*shared, teller);
  std::vector<std::string> links;
  for (const auto& op : operators) links.push_back(op->name());
  broadcaster = std::make_unique<Broadcaster>(*shared, teller, std::move(links), broadcast_hours(config),
                                              config.broadcasts.per_second);
  shared->broadcast_gate = [this](std::int64_t broadcast) { return broadcaster->gate(broadcast); };
  shared->on_broadcast_text = [this](std::int64_t broadcast, std::string_view operator_name, bool is_taken) {
    broadcaster->on_text(broadcast, operator_name, is_taken);
  };
  open_mailer();
  auto trail = store::AuditTrail::open(config.database);
  if (!trail) return trail.error();
  audit_heads = std::make_unique<AuditHeads>(*shared, config, std::move(*trail), teller);
  hook = std::make_unique<OperatorHook>(*shared, config.operators);
  gateway_hook = std::make_unique<BankCardHook>(*bank_cards, gateways);
  endpoint->on_post([this](HttpPost request) {
    const bool is_of_gateway = !companies::gateway_named_in(request.target).empty();
    return is_of_gateway ? gateway_hook->take(std::move(request)) : hook->take(std::move(request));
  });
  return config.admin.listens() ? open_admin() : Status();
}

void Daemon::Impl::open_mailer() {
  const MailConfig& mail = config.mail;
  if (!mail.sends()) return;
  const companies::SmtpServer server{.url = mail.url,
                                     .user = mail.user,
                                     .password = mail.password,
                                     .needs_tls = mail.tls,
                                     .ca_file = mail.ca_file,
                                     .timeout = mail.timeout};
  auto from = MailAddress::parse(mail.from);
  SHUBBAK_ASSERT(from.ok());  // the configuration was checked
  mailer = std::make_unique<Mailer>(loop.get_executor(), *store,
                                    MailerConfig{.server = server,
                                                 .from = *std::move(from),
                                                 .subject = mail.subject,
                                                 .gap = std::chrono::milliseconds(1'000 / mail.per_second),
                                                 .expires = mail.expires},
                                    [this] { metrics.count_store_failure(); });
}

// What a counter needs, by HTTP and by USSD.
services::Counter Daemon::Impl::counter() {
  if (!config.registry.url.empty()) registry.emplace(config.registry, http);
  services::Counter made{.deployment = config.deployment,
                         .operators = {},
                         .registry = registry ? &*registry : nullptr,
                         .words = [this] { return shared->revision; },
                         .random = random_number,
                         .on_queued = world->on_queued,
                         .count_code = world->count_code,
                         .count_try = world->count_try,
                         .count_switched_off = world->count_switched_off,
                         .link_rules = config.links,
                         .code_lives = config.codes.code_lives,
                         .in_digits_of = digits_of_links(config),
                         .kept_words = [this](const std::string& id) { return shelf->kept(id); },
                         .sends_mail = config.mail.sends()};
  for (const OperatorConfig& op : config.operators) made.operators.push_back(op.name);
  return made;
}

// What staff ask for, over HTTP or as agents by USSD.
Status Daemon::Impl::open_counter() {
  auto hasher = admin::PasswordHasher::create({});
  if (!hasher) return hasher.error();
  passwords = std::move(*hasher);
  admin_worker = std::make_unique<admin::Worker>(loop.get_executor());
  admin_searcher = std::make_unique<admin::Worker>(loop.get_executor());
  of_staff.emplace(admin::World{.store = *store,
                                .worker = *admin_worker,
                                .searcher = *admin_searcher,
                                .passwords = *passwords,
                                .publishing = publishing_of(config, end_in_doubt),
                                .counter = counter(),
                                .trail = {config.database},
                                .country = config.country,
                                .now = wall_now,
                                .companies = directory.get(),
                                .currency = config.currency,
                                .utc_offset = config.utc_offset,
                                .case_kinds = config.case_kinds,
                                .polls = config.poll_plan(),
                                .broadcast_ways = broadcast_ways(config),
                                .locales = config.locales});
  of_staff->count_fill = [this](vouchers::FillVerdict verdict) { metrics.count_fill(verdict); };
  const auto parse_number = [this](std::string_view typed) -> Result<Msisdn> {
    const auto number = admin::number_of(*of_staff, std::string(typed));
    if (!number) return Error{Errc::invalid, number.error().message};
    return *number;
  };
  const auto make_link = [this](services::Agent agent, std::string number, std::string person, std::string link) {
    return link_for_agent(*of_staff, std::move(agent), std::move(number), std::move(person), std::move(link));
  };
  world->for_agents = {.deployment = config.deployment,
                       .parse_number = parse_number,
                       .words = [this] { return shared->revision; },
                       .new_code = new_code,
                       .make_link = make_link};
  return {};
}

Status Daemon::Impl::open_admin() {
  std::optional<asio::ssl::context> tls;
  if (!config.admin.plain_http) {
    auto context = admin::server_context(config.admin.certificate, config.admin.private_key);
    if (!context) return context.error();
    tls = std::move(*context);
  }
  admin::World served = *of_staff;
  admin_endpoint = std::make_unique<admin::Endpoint>(
      loop.get_executor(), std::move(served), std::move(tls), admin::EndpointLimits{}, [](const admin::Logged& one) {
        if (!one.source.empty())
          log::warning("admin_login_refused",
                       {{"request", one.request_id}, {"status", one.status}, {"source", one.source}});
        log::info("admin_request", {{"request", one.request_id},
                                    {"method", one.method},
                                    {"route", one.route},
                                    {"status", one.status},
                                    {"account", one.account},
                                    {"us", one.took.count()}});
      });
  return admin_endpoint->listen(config.admin.address, config.admin.port);
}

// New flows between two events; a revision with faults changes nothing.
void Daemon::Impl::take_over(LoadedFlows loaded) {
  if (!loaded) {
    ++flows_refused;
    for (const flows::Diagnostic& fault : loaded.error()) log::error("reload_refused", {{"fault", to_string(fault)}});
    return;
  }
  ++flows_taken_over;
  shelf->keep(std::exchange(shared->revision, std::move(*loaded)), *store);
  log::info("reloaded", {{"revision", shared->revision->id()}, {"publication", shelf->publication()}});
}

// The first operator's where the link is not in the configuration any more, or is of a version that did not keep it.
SmsSender& Daemon::Impl::sender_of(std::string_view link) {
  const auto op = std::ranges::find(operators, link, [](const auto& one) -> std::string_view { return one->name(); });
  return (op == operators.end() ? operators.front() : *op)->sender();
}

// What an earlier run could not send is fetched by each operator's sender; these have none.
void Daemon::Impl::tell_of_unknown_operators() {
  const auto sizes = store->outbox_sizes();
  if (!sizes) {
    metrics.count_store_failure();
    log::error("outbox_unreadable", {{"reason", sizes.error().message}});
    return;
  }
  for (const auto& size : *sizes) {
    if (std::ranges::none_of(operators, [&](const auto& one) { return one->name() == size.first; })) {
      log::warning("outbox_of_unknown_operator", {{"operator", size.first}, {"messages", size.second}});
    }
  }
}

// Nobody asks them what became of a payment: its money stays reserved until the company is configured again, or two
// members of staff end it.
void Daemon::Impl::tell_of_unknown_companies() {
  const auto open = store->payments().companies_with_open_payments();
  if (!open) {
    metrics.count_store_failure();
    log::error("payments_unreadable", {{"reason", open.error().message}});
    return;
  }
  for (const auto& one : *open) {
    if (directory->find(one.company) == nullptr)
      log::error("payments_of_unknown_company", {{"company", one.company}, {"payments", one.payments}});
  }
}

std::int64_t Daemon::Impl::payments_of_unknown_companies() {
  const auto names = store->payments().companies_of_open_payments();
  const auto is_known = [this](const std::string& name) { return directory->find(name) != nullptr; };
  if (!names || std::ranges::all_of(*names, is_known)) return 0;  // nearly always, and asked with each scrape
  const auto open = store->payments().companies_with_open_payments();
  if (!open) return 0;  // whatever else reads the store tells of that
  std::int64_t payments_waiting = 0;
  for (const auto& one : *open) payments_waiting += directory->find(one.company) == nullptr ? one.payments : 0;
  return payments_waiting;
}

// Likewise of orders by bank card: only a callback would end them, and of these there is none to be believed.
void Daemon::Impl::tell_of_unknown_gateways() {
  const auto open = store->bank_cards().gateways_with_open_orders();
  if (!open) {
    metrics.count_store_failure();
    log::error("bank_card_orders_unreadable", {{"reason", open.error().message}});
    return;
  }
  for (const auto& one : *open) {
    if (std::ranges::none_of(gateways, [&](const auto& known) { return known->config().name == one.gateway; }))
      log::error("orders_of_unknown_gateway", {{"gateway", one.gateway}, {"orders", one.orders}});
  }
}

void Daemon::Impl::add_bank_card_metrics() {
  using payments::ChargeUse;
  for (const auto& [word, use] : {std::pair{"pays", ChargeUse::pays}, std::pair{"credits", ChargeUse::credits},
                                  std::pair{"disputed", ChargeUse::disputed}}) {
    metrics.add_gauge("shubbak_bank_card_charges",
                      "Charges of bank cards since the start, by what was done with them", {{"use", word}},
                      [this, use = use] { return static_cast<double>(bank_cards->taken(use)); });
  }
  metrics.add_families([this] { return bank_card_families(store->bank_cards(), gateways); });
}

void Daemon::Impl::add_notice_metrics() {
  for (const auto& [word, count] :
       {std::pair{"asked", &BillNotices::Counts::asked}, std::pair{"told", &BillNotices::Counts::told},
        std::pair{"failed", &BillNotices::Counts::failed}}) {
    metrics.add_gauge(
        "shubbak_bill_notices",
        "Questions to companies for those who have subscribed to notices of bills, since the start: asked, "
        "told to a phone, without an answer",
        {{"event", word}}, [this, count = count] { return static_cast<double>(notices->counts().*count); });
  }
  metrics.add_gauge("shubbak_bill_questions",
                    "Questions to companies about subscriptions to notices of bills, under way", {},
                    [this] { return static_cast<double>(notices->under_way()); });
  metrics.add_gauge("shubbak_bill_subscriptions", "Subscriptions to notices of bills", {}, [this] {
    const auto counted = store->subscriptions().count_subscriptions();
    return counted ? static_cast<double>(*counted) : 0;  // whatever else reads the store tells of that
  });
}

void Daemon::Impl::add_metrics() {
  add_bank_card_metrics();
  add_notice_metrics();
  metrics.add_families([this] { return case_families(store->cases()); });
  metrics.add_families([this] { return poll_families(store->polls()); });
  metrics.add_families([this] { return broadcast_families(store->broadcasts()); });
  metrics.add_gauge("shubbak_broadcasts_told", "Texts of broadcasts put into the outbox, since the start", {},
                    [this] { return static_cast<double>(broadcaster->told()); });
  metrics.add_gauge("shubbak_broadcasts_braked",
                    "Broadcasts paused because an SMSC refused one text after the other, since the start", {},
                    [this] { return static_cast<double>(broadcaster->braked()); });
  if (mailer) metrics.add_families([this] { return mail_families(mailer->counts()); });
  metrics.add_gauge("shubbak_payments_of_unknown_companies",
                    "Payments that are not over, of companies that are in the configuration no more: nobody is asked",
                    {}, [this] { return static_cast<double>(payments_of_unknown_companies()); });
  metrics.add_families([this] { return payment_families(store->payments(), *directory, wall_now()); });
  collected = std::make_unique<CollectedToday>(config.database, config.utc_offset);
  metrics.add_families([this] { return collected->families(wall_now()); });
  for (const auto& op : operators) {
    Operator* one = op.get();
    const std::map<std::string, std::string> labels{{"operator", one->name()}};
    const auto gauge = [&](const std::string& name, const std::string& help, auto read) {
      metrics.add_gauge(name, help, labels, [one, read] { return static_cast<double>(read(*one)); });
    };
    gauge("shubbak_link_up", "1 while bound for sending and receiving",
          [](Operator& o) { return o.link().up() ? 1 : 0; });
    gauge("shubbak_link_queued", "Messages waiting for the window", [](Operator& o) { return o.link().queued(); });
    gauge("shubbak_link_in_flight", "Requests waiting for their resp",
          [](Operator& o) { return o.link().in_flight(); });
    gauge("shubbak_link_pdus_in", "PDUs received since the start",
          [](Operator& o) { return o.link().counters().pdus_in; });
    gauge("shubbak_link_pdus_out", "PDUs sent since the start",
          [](Operator& o) { return o.link().counters().pdus_out; });
    gauge("shubbak_link_protocol_errors", "Undecodable or misplaced PDUs",
          [](Operator& o) { return o.link().counters().protocol_errors; });
    gauge("shubbak_link_disconnects", "Connections lost or closed",
          [](Operator& o) { return o.link().counters().disconnects; });
    gauge("shubbak_link_throttled", "Requests that the SMSC throttled",
          [](Operator& o) { return o.link().counters().throttled; });
    gauge("shubbak_link_timed_out", "Requests without a resp in time",
          [](Operator& o) { return o.link().counters().timed_out; });
    gauge("shubbak_dialogues", "USSD dialogues going on", [](Operator& o) { return o.dialogues(); });
    gauge("shubbak_sms_waiting", "Short messages waiting to be sent again",
          [](Operator& o) { return o.sender().waiting(); });
  }
  for (const auto& company : directory->companies()) {
    for (std::size_t i = 0; i < companies::outcome_count; ++i) {
      const auto outcome = static_cast<companies::Outcome>(i);
      metrics.add_gauge("shubbak_company_answers", "What companies answered, by kind",
                        {{"company", company->config().name}, {"outcome", std::string(to_string(outcome))}},
                        [one = company.get(), outcome] { return static_cast<double>(one->counters().of(outcome)); });
    }
    const std::map<std::string, std::string> of_company{{"company", company->config().name}};
    metrics.add_gauge("shubbak_company_cache_hits", "Questions to companies answered by what was kept", of_company,
                      [one = company.get()] { return static_cast<double>(one->counters().cache_hits()); });
    metrics.add_gauge(
        "shubbak_company_breaker", "Whether a company is asked: 0 yes, 1 tried again, 2 left alone", of_company,
        [one = company.get()] { return static_cast<double>(one->breaker_state(std::chrono::steady_clock::now())); });
  }
  metrics.add_gauge("shubbak_publication", "Number of the publication of flows that runs; 0: the folders", {},
                    [this] { return static_cast<double>(shelf->publication()); });
  metrics.add_gauge("shubbak_flows_taken_over", "Revisions of the flows taken over since the start", {},
                    [this] { return static_cast<double>(flows_taken_over); });
  metrics.add_gauge("shubbak_flows_refused", "Revisions that could not be taken over, since the start", {},
                    [this] { return static_cast<double>(flows_refused); });
  metrics.add_families([this] { return metric_families(statistics); });
  metrics.add_gauge("shubbak_statistics_left_out", "Counters of flows that there was no room for", {},
                    [this] { return static_cast<double>(statistics.left_out()); });
  metrics.add_gauge("shubbak_company_requests", "Requests to companies under way", {},
                    [this] { return static_cast<double>(http.requests_under_way()); });
}

Health Daemon::Impl::health() {
  boost::json::object links;
  bool all_up = true;
  for (const auto& op : operators) {
    links.emplace(op->name(), op->link().up() ? "up" : "down");
    all_up = all_up && op->link().up();
  }
  const bool store_ok = store->ping().ok();
  const bool ok = all_up && store_ok && !stopping;
  const boost::json::object body{
      {"ok", ok}, {"stopping", stopping}, {"links", links}, {"store", store_ok ? "ok" : "failing"}};
  return {ok, boost::json::serialize(body) + "\n"};
}

// To the day that it is now where the deployment is.
void Daemon::Impl::save_statistics() {
  const auto day = std::chrono::floor<std::chrono::days>(wall_now() + config.utc_offset);
  for (;;) {
    auto counted = statistics.take_unsaved(store::ValueLimits::statistics_max);
    if (counted.empty()) return;
    std::vector<store::Change> changes;
    changes.emplace_back(store::AddStatistics{day, counted});
    store->change(std::move(changes), [this, counted = std::move(counted)](const Result<store::Committed>& result) {
      if (result) return;
      metrics.count_store_failure();
      statistics.give_back(counted);
    });
  }
}

// Some at a time, the next ones at the next time; those that cannot be closed hold up no other ones.
void Daemon::Impl::expire_vouchers() {
  const WallTime now = wall_now();
  const auto over = store->vouchers().voucher_batches_over(now, last_batch_closed, batches_closed_at_once);
  if (!over) return log::error("vouchers_not_expired", {{"reason", over.error().message}});
  for (const std::int64_t batch : *over) {
    store->change({store::VoucherChange(store::ExpireBatch{batch, now})},
                  [batch](const Result<store::Committed>& expired) {
                    if (expired) return;
                    log::error("vouchers_not_expired", {{"batch", batch}, {"reason", expired.error().message}});
                  });
  }
  last_batch_closed = over->size() < batches_closed_at_once ? 0 : over->back();
}

// So many in one transaction; the rest in the next ones.
void Daemon::Impl::expire_links() {
  std::vector<store::Change> changes;
  changes.emplace_back(store::ExpireLinks{wall_now()});
  store->change(std::move(changes), [this](const Result<store::Committed>& result) {
    if (result && result->expired_links.size() >= store::ExpireLinks::at_once_max) expire_links();
  });
}

void Daemon::Impl::tend_polls() {
  std::vector<store::Change> changes;
  changes.emplace_back(store::PollChange(store::TendPolls{wall_now()}));
  store->change(std::move(changes), [this](const Result<store::Committed>& tended) {
    if (tended) return;
    metrics.count_store_failure();
    log::error("polls_not_tended", {{"reason", tended.error().message}});
  });
}

asio::awaitable<void> Daemon::Impl::keep_ticking() {
  Instant clean = std::chrono::steady_clock::now();
  Instant save = clean + statistics_interval;
  while (!stopped) {
    timer.expires_after(tick_interval);
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) break;
    const Instant now = std::chrono::steady_clock::now();
    for (const auto& op : operators) op->tick(now);
    if (!stopping) readings->tick(now);
    if (!stopping) payments->tick(now);
    if (!stopping) bank_cards->tick(now);
    if (!stopping) notices->tick(now);
    if (!stopping) case_escalation->tick(now);
    if (!stopping) broadcaster->tick(now);
    if (!stopping && mailer) mailer->tick(now);
    if (!stopping) audit_heads->tick(wall_now());
    if (!stopping) shelf->tick();
    if (!world->switches.refresh(*store)) metrics.count_store_failure();
    if (now >= save) {
      save = now + statistics_interval;
      save_statistics();
    }
    if (now >= clean) {
      clean = now + cleaning_interval;
      std::vector<store::Change> changes;
      changes.emplace_back(store::DropExpiredOutbox{wall_now() - outbox_grace});
      // What the mailer gives up itself has gone sooner; without one nobody else would.
      changes.emplace_back(store::MailChange(store::DropOldMail{wall_now() - config.mail.expires - outbox_grace}));
      changes.emplace_back(store::DropExpiredWalks{wall_now()});
      changes.emplace_back(store::DropExpiredCodes{wall_now()});
      changes.emplace_back(store::VoucherChange(store::DropVoucherTries{wall_now()}));
      changes.emplace_back(
          store::DropOldRecordings{std::chrono::floor<std::chrono::days>(wall_now() - config.recordings.keep)});
      changes.emplace_back(store::DropOperatorEvents{wall_now() - operator_events_keep});
      changes.emplace_back(store::StaffChange(store::DropStaleStaff{wall_now()}));
      store->change(std::move(changes), [](const Result<store::Committed>&) {});
      expire_links();
      expire_vouchers();
      tend_polls();
    }
    sd_notify(0, "WATCHDOG=1");
  }
}

Daemon::Daemon(asio::io_context& loop, Config config, StoreOpener open_store)
    : impl_(std::make_unique<Impl>(loop, std::move(config), std::move(open_store))) {}
Daemon::~Daemon() = default;

Status Daemon::start() {
  if (auto opened = impl_->open(); !opened) return opened;
  impl_->add_metrics();
  for (const auto& op : impl_->operators) op->link().start();
  auto ticking = impl_->keep_ticking();
  asio::co_spawn(impl_->loop, std::move(ticking), asio::detached);
  log::info("started", {{"deployment", impl_->config.deployment},
                        {"revision", impl_->shared->revision->id()},
                        {"http_port", impl_->endpoint->port()},
                        {"admin_port", admin_port()}});
  sd_notify(0, "READY=1");
  return {};
}

void Daemon::reload() {
  impl_->shelf->reload();
}

asio::awaitable<void> Daemon::stop() {
  if (std::exchange(impl_->stopping, true)) co_return;
  sd_notify(0, "STOPPING=1");
  log::info("stopping");
  // What is due is still worked on, and ticked, until every link is down.
  for (const auto& op : impl_->operators) {
    auto stopping = op->link().stop(impl_->config.drain);
    co_await std::move(stopping);
  }
  if (impl_->mailer) {
    auto ending = impl_->mailer->stop();
    co_await std::move(ending);
  }
  if (impl_->admin_endpoint) {
    auto closing = impl_->admin_endpoint->stop();
    co_await std::move(closing);
  }
  impl_->stopped = true;
  if (impl_->recordings) impl_->recordings->stop();
  const Instant now = std::chrono::steady_clock::now();
  for (const auto& op : impl_->operators) op->tick(now);  // positions not yet written
  for (const auto& op : impl_->operators) op->give_up();
  impl_->save_statistics();
  impl_->http.cancel_all();
  impl_->endpoint->stop();
  impl_->timer.cancel();
  impl_->store->flush();
  log::info("stopped");
}

std::uint16_t Daemon::http_port() const {
  return impl_->endpoint->port();
}

std::uint16_t Daemon::admin_port() const {
  return impl_->admin_endpoint ? impl_->admin_endpoint->port() : 0;
}

}  // namespace shubbak::daemon
