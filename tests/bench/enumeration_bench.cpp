// Can somebody who asks tell apart what there is not from what is not theirs? Pairs of requests, to the real services
// with a company over HTTP and the store on disk, in one process and in random order. Of each pair it prints both
// medians, the difference, and by ranks how often one takes longer than the other (Mann-Whitney U, as Cliff's delta:
// 0 by chance, 1 always), and Welch's t on the logarithms, as dudect has it.
//
// With enough requests t finds the nanosecond that a branch takes. What counts is what an asker can find: a pair is
// told apart when its answers differ, or when one takes longer more often than chance (|delta| over 0.147, the least
// that is called an effect) by more than 5 % of the median and by more than 20 µs, which over a network takes more
// requests than the limits let anybody make. A pair that must be told apart proves that the bench would see it.
//
//   enumeration_bench [PAIRS]     default 2,000 of each; a twentieth of them where passwords or PINs are hashed
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>

#include "admin/link_service.hpp"
#include "admin/staff_service.hpp"
#include "companies/registry.hpp"
#include "payments/receipt.hpp"
#include "services/commit.hpp"
#include "services/pin_hash.hpp"
#include "services/service.hpp"
#include "services/verification.hpp"
#include "tests/unit/companies/fixture.hpp"

namespace {

using namespace shubbak;
using Clock = std::chrono::steady_clock;

constexpr std::size_t pairs_usual = 2'000;
constexpr std::size_t hashed_share = 20;
constexpr double least_effect = 0.147;
constexpr double least_share = 0.05;
constexpr double least_us = 20;
constexpr const char* generated_account = "1000001";  // of 10000000001
constexpr const char* absent_account = "7777777";

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "enumeration_bench: %s\n", what.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> made, const char* what) {
  if (!made) die(std::string(what) + ": " + made.error().message);
  return std::move(*made);
}

