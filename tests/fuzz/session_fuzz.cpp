// A session under any peer, any owner and any clock. The first octet chooses role and limits; what follows are steps,
// each an octet that chooses and octets that it needs. Checked all along: what is written is a row of well-formed
// PDUs, each of our requests ends exactly once, the end is told exactly once, and nothing happens after it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>

#include "smpp/framer.hpp"
#include "smpp/session.hpp"

using namespace shubbak;
using namespace shubbak::smpp;

namespace {

class Steps {
 public:
  Steps(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  [[nodiscard]] bool more() const { return !rest_.empty(); }
  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  Bytes octets(std::size_t count) {
    const Bytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  Bytes rest_;
};

SessionConfig config_of(std::uint8_t choice) {
  SessionConfig config;
  config.role = (choice & 1) != 0 ? Role::smsc : Role::esme;
  config.bind_mode = static_cast<BindMode>((choice >> 1) % 3);
  config.system_id = "shubbak";
  config.password = "pw";
  config.window_max = (choice & 8) != 0 ? 2 : 100;
  config.errors_max = (choice & 16) != 0 ? 3 : 1000;
  config.pdu_octets_max = (choice & 32) != 0 ? 200 : smpp::pdu_octets_max;
  return config;
}

// An owner that answers by what the fuzzer chose, from inside of the calls.
class Owner final : public SessionEvents {
 public:
  explicit Owner(std::uint8_t choice) : session(config_of(choice), Instant{}), choice_(choice) {}

  void on_bound(std::string_view) override {
    open();
    SHUBBAK_ASSERT(session.state() == SessionState::bound);
    if ((choice_ & 64) != 0) send();
  }
  CommandStatus on_bind_request(BindMode, const Bind& bind) override {
    open();
    return bind.password == "no" ? CommandStatus::invalid_password : CommandStatus::ok;
  }
  Ack on_delivery(const Delivery& delivery) override {
    open();
    const auto text = delivery.sm.text_octets();
    if (text.empty()) return Ack::now;
    if (text.front() == 'u') session.unbind(now, out);
    if (text.front() == 's') send();
    if (text.front() == 'x') session.connection_lost("the owner had enough", *this);
    session.acknowledge(delivery.header, CommandStatus::ok, "id", out);
    return Ack::later;
  }
  void on_response(std::uint64_t tag, Outcome outcome, CommandStatus, std::string_view message_id) override {
    SHUBBAK_ASSERT(waiting.erase(tag) == 1);
    SHUBBAK_ASSERT(outcome == Outcome::answered || message_id.empty());
    SHUBBAK_ASSERT((outcome == Outcome::lost) == session.closed());
    if ((choice_ & 64) != 0 && waiting.size() < 50) send();
  }
  void on_query(const Header& header, const QuerySm& query) override {
    open();
    session.answer_query(header, CommandStatus::ok, QuerySmResp{query.message_id, "", 2, 0}, out);
  }
  void on_alert(const AlertNotification&) override { open(); }
  void on_protocol_error(std::uint32_t, std::uint32_t, std::string_view reason) override {
    open();
    SHUBBAK_ASSERT(!reason.empty());
  }
  void on_closed(std::string_view reason) override {
    SHUBBAK_ASSERT(!closed && session.closed() && waiting.empty() && !reason.empty());
    closed = true;
  }

  void send() {
    Sm sm;
    sm.destination = {1, 1, "963933123456"};
    if (session.send(sm, next_tag, now, out)) waiting.insert(next_tag++);
  }
  void query() {
    if (session.query(QuerySm{"1", {}}, next_tag, now, out)) waiting.insert(next_tag++);
  }

  Session session;
  Buffer out;
  Instant now{};
  std::set<std::uint64_t> waiting;
  std::uint64_t next_tag = 1;
  bool closed = false;

 private:
  void open() const { SHUBBAK_ASSERT(!closed); }

  std::uint8_t choice_;
};

void append_pdu(Buffer& stream, Steps& steps) {
  constexpr std::uint32_t commands[] = {
      0x1,        0x2,        0x3,        0x4,        0x5,        0x6,        0x9,        0xB,        0x15,
      0x7,        0x8,        0x21,       0x102,      0x103,      0x80000000, 0x80000001, 0x80000002, 0x80000003,
      0x80000004, 0x80000005, 0x80000006, 0x80000009, 0x80000015, 0x80000103, 0x00010203, 0x80010203};
  const std::uint32_t id = commands[steps.octet() % std::size(commands)];
  const auto status = static_cast<CommandStatus>(steps.octet());
  const std::uint32_t sequence_number = steps.octet();
  const Bytes body = steps.octets(steps.octet());
  const std::size_t begin = stream.size();
  encode_header_only(stream, id, status, sequence_number);
  stream.insert(stream.end(), body.begin(), body.end());
  stream[begin + 2] = static_cast<std::uint8_t>((header_octets + body.size()) >> 8);
  stream[begin + 3] = static_cast<std::uint8_t>(header_octets + body.size());
}

void check_written(Buffer& out) {
  Framer framer(out, pdu_octets_max);
  while (const auto pdu = framer.next()) SHUBBAK_ASSERT(decode(*pdu));
  SHUBBAK_ASSERT(!framer.failed() && framer.rest().empty());
  out.clear();
}

void step(Owner& owner, Buffer& stream, Steps& steps) {
  switch (steps.octet() % 9) {
    case 0:
    case 1:
    case 2:
      return append_pdu(stream, steps);
    case 3: {
      const Bytes raw = steps.octets(steps.octet());
      stream.insert(stream.end(), raw.begin(), raw.end());
      return;
    }
    case 4:
      owner.now += std::chrono::milliseconds(steps.octet() * 100);
      return owner.session.tick(owner.now, owner.out, owner);
    case 5:
      return owner.send();
    case 6:
      return owner.query();
    case 7:
      return owner.session.unbind(owner.now, owner.out);
    default: {
      const bool was_closed = owner.session.closed();
      const std::size_t consumed = owner.session.receive(stream, owner.now, owner.out, owner);
      SHUBBAK_ASSERT(consumed <= stream.size() && (!was_closed || consumed == 0));
      stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(consumed));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Owner owner(data[0]);
  Steps steps(data + 1, size - 1);
  Buffer stream;
  if (owner.session.config().role == Role::esme) owner.session.bind(owner.now, owner.out);
  while (steps.more()) {
    const bool was_closed = owner.session.closed();
    step(owner, stream, steps);
    SHUBBAK_ASSERT(!was_closed || owner.out.empty());
    check_written(owner.out);
    SHUBBAK_ASSERT(owner.session.window_free() + owner.waiting.size() == owner.session.config().window_max);
    SHUBBAK_ASSERT(owner.session.next_deadline() >= Instant{});
  }
  owner.session.connection_lost("the end", owner);
  SHUBBAK_ASSERT(owner.closed && owner.waiting.empty());
  return 0;
}
