#include "samples/sample_company/connection.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/json.hpp>

#include "domain/clock.hpp"
#include "samples/sample_company/iso_time.hpp"
#include "samples/sample_company/person_register.hpp"

namespace shubbak::samples {

namespace asio = boost::asio;
namespace json = boost::json;
using boost::system::error_code;

namespace {

constexpr std::size_t head_octets_max = std::size_t{8} * 1024;
constexpr std::size_t body_octets_max = std::size_t{64} * 1024;
constexpr std::size_t endless_octets = std::size_t{10} * 1024 * 1024;
constexpr std::chrono::milliseconds drip_interval{50};

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Refused";
  }
}

bool same_name(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::ranges::equal(a, lower, [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
         });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The members that requests have; parsed into memory on the stack.
struct Asked {
  std::string account;
  std::string national_id;
  std::string reference;
  std::string currency;
  std::string not_after;
  std::string day;
  std::string account_or_meter;
  std::string category;
  std::string by;
  std::string remark;
  std::int64_t value = -1;
  std::int64_t amount_minor = -1;

  std::string* text(std::string_view name) {
    if (name == "account") return &account;
    if (name == "national_id") return &national_id;
    if (name == "reference") return &reference;
    if (name == "currency") return &currency;
    if (name == "not_after") return &not_after;
    if (name == "day") return &day;
    if (name == "number") return &account_or_meter;
    if (name == "category") return &category;
    if (name == "by") return &by;
    if (name == "remark") return &remark;
    return nullptr;
  }
  std::int64_t* number(std::string_view name) {
    if (name == "value") return &value;
    if (name == "amount_minor") return &amount_minor;
    return nullptr;
  }
};

bool parse(std::string_view body, Asked& asked) {
  std::array<unsigned char, 2048> values;
  std::array<unsigned char, 512> scratch;
  json::monotonic_resource memory(values.data(), values.size());
  json::parser parser(json::storage_ptr(), json::parse_options(), scratch.data(), scratch.size());
  parser.reset(json::storage_ptr(&memory));
  error_code failed;
  parser.write(body.data(), body.size(), failed);
  if (failed) return false;
  const json::value root = parser.release();
  if (!root.is_object()) return false;
  for (const auto& member : root.get_object()) {
    if (member.value().is_string()) {
      if (std::string* text = asked.text(member.key())) *text = member.value().get_string();
    } else if (member.value().is_int64()) {
      if (std::int64_t* number = asked.number(member.key())) *number = member.value().get_int64();
    }
  }
  const auto digits = [](const std::string& digits_text) {
    return std::ranges::all_of(digits_text, [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(asked.account) && digits(asked.national_id) && digits(asked.account_or_meter);
}

// Nothing: a member is missing or has not its form.
std::optional<PaymentOrder> order_of(Asked asked, std::string_view idempotency_key) {
  const Result<Currency> currency = parse_currency(asked.currency);
  const std::optional<std::chrono::sys_seconds> not_after = parse_iso_time(asked.not_after);
  if (asked.account.empty() || asked.amount_minor < 0 || !currency || !not_after) return std::nullopt;
  if (!is_plain_reference(idempotency_key)) return std::nullopt;
  return PaymentOrder{std::move(asked.account), Money{asked.amount_minor, *currency}, *not_after,
                      std::string(idempotency_key)};
}

}  // namespace

std::chrono::milliseconds CompanyState::time_of_payment() {
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::chrono::milliseconds::rep>(0, payments_take.count())(times));
}

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<CompanyState> company)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), company_(std::move(company)) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  ++company_->stats.connections;
}

void Connection::read() {
  reading_ = true;
  socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](const error_code& failed, std::size_t n) {
    self->reading_ = false;
    if (failed) {
      self->close(false);
      return;
    }
    self->in_.append(self->chunk_.data(), n);
    self->go_on();
  });
}

void Connection::go_on() {
  answer_all();
  send();
  // While an answer is held up, reading goes on within bounds, to notice that the peer has gone.
  const bool room = in_.size() <= head_octets_max + body_octets_max;
  if (socket_.is_open() && !reading_ && !writing_ && !closing_ && room) read();
}

Connection::Cut Connection::cut(Request& request, std::size_t& octets) const {
  const std::string_view all = std::string_view(in_).substr(in_used_);
  const std::size_t head_end = all.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return all.size() > head_octets_max ? Cut::bad : Cut::incomplete;
  std::string_view head = all.substr(0, head_end + 2);
  const std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  head.remove_prefix(line_end + 2);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos || line.substr(second + 1) != "HTTP/1.1") return Cut::bad;
  request.method = line.substr(0, first);
  request.path = line.substr(first + 1, second - first - 1);
  std::size_t length = 0;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view field = head.substr(0, end);
    head.remove_prefix(end + 2);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) return Cut::bad;
    const std::string_view name = field.substr(0, colon);
    const std::string_view value = trimmed(field.substr(colon + 1));
    if (same_name(name, "content-length")) {
      const auto [rest, failed] = std::from_chars(value.data(), value.data() + value.size(), length);
      if (failed != std::errc() || rest != value.data() + value.size() || length > body_octets_max) return Cut::bad;
    } else if (same_name(name, "idempotency-key")) {
      request.idempotency_key = value;
    } else if (same_name(name, "connection")) {
      request.close = same_name(value, "close");
    } else if (same_name(name, "transfer-encoding")) {
      return Cut::bad;  // a sample: bodies come with their length
    }
  }
  octets = head_end + 4 + length;
  if (all.size() < octets) return Cut::incomplete;
  request.body = all.substr(head_end + 4, length);
  return Cut::request;
}