// --- who lives here
NationalId person(std::uint64_t k, const char* kind) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%s%09llu", kind, static_cast<unsigned long long>(k));
  return must(NationalId::parse(Country::syria, digits), "person");
}
Msisdn number(std::uint64_t k) {
  return must(Msisdn::from_value(963'930'000'000 + k), "number");
}

class Town {
 public:
  explicit Town(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::ofstream(folder_ / "key") << std::string(64, 'a') << '\n';
    std::filesystem::permissions(folder_ / "key", std::filesystem::perms::owner_read);
    store::StoreConfig config{.path = (folder_ / "db").string(), .key_file = (folder_ / "key").string()};
    config.otp.sends_per_deployment_hour = config.otp.sends_per_prefix_hour = 1'000'000'000;
    store_ = must(store::open_sqlite(config, [this](auto task) { boost::asio::post(loop_, std::move(task)); }),
                  "the store");
    directory_ = must(companies::Directory::create({companies::config_of("aleppo", sample_.url(), {"21"})}, http_),
                      "companies");
    constexpr std::uint32_t never = 1'000'000'000;  // what is refused is not what is measured
    services_.emplace(services::World{.companies = *directory_,
                                      .owned_accounts = owned_,
                                      .store = *store_,
                                      .slow_work = slow_work_,
                                      .random = [] { return std::uint64_t{7}; },
                                      .on_queued = {},
                                      .count_code = {},
                                      .count_try = {},
                                      .inquiries = services::InquiryLimits({never, never, never})});
    admin_.emplace(admin::World{.store = *store_,
                                .worker = worker_,
                                .searcher = worker_,
                                .passwords = passwords_,
                                .publishing = {},
                                .counter = {},
                                .trail = {},
                                .country = Country::syria,
                                .now = [] { return wall_now(); }});
  }
  ~Town() {
    slow_work_.join();
    store_.reset();
  }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  store::Committed write(std::vector<store::Change> changes) {
    return must(companies::run(loop_, services::commit(*store_, std::move(changes))), "writing");
  }
  void link(Msisdn msisdn, const NationalId& of, std::vector<identity::LinkEvent> events) {
    for (const identity::LinkEvent event : events) {
      write({store::ChangeLink{msisdn, of, event, {Actor::Kind::command_line, "root"}, wall_now(), {}}});
    }
  }
  void add_account(const std::string& name) {
    static const std::string hash = must(passwords_.hash("a long password"), "a password");
    write({store::StaffChange(store::AddAccount{
        name, "Owner", "", hash, {*staff::parse_grant("clerk")}, {Actor::Kind::command_line, "root"}, wall_now()})});
  }

  services::Answer run(const char* service, const services::Caller& caller, boost::json::object args,
                       std::string authorisation = {}) {
    services::Request request{.caller = caller,
                              .args = std::move(args),
                              .authorisation = std::move(authorisation),
                              .payment_key = "00112233445566778899aabbccddeeff",
                              .deadline = Clock::now() + companies::patience,
                              .now = wall_now()};
    return companies::run(loop_, services::run(*services_, service, std::move(request)));
  }
  std::string ask(const char* service, const services::Caller& caller, boost::json::object args) {
    const services::Answer answer = run(service, caller, std::move(args));
    return answer.outcome.outcome + " " + boost::json::serialize(answer.outcome.data);
  }
  // From a card of theirs, with a code; the receipt's number.
  std::string pay_a_bill(const services::Caller& payer) {
    const store::Wallet card{"1234567890", Currency::SYP};
    const Actor maker{Actor::Kind::staff, "amal"};
    write({store::PaymentChange(store::OpenWallet{*payer.person, card, wall_now()}),
           store::LedgerChange(store::MoveMoney{{.key = "put-in",
                                                 .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                 .credit = store::account_of(card),
                                                 .amount = {100'000, Currency::SYP},
                                                 .by = maker,
                                                 .at = wall_now()}})});
    boost::json::object proof{{"purpose", "pay"}, {"binds", boost::json::object()}, {"code", "123456"}};
    boost::json::object sending = proof;
    sending.emplace("message", "123456");
    if (!ask("otp.send", payer, std::move(sending)).starts_with("ok")) die("no code was sent");
    if (!ask("otp.verify", payer, std::move(proof)).starts_with("ok")) die("the code was not taken");
    services::Answer paid =
        run("payments.pay", payer, {{"company", "aleppo"}, {"account", "2100345"}, {"amount", 10'000}},
            flows::authorisation_text("pay", {}));
    if (paid.outcome.outcome != "ok") die("the bill was not paid: " + paid.outcome.outcome);
    write(std::move(paid.changes));
    return std::string(paid.outcome.data.at("receipt").as_string());
  }
  std::string log_in(const std::string& name, const std::string& source) {
    const auto in = companies::run(loop_, admin::log_in(*admin_, name, "a wrong password", source));
    return in ? "logged in" : in.error().message;
  }
  std::string find_links(const std::string& msisdn) {
    const auto found = admin::find_links(*admin_, msisdn, {});
    return found ? std::to_string(found->size()) + " links" : found.error().message;
  }
  std::string verify(const NationalId& of) {
    const auto verified =
        companies::run(loop_, services::verified_event(&registry_, identity::LinkEvent::make, of, ""));
    return verified ? "linked" : verified.error().message;
  }

 private:
  std::filesystem::path folder_;
  companies::SampleThread sample_{{"aleppo"}};
  boost::asio::io_context loop_{1};
  boost::asio::thread_pool slow_work_{1};
  admin::Worker worker_{loop_.get_executor()};
  admin::PasswordHasher passwords_ = must(admin::PasswordHasher::create({}), "passwords");
  std::unique_ptr<store::Store> store_;
  companies::HttpClient http_{loop_.get_executor(), {}};
  companies::Registry registry_{{.url = sample_.url() + "/v1/persons/verify", .authorization = {}}, http_};
  std::unique_ptr<companies::Directory> directory_;
  services::OwnedAccounts owned_{10, std::chrono::minutes(5)};
  std::optional<services::World> services_;
  std::optional<admin::World> admin_;
};

// --- the pairs
// What must hold of a pair, and why not of all: a counter is to be told that a person has died; what waits for a
// phone is told to that phone alone, whoever sent the SMS.
enum class Rule : std::uint8_t { alike, same_time, told_to_its_phone, must_differ };

struct Pair {
  const char* name;
  Rule rule;
  std::function<std::string(std::size_t)> first;
  std::function<std::string(std::size_t)> second;
  bool hashes = false;
};

struct Times {
  std::vector<double> us;
  std::string answer;
  void take(const std::function<std::string(std::size_t)>& act, std::size_t i) {
    const auto begin = Clock::now();
    answer = act(i);
    us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
};

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

// How much more often one of `a` takes longer than one of `b` than the other way round: 2U/(nm) - 1.
double cliffs_delta(std::vector<double> a, std::vector<double> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  double more = 0;
  for (const double one : a) {
    const auto [from, to] = std::ranges::equal_range(b, one);
    more += static_cast<double>(from - b.begin()) - static_cast<double>(b.end() - to);
  }
  return more / (static_cast<double>(a.size()) * static_cast<double>(b.size()));
}

// Of U by chance: its standard error, for a z.
double z_of(double delta, std::size_t each) {
  const auto n = static_cast<double>(each);
  return delta * std::sqrt(3 * n * n / (2 * n + 1));
}

double welch_t(const std::vector<double>& a, const std::vector<double>& b) {
  const auto moments = [](const std::vector<double>& of) {
    double sum = 0;
    double squares = 0;
    for (const double us : of) {
      sum += std::log(us);
      squares += std::log(us) * std::log(us);
    }
    const auto n = static_cast<double>(of.size());
    return std::pair(sum / n, (squares - sum * sum / n) / (n - 1) / n);
  };
  const auto [mean_a, error_a] = moments(a);
  const auto [mean_b, error_b] = moments(b);
  return (mean_a - mean_b) / std::sqrt(error_a + error_b);
}

// Whether it is as it must be.
bool judge(const Pair& pair, std::size_t count) {
  const std::size_t each = pair.hashes ? std::max<std::size_t>(count / hashed_share, 2) : count;
  std::mt19937_64 random(7);
  Times first;
  Times second;
  for (std::size_t i = 0; i < each; ++i) {
    const bool first_goes_first = (random() & 1U) != 0;
    if (first_goes_first) first.take(pair.first, i);
    second.take(pair.second, i);
    if (!first_goes_first) first.take(pair.first, i);
  }
  const double of_first = median(first.us);
  const double apart = median(second.us) - of_first;
  const double delta = cliffs_delta(second.us, first.us);
  const bool in_time = std::abs(delta) > least_effect && std::abs(apart) > std::max(least_share * of_first, least_us);
  const bool by_text = first.answer != second.answer;
  std::printf("%-58s %10.1f us %+9.1f us (%+5.1f %%)  delta %+.3f  z %+6.1f  t %+6.1f  %s%s\n", pair.name, of_first,
              apart, 100 * apart / of_first, delta, z_of(delta, each), welch_t(second.us, first.us),
              in_time ? "TOLD APART by time" : "alike", by_text ? ", other answers" : "");
  switch (pair.rule) {
    case Rule::alike:
      return !in_time && !by_text;
    case Rule::same_time:
      return !in_time;
    case Rule::told_to_its_phone:
      return true;
    case Rule::must_differ:
      return in_time;
  }
  std::abort();
}

constexpr const char* my_id = "01234567890";

services::Caller me() {
  return {.subject = number(1),
          .line = number(1),
          .link = "syriatel",
          .person = must(NationalId::parse(Country::syria, my_id), "me"),
          .locale = "en",
          .channel = flows::Channel::sms};
}

std::vector<Pair> of_accounts(Town& town) {
  const auto of = [&town](const char* service, const char* account) {
    return [&town, service, account](std::size_t) {
      boost::json::object args{{"company", "aleppo"}, {"account", account}, {"value", 99'999}};
      args.emplace("governorate", "21");
      args.emplace("subscription", account);
      for (const auto& [name, value] :
           {std::pair("category", ""), {"national_id", my_id}, {"number", account}, {"by", "any"}})
        args.emplace(name, value);
      return town.ask(service, me(), std::move(args));
    };
  };
  constexpr const char* of_suspended = "2100777";
  return {
      {"bills.due: no such account, somebody else's", Rule::alike, of("bills.due", absent_account),
       of("bills.due", generated_account)},
      {"bills.due: no such account, of somebody suspended", Rule::alike, of("bills.due", absent_account),
       of("bills.due", of_suspended)},
      {"payments.history: no such account, somebody else's", Rule::alike, of("payments.history", absent_account),
       of("payments.history", generated_account)},
      {"readings.last: no such account, somebody else's", Rule::alike, of("readings.last", absent_account),
       of("readings.last", generated_account)},
      {"readings.submit: no such account, somebody else's", Rule::alike, of("readings.submit", absent_account),
       of("readings.submit", generated_account)},
      // The outcomes differ here; the shipped flow has one text for both (conversations/lookup.yaml).
      {"bills.lookup: no such account, one that owes nothing", Rule::same_time, of("bills.lookup", absent_account),
       of("bills.lookup", of_suspended)},
      {"bills.find: no such account, somebody else's", Rule::alike, of("bills.find", absent_account),
       of("bills.find", of_suspended)},
      {"bills.due: somebody else's, one's own (must differ)", Rule::must_differ, of("bills.due", generated_account),
       of("bills.due", "2100345")},
  };
}

std::vector<Pair> of_receipts(Town& town) {
  const auto of = [&town](std::string receipt) {
    return [&town, receipt = std::move(receipt)](std::size_t i) {
      std::string check = std::to_string(10'000'000 + i);
      return town.ask("receipts.verify", me(), {{"number", receipt}, {"check", check.substr(1)}});
    };
  };
  return {{"receipts.verify: no such receipt, a wrong check code", Rule::alike,
           of(payments::receipt_number(999'999'999)), of(town.pay_a_bill(me()))}};
}

std::vector<Pair> of_counters(Town& town) {
  return {
      {"a counter's look-up: never linked, released", Rule::alike,
       [&town](std::size_t) { return town.find_links("+963939999999"); },
       [&town](std::size_t) { return town.find_links("+963930000003"); }},
      {"the register of persons: unknown, deceased", Rule::same_time,
       [&town](std::size_t i) { return town.verify(person(i, "06")); },
       [&town](std::size_t i) { return town.verify(person(i, "05")); }},
  };
}

std::string source(std::size_t i, const char* net) {
  return net + std::to_string(i / 250) + "." + std::to_string(i % 250);
}

std::vector<Pair> of_secrets(Town& town, std::size_t count) {
  const std::size_t hashed = std::max<std::size_t>(count / hashed_share, 2);
  const std::string hash = must(services::hash_pin("39517"), "a PIN");
  const boost::json::object proof{{"purpose", "pin.prove"}, {"binds", boost::json::object()}};
  const auto caller = [](std::size_t i, const char* kind) {
    return services::Caller{.subject = number(1'000'000 + i),
                            .line = number(1'000'000 + i),
                            .link = "syriatel",
                            .person = person(i, kind),
                            .locale = "en",
                            .channel = flows::Channel::ussd};
  };
  const auto with = [proof](const char* name, const char* secret) {
    boost::json::object args = proof;
    args.emplace(name, secret);
    return args;
  };
  for (std::size_t i = 0; i < hashed; ++i) {
    town.add_account("clerk_" + std::to_string(i));
    town.write({store::SetPin{person(i, "11"), hash, {Actor::Kind::citizen, "ussd"}, wall_now()}});
  }
  for (std::size_t i = 0; i < count; ++i) {
    boost::json::object args = with("code", "123456");
    args.emplace("message", "123456 sets your PIN");
    if (!town.ask("otp.send", caller(i, "13"), std::move(args)).starts_with("ok")) die("a code was not sent");
  }
  const auto try_code = [&town, caller, with](std::size_t i, const char* kind) {
    return town.ask("otp.verify", caller(i, kind), with("code", "654321"));
  };
  const auto try_pin = [&town, caller, with](std::size_t i, const char* kind) {
    return town.ask("otp.verify", caller(i, kind), with("pin", "70214"));
  };
  return {
      {"staff login: no such account, wrong password", Rule::alike,
       [&town](std::size_t i) { return town.log_in("nobody_" + std::to_string(i), source(i, "10.1.")); },
       [&town](std::size_t i) { return town.log_in("clerk_" + std::to_string(i), source(i, "10.2.")); }, true},
      {"service PIN: none was ever set, a wrong one", Rule::alike,
       [try_pin](std::size_t i) { return try_pin(i, "12"); }, [try_pin](std::size_t i) { return try_pin(i, "11"); },
       true},
      {"one-time code: none waits, a wrong one", Rule::told_to_its_phone,
       [try_code, count](std::size_t i) { return try_code(count + i, "14"); },
       [try_code](std::size_t i) { return try_code(i, "13"); }},
  };
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t pairs = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : pairs_usual;
  std::string name = (std::filesystem::temp_directory_path() / "shubbak-enumeration-XXXXXX").string();
  if (pairs < 2 || ::mkdtemp(name.data()) == nullptr) die("usage: enumeration_bench [PAIRS]");
  bool all_hold = true;
  {
    Town town(name);
    using identity::LinkEvent;
    town.link(number(2), must(NationalId::parse(Country::syria, "02345678901"), "neighbour"),
              {LinkEvent::import, LinkEvent::suspend});
    town.link(number(3), person(3, "10"), {LinkEvent::make, LinkEvent::release});
    for (const auto& group : {of_accounts(town), of_receipts(town), of_counters(town), of_secrets(town, pairs)}) {
      for (const Pair& pair : group) all_hold = judge(pair, pairs) && all_hold;
    }
  }
  std::filesystem::remove_all(name);
  if (!all_hold) std::fprintf(stderr, "enumeration_bench: a pair is not as it must be\n");
  return all_hold ? 0 : 1;
}
