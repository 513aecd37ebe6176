// What is between the daemon and everybody else, and what it does to their messages.
#include <algorithm>

#include <boost/json.hpp>

#include "smpp/text.hpp"
#include "tests/sim/simulation.hpp"

namespace shubbak::sim {
namespace {

using smpp::CommandStatus;
using Outcome = smpp::SessionEvents::Outcome;

constexpr std::uint8_t op_dialled = 0x01;   // PSSR indication
constexpr std::uint8_t op_answered = 0x12;  // USSR confirm
constexpr std::uint32_t op_last = 0x11;     // PSSR response
constexpr std::uint8_t ussd_coding = 15;
constexpr std::uint8_t coding_of_ussd_ucs2 = 72;
constexpr std::chrono::milliseconds smsc_waits{10'000};

bool is_order(const companies::HttpRequest& request) {
  return request.url.ends_with("/v1/payments");
}
bool is_of_payment(const companies::HttpRequest& request) {
  return is_order(request) || request.url.ends_with("/v1/payments/status");
}

companies::HttpError not_answered(companies::HttpFailure failure, bool sent) {
  const bool is_late = failure == companies::HttpFailure::deadline;
  return {is_late ? Errc::timed_out : Errc::unavailable, failure, sent, "by the simulator"};
}

// Under which an order or a reading is sent.
std::string key_in(const companies::HttpRequest& request) {
  constexpr std::string_view name = "Idempotency-Key: ";
  for (const std::string& line : request.headers) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  return request.idempotency_key;
}

// What a connector with the planted fault makes of a time-out.
companies::HttpResponse taken_for_refused(const companies::HttpRequest& request) {
  boost::json::object body = boost::json::parse(request.body).as_object();
  body.erase("not_after");
  body["reference"] = request.idempotency_key;
  body["state"] = "declined";
  body["reason"] = "other";
  return {200, boost::json::serialize(body)};
}

}  // namespace

// Mostly quick, now and then slow, seldom far too slow; so messages overtake each other.
Simulation::Millis Simulation::draw_delay() {
  if (is_troubled_ && random_.one_in(12)) return Millis(random_.between(1'000, 20'000));
  return Millis(random_.between(2, 80));
}

// ------------------------------------------------------------------------------------------------------- companies

void Simulation::on_request(companies::HttpRequest request, Answer answer) {
  if (!listens_ || crash_now_ != nullptr) return;
  const std::uint64_t crash_one_in = is_order(request) ? 12 : 200;
  if (draw_crash("before a company is asked", crash_one_in)) return trace("stops before the company is asked");
  const std::uint64_t id = ++requests_made_;
  ++figures_.requests;
  request.idempotency_key = key_in(request);
  trace("asks " + request.url + " " + request.idempotency_key + " " + request.body);
  if (options_.plant == Plant::new_keys && is_order(request))
    request.idempotency_key.append("-").append(std::to_string(id));
  asked_.emplace(id, Asked{std::move(answer), request});
  at(request.timeout, [this, id] {
    const auto asked = asked_.find(id);
    if (asked == asked_.end()) return;
    const companies::HttpRequest late = asked->second.request;
    if (options_.plant == Plant::releases_on_timeout && is_order(late)) return finish(id, taken_for_refused(late));
    finish(id, not_answered(companies::HttpFailure::deadline, true));
  });
  const std::uint64_t fate = is_troubled_ ? random_.below(is_of_payment(request) ? 20 : 200) : 19;
  if (befalls("question, no connection", fate == 0)) {
    at(Millis(1), [this, id] { finish(id, not_answered(companies::HttpFailure::no_connection, false)); });
  } else if (befalls("question, lost", fate == 1)) {
    trace("the question is lost");
  } else {
    for (int copy = befalls("question, doubled", fate == 2) ? 2 : 1; copy > 0; --copy) {
      ++on_the_way_;
      // Orders above all may come when they have been given up.
      const bool is_far_too_late =
          befalls("question, far too late", is_troubled_ && is_order(request) && random_.one_in(25));
      at(is_far_too_late ? Millis(random_.between(20'000, 150'000)) : draw_delay(),
         [this, id, request] { arrive(id, request); });
    }
    if (befalls("question, connection broken", fate == 3))
      at(Millis(5), [this, id] { finish(id, not_answered(companies::HttpFailure::broken, true)); });
  }
  if (draw_crash("once a company is asked", crash_one_in)) trace("stops once the company is asked");
}

void Simulation::arrive(std::uint64_t id, const companies::HttpRequest& request) {
  --on_the_way_;
  const auto& configs = deployment_.config.companies;
  const auto config =
      std::ranges::find_if(configs, [&](const auto& one) { return request.url.starts_with(one.base_url); });
  // And has done nothing.
  const bool is_unsure =
      befalls("company, not now", is_troubled_ && random_.one_in(is_of_payment(request) ? 12 : 100));
  companies::HttpResponse response{503, "not now"};
  if (!is_unsure) {
    CompanyBook& book = companies_[static_cast<std::size_t>(config - configs.begin())];
    response = book.answer(request, wall_now(), is_troubled_ && random_.one_in(10));
  }
  trace("the company says " + std::to_string(response.status) + " " + response.body);
  const bool is_answered_right = !is_troubled_ || (!is_of_payment(request) && !random_.one_in(8));
  at(draw_delay(), [this, id, response, is_answered_right] {
    is_answered_right ? finish(id, response) : answer_wrong(id, response);
  });
}

// What the network and the company's own door make of the answer.
void Simulation::answer_wrong(std::uint64_t id, companies::HttpResponse response) {
  const std::uint64_t fate = random_.below(25);
  if (befalls("answer, lost", fate == 0)) return trace("the answer is lost");
  befalls("answer, spoilt", fate < 7);
  if (fate == 1) response = {500, "broken"};
  if (fate == 2) response.body = "<html>garbage</html>";
  if (fate == 3) response.body.resize(response.body.size() / 2);
  if (fate == 4) {  // somebody else's
    const std::size_t at = response.body.find("\"reference\":\"");
    if (at != std::string::npos) response.body.insert(at + 13, "x");
  }
  if (fate == 5) {
    const std::size_t at = response.body.find("\"amount_minor\":");
    if (at != std::string::npos) response.body.insert(at + 15, "1");
  }
  if (fate == 6) response.status = 404;
  finish(id, std::move(response));
}

void Simulation::finish(std::uint64_t id, companies::HttpResult result) {
  const auto asked = asked_.find(id);
  if (asked == asked_.end()) return;  // it came twice, or late
  const Answer answer = std::move(asked->second.answer);
  asked_.erase(asked);
  trace("answered: " + (result ? std::to_string(result->status) : result.error().message));
  answer(std::move(result));
  after_daemon();
}

// -------------------------------------------------------------------------------------------------------- operator

Status Simulation::on_submit(const smpp::Sm& sm, std::uint64_t tag) {
  if (!listens_ || !link_up_) return Error{Errc::unavailable, "the link is down"};
  if (crash_now_ != nullptr) return {};
  if (draw_crash("before it has sent", 30)) {
    trace("stops before it has sent");
    return {};
  }
  if (sm.tlvs.find_uint(smpp::TlvTag::ussd_service_op)) {
    taken_over(sm);
  } else {
    const std::uint64_t fate = is_troubled_ ? random_.below(30) : 29;
    const bool is_refused = befalls("text, refused", fate == 0);
    const bool is_unanswered = befalls("text, unanswered", fate == 1 || fate == 2);
    if (options_.plant == Plant::loses_texts && random_.one_in(4)) {
      trace("a message is lost by the planted fault");
    } else if (is_refused || fate == 1) {
      trace("the operator does not take a message");
    } else {
      taken_over(sm);
    }
    const std::uint64_t response = ++submits_;
    responses_.emplace(response, tag);
    at(is_unanswered ? smsc_waits : draw_delay(), [this, response, is_refused, is_unanswered] {
      respond(response, is_unanswered ? Outcome::timed_out : Outcome::answered,
              is_refused ? CommandStatus::throttled : CommandStatus::ok);
    });
  }
  if (draw_crash("once it has sent", 30)) trace("stops once it has sent");
  return {};
}

void Simulation::respond(std::uint64_t response, Outcome outcome, CommandStatus status) {
  const bool is_in_order = options_.plant == Plant::resps_in_order && response > forgotten_to_;
  const auto waits = is_in_order ? responses_.begin() : responses_.find(response);
  if (waits == responses_.end() || !life_) return;
  const std::uint64_t tag = waits->second;
  responses_.erase(waits);
  life_->on_response(life_->link(), tag, outcome, status, {});
  after_daemon();
}

// By the operator, for a phone: what may still be lost, doubled or late on the air.
void Simulation::taken_over(const smpp::Sm& sm) {
  const auto to = Msisdn::parse(sm.destination.digits);
  const auto citizen = std::ranges::find_if(
      deployment_.citizens, [&](const Citizen& one) { return to && one.msisdn.value() == to->value(); });
  if (citizen == deployment_.citizens.end()) return faults_.emplace_back("a message to nobody in town"), void();
  Phone* const phone = phones_[static_cast<std::size_t>(citizen - deployment_.citizens.begin())].get();
  const std::string who = "phone " + std::to_string(citizen - deployment_.citizens.begin());
  const bool is_lost = befalls("on the air, lost", is_troubled_ && random_.one_in(25));
  const int copies = is_lost ? 0 : befalls("on the air, doubled", is_troubled_ && random_.one_in(30)) ? 2 : 1;
  if (const auto op = sm.tlvs.find_uint(smpp::TlvTag::ussd_service_op)) {
    const auto session =
        static_cast<std::uint8_t>(sm.tlvs.find_uint(smpp::TlvTag::its_session_info).value_or(0) >> 8U);
    const std::uint8_t coding = sm.data_coding == coding_of_ussd_ucs2 ? 8 : 0;
    const std::string shown = smpp::decode_text(sm.text_octets(), coding, smpp::Alphabet::gsm7);
    trace(who + " is shown in dialogue " + std::to_string(session) + (*op == op_last ? ", last: " : ": ") + shown);
    Shown& last = last_shown_[static_cast<std::size_t>(citizen - deployment_.citizens.begin())];
    last = {last.number + 1, session, *op == op_last, shown};
    phone->told(shown, session);
    for (int copy = 0; copy < copies; ++copy)
      at(draw_delay(), [phone, session, last = *op == op_last, shown] { phone->on_screen(session, last, shown); });
    return;
  }
  auto whole = reassembler_.add(sm, smpp::Alphabet::gsm7, std::chrono::steady_clock::now());
  if (!whole) return faults_.emplace_back("a message in parts that do not fit: " + whole.error().message), void();
  if (!*whole) return;
  trace(who + " is sent: " + **whole);
  phone->told(**whole, std::nullopt);
  for (int copy = 0; copy < copies; ++copy)
    at(draw_delay(), [phone, message = **whole] { phone->on_message(message); });
}

void Simulation::link_up() {
  if (link_up_ || !life_) return;
  link_up_ = true;
  ++connection_;
  trace("the link is up");
  life_->on_up(life_->link());
  after_daemon();
  for (const auto& [message, waiting] : texts_) deliver_text_after(draw_delay(), message);
  for (const auto& again : std::exchange(presses_again_, {})) again();
}

void Simulation::link_down(Millis lasts) {
  if (!link_up_) return;
  link_up_ = false;
  befalls("link, broken", true);
  trace("the link is down");
  at(lasts, [this] { link_up(); });
  const auto lost = std::exchange(responses_, {});
  forgotten_to_ = submits_;
  for (const auto& [response, tag] : lost) {
    if (life_) life_->on_response(life_->link(), tag, Outcome::lost, CommandStatus::ok, {});
  }
  if (!life_) return;
  life_->on_down(life_->link(), "by the simulator");
  after_daemon();
}

void Simulation::press(std::size_t phone, std::uint8_t session, Press press, const std::string& keys) {
  trace("phone " + std::to_string(phone) + " presses in dialogue " + std::to_string(session) + ": " + keys);
  if (befalls("press, lost", is_troubled_ && random_.one_in(30))) return trace("which is lost");
  at(draw_delay(), [this, phone, session, press, keys] { deliver_press(phone, session, press, keys); });
  // Not what is dialled: a copy that comes late begins anew, and ends what waits for a code by then.
  if (befalls("press, doubled", is_troubled_ && press != Press::dial && random_.one_in(40)))
    at(draw_delay(), [this, phone, session, press, keys] { deliver_press(phone, session, press, keys); });
}

void Simulation::deliver_press(std::size_t phone, std::uint8_t session, Press press, const std::string& keys) {
  if (!life_ || !link_up_) return;
  const std::string from = deployment_.citizens[phone].msisdn.reveal();
  constexpr unsigned end_bit = 1;
  const auto info = static_cast<std::uint16_t>((unsigned{session} << 8U) | (press == Press::hang_up ? end_bit : 0U));
  smpp::TlvBuilder tlvs;
  tlvs.add_u8(smpp::TlvTag::ussd_service_op, press == Press::dial ? op_dialled : op_answered);
  tlvs.add_u16(smpp::TlvTag::its_session_info, info);
  smpp::SessionEvents::Delivery delivery;
  delivery.sm.source = {1, 1, from};
  delivery.sm.destination = {3, 0, "123"};
  delivery.sm.data_coding = ussd_coding;
  delivery.sm.short_message = {reinterpret_cast<const std::uint8_t*>(keys.data()), keys.size()};
  delivery.sm.tlvs = tlvs.list();
  trace("comes of phone " + std::to_string(phone) + ": " + keys);
  const std::uint64_t shown_before = last_shown_[phone].number;
  life_->on_delivery(life_->link(), delivery);
  after_daemon();
  // The gateway does not have the resp, and delivers it again as soon as it is connected.
  if (press != Press::answer || last_shown_[phone].number == shown_before || !life_ || !link_up_) return;
  if (!befalls("press, again on a new connection", is_troubled_ && random_.one_in(6))) return;
  presses_again_.emplace_back([this, phone, session, keys] { deliver_again(phone, session, keys); });
  link_down(Millis(random_.between(20, 600)));
}

// On the new connection, where nobody has pressed anything since: what it led to is shown again. A
// notice of what was typed wrong need not be.
void Simulation::deliver_again(std::size_t phone, std::uint8_t session, const std::string& keys) {
  const Shown before = last_shown_[phone];
  deliver_press(phone, session, Press::answer, keys);
  const Shown& after = last_shown_[phone];
  if (!life_ || !link_up_ || before.session != session) return;
  if (after.number == before.number) {
    if (!before.is_last) faults_.emplace_back("a press that came again was stepped again: its screen is not shown");
    return;
  }
  const bool is_same = before.text.find(after.text) != std::string::npos;
  const bool is_over = says_later(after.text);
  if (!is_same && !is_over) faults_.push_back("a press that came again was stepped again, to: " + after.text);
}

void Simulation::text(std::size_t phone, const std::string& content) {
  trace("phone " + std::to_string(phone) + " texts: " + content);
  const std::uint32_t message = ++texts_made_;
  texts_.emplace(message, Waiting{phone, content});
  deliver_text_after(draw_delay(), message);
}

// And not when it was to be delivered before.
void Simulation::deliver_text_after(Millis delay, std::uint32_t message) {
  const std::uint64_t order = ++texts_.at(message).orders;
  at(delay, [this, message, order] {
    const auto waits = texts_.find(message);
    if (waits != texts_.end() && waits->second.orders == order) deliver_text(message);
  });
}

// Until the daemon has acknowledged it; also again though it works on it.
void Simulation::deliver_text(std::uint32_t message) {
  const auto waits = texts_.find(message);
  if (!life_ || !link_up_) return;  // once it is up
  const std::string content = waits->second.content;
  const std::string from = deployment_.citizens[waits->second.phone].msisdn.reveal();
  smpp::SessionEvents::Delivery delivery;
  delivery.header.sequence_number = message;
  delivery.sm.source = {1, 1, from};
  delivery.sm.destination = {3, 0, "123"};
  delivery.sm.short_message = {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
  trace("comes the text of phone " + std::to_string(waits->second.phone));
  deliver_text_after(smsc_waits, message);
  if (life_->on_delivery(life_->link(), delivery) == smpp::SessionEvents::Ack::now) texts_.erase(message);
  after_daemon();
}

void Simulation::on_acknowledged(const gateways::AckHandle& handle, CommandStatus status) {
  if (!listens_ || crash_now_ != nullptr || handle.connection != connection_) return;
  const std::uint32_t message = handle.request.sequence_number;
  if (status == CommandStatus::ok) {
    trace("a text is acknowledged");
    if (befalls("acknowledgement, lost", is_troubled_ && random_.one_in(30))) return;  // it comes again
    texts_.erase(message);
  } else {
    if (texts_.contains(message)) deliver_text_after(Millis(random_.between(1'000, 6'000)), message);
  }
}

}  // namespace shubbak::sim