void Connection::answer_all() {
  while (!held_up_ && !closing_ && in_used_ < in_.size()) {
    Request request;
    std::size_t octets = 0;
    const Cut found = cut(request, octets);
    if (found == Cut::incomplete) break;
    if (found == Cut::bad) {
      refuse(400);
      closing_ = true;
      break;
    }
    closing_ = request.close;
    answer(request);
    in_used_ += octets;
  }
  in_.erase(0, in_used_);
  in_used_ = 0;
}

void Connection::answer(const Request& request) {
  Stats& stats = company_->stats;
  Billing& billing = company_->billing;
  if (request.method == "GET" && request.path == "/v1/stats") return append(out_, {200, stats_body()});
  if (request.method != "POST") return refuse(405);
  Asked asked;
  if (!parse(request.body, asked)) return refuse(400);
  if (request.path == "/v1/payments") {
    std::optional<PaymentOrder> order = order_of(std::move(asked), request.idempotency_key);
    return order ? pay(std::move(*order)) : refuse(400);
  }
  std::optional<Misbehaviour> wrong = misbehaviour_of_account(asked.account);
  Reply reply;
  if (request.path == "/v1/accounts/search") {
    if (asked.national_id.empty()) return refuse(400);
    ++stats.accounts_search;
    wrong = misbehaviour_of_person(asked.national_id, company_->index);
    reply = billing.accounts_of(asked.national_id);
  } else if (request.path == "/v1/accounts/find") {
    if (asked.national_id.empty() || asked.account_or_meter.empty()) return refuse(400);
    ++stats.accounts_find;
    wrong = misbehaviour_of_account(asked.account_or_meter);
    if (wrong && company_->index != 0) wrong.reset();
    reply = billing.find({asked.national_id, asked.category, asked.account_or_meter, asked.by});
  } else if (request.path == "/v1/persons/verify") {
    if (asked.national_id.empty()) return refuse(400);
    wrong = misbehaviour_of_person(asked.national_id, company_->index);
    reply = standing_of(asked.national_id);
  } else if (request.path == "/v1/payments/status") {
    if (!is_plain_reference(asked.reference)) return refuse(400);
    ++stats.payments_status;
    reply = billing.payment_status(asked.reference);
  } else if (request.path == "/v1/payments/export") {
    const std::optional<std::chrono::sys_days> day = parse_iso_day(asked.day);
    if (!day) return refuse(400);
    ++stats.payments_export;
    reply = billing.payments_on(*day);
  } else if (asked.account.empty()) {
    return refuse(400);
  } else if (request.path == "/v1/accounts/due") {
    ++stats.accounts_due;
    reply = billing.due(asked.account);
  } else if (request.path == "/v1/bills/list") {
    ++stats.bills_list;
    reply = billing.bills(asked.account);
  } else if (request.path == "/v1/payments/search") {
    ++stats.payments_search;
    reply = billing.payments(asked.account);
  } else if (request.path == "/v1/readings/last") {
    ++stats.readings_last;
    reply = billing.last_reading(asked.account, wall_now());
  } else if (request.path == "/v1/readings") {
    if (asked.value < 0 || request.idempotency_key.empty()) return refuse(400);
    ++stats.readings;
    reply = billing.submit_reading(asked.account, asked.value, request.idempotency_key, asked.remark);
  } else {
    return refuse(404);
  }
  if (wrong) return misbehave(*wrong, reply);
  append(out_, reply);
}

void Connection::pay(PaymentOrder order) {
  ++company_->stats.payments;
  const std::optional<Misbehaviour> wrong = misbehaviour_of_account(order.account);
  const std::optional<PaidMisbehaviour> wrong_when_paid = misbehaviour_when_paid(order.account, order.amount.minor);
  Reply reply;
  if (wrong_when_paid != PaidMisbehaviour::hangs_before) {
    reply = company_->billing.pay(std::move(order), wall_now());
  }
  if (wrong) return misbehave(*wrong, reply);
  if (wrong_when_paid) return misbehave(*wrong_when_paid, reply);
  if (company_->payments_take > std::chrono::milliseconds::zero())
    return answer_after(company_->time_of_payment(), reply);
  append(out_, reply);
}

void Connection::misbehave(PaidMisbehaviour how, const Reply& right) {
  ++company_->stats.misbehaved;
  switch (how) {
    case PaidMisbehaviour::pays_then_hangs:
    case PaidMisbehaviour::hangs_before:
    case PaidMisbehaviour::status_unknown_for_a_while:
      held_up_ = true;
      return;
    case PaidMisbehaviour::pays_late:
      answer_after(company_->payment_late, right);
      return;
    case PaidMisbehaviour::other_reference:
    case PaidMisbehaviour::garbage_after_posting:
    case PaidMisbehaviour::status_500_after_posting:
    case PaidMisbehaviour::declines:
      append(out_, bend(how, right));
      return;
  }
}

void Connection::misbehave(Misbehaviour how, const Reply& right) {
  ++company_->stats.misbehaved;
  switch (how) {
    case Misbehaviour::hangs:
      held_up_ = true;
      return;
    case Misbehaviour::resets:
      close(true);
      return;
    case Misbehaviour::answers_twice:
      append(out_, right);
      append(out_, right);
      return;
    case Misbehaviour::late:
      answer_after(company_->late, right);
      return;
    case Misbehaviour::drips:
      held_up_ = true;
      append(delayed_, right);
      drip(0);
      return;
    case Misbehaviour::half:
      append(out_, right);
      out_.resize(out_.size() - right.body.size() / 2);
      closing_ = true;
      return;
    case Misbehaviour::not_http:
      out_ += "\x7F\x45LF what is this\r\n\r\n";
      closing_ = true;
      return;
    case Misbehaviour::endless_headers:
      out_ += "HTTP/1.1 200 OK\r\n";
      while (out_.size() < endless_octets) out_ += "X-More: and more and more and more and more and more\r\n";
      return;
    case Misbehaviour::closes:
      closing_ = true;
      return;
    case Misbehaviour::huge:
    case Misbehaviour::garbage:
    case Misbehaviour::wrong_types:
    case Misbehaviour::somebody_else:
    case Misbehaviour::status_500:
    case Misbehaviour::html:
    case Misbehaviour::other_currency:
    case Misbehaviour::ten_thousand:
    case Misbehaviour::control_characters:
    case Misbehaviour::deep:
    case Misbehaviour::redirects:
      append(out_, bend(how, right));
      return;
  }
}

void Connection::append(std::string& out, const Reply& reply) {
  if (reply.status == 200) {
    out += "HTTP/1.1 200 OK";
  } else {
    out += "HTTP/1.1 " + std::to_string(reply.status) + " ";
    out += reason_of(reply.status);
    if (reply.status == 302) out += "\r\nLocation: /v1/stats";
  }
  out.append("\r\nContent-Type: ").append(reply.type).append("\r\nContent-Length: ");
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), reply.body.size()).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data())).append("\r\n\r\n").append(reply.body);
}

void Connection::refuse(int status) {
  ++company_->stats.refused;
  append(out_, {status, R"({"error":"bad_request"})"});
}

// Most answers go out at once; what the socket does not take is written when it does.
void Connection::send() {
  if (writing_ || !socket_.is_open()) return;
  error_code failed;
  if (out_sent_ < out_.size()) out_sent_ += socket_.write_some(asio::buffer(out_) + out_sent_, failed);
  if (failed && failed != asio::error::would_block) {
    close(false);
  } else if (out_sent_ < out_.size()) {
    writing_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const error_code& stopped) {
      self->writing_ = false;
      if (!stopped) self->go_on();
    });
  } else {
    out_.clear();
    out_sent_ = 0;
    if (closing_) close(false);
  }
}

void Connection::answer_after(std::chrono::milliseconds delay, const Reply& right) {
  held_up_ = true;
  append(delayed_, right);
  timer_.expires_after(delay);
  timer_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (stopped) return;
    self->held_up_ = false;
    self->out_ += std::exchange(self->delayed_, {});
    self->go_on();
  });
}

void Connection::drip(std::size_t at) {
  timer_.expires_after(drip_interval);
  timer_.async_wait([self = shared_from_this(), at](const error_code& stopped) {
    if (stopped) return;
    self->out_ += self->delayed_[at];
    if (at + 1 < self->delayed_.size()) {
      self->drip(at + 1);
    } else {
      self->delayed_.clear();
      self->held_up_ = false;
    }
    self->go_on();
  });
}

void Connection::close(bool reset) {
  error_code ignored;
  closing_ = true;
  timer_.cancel();
  if (reset) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

std::string Connection::stats_body() const {
  const Stats& stats = company_->stats;
  return json::serialize(json::object{{"company", company_->billing.name()},
                                      {"connections", stats.connections},
                                      {"accounts_search", stats.accounts_search},
                                      {"accounts_due", stats.accounts_due},
                                      {"accounts_find", stats.accounts_find},
                                      {"bills_list", stats.bills_list},
                                      {"payments_search", stats.payments_search},
                                      {"readings_last", stats.readings_last},
                                      {"readings", stats.readings},
                                      {"readings_accepted", company_->billing.readings()},
                                      {"payments", stats.payments},
                                      {"payments_posted", company_->billing.payments_posted()},
                                      {"payments_status", stats.payments_status},
                                      {"payments_export", stats.payments_export},
                                      {"references", company_->billing.references()},
                                      {"misbehaved", stats.misbehaved},
                                      {"refused", stats.refused}});
}

}  // namespace shubbak::samples
