// Sessions as texts for the store: JSON with the names of flows, states and slots, so that one saved under another
// revision is taken up only where it still means the same.
#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "flows/engine.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {
namespace {

namespace json = boost::json;

constexpr std::size_t saved_octets_max = 524'288;
constexpr std::size_t payment_key_octets_max = 64;

// A session is made and read in memory that lies ready, and is let go at once: each dialogue that waits is saved.
constexpr std::size_t ready_octets = 8'192;
using Ready = std::array<unsigned char, ready_octets>;

json::array place_to_json(const Revision& revision, Place place, const json::storage_ptr& storage) {
  return json::array({revision.flow_name(place), revision.state_name(place)}, storage);
}

void save_slots(const Revision& revision, Place place, const std::vector<Value>& values, json::object& saved) {
  json::object slots(saved.storage());
  const std::vector<Slot>& declared = revision.flow(place).slots;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].is_set() && !declared[i].is_secret)
      slots.emplace(declared[i].name, to_json(values[i], saved.storage()));
  }
  if (!slots.empty()) saved["slots"] = std::move(slots);
}

void save_authorisation(const Revision& revision, const Session& session, json::object& saved) {
  const Flow& flow = revision.flow(session.at);
  json::array grants(saved.storage());
  for (std::size_t i = 0; i < flow.grants.size(); ++i) {
    if ((session.grants & (1U << i)) != 0) grants.emplace_back(flow.grants[i]);
  }
  if (!grants.empty()) saved["grants"] = std::move(grants);
  if (session.code_sent) saved["code_sent"] = true;
  if (session.asks_pin) saved["asks_pin"] = true;
  if ((session.grants & confirmed_grant) != 0) saved["confirmed"] = true;
  if (session.granted_by != none) saved["granted_by"] = flow.states[session.granted_by].name;
  if (!session.payment_key.empty()) saved["payment"] = session.payment_key;
  if (session.paying_state != none) saved["paying"] = flow.states[session.paying_state].name;
}

// What a reader of saved text threw away: one sentence for the log, without anything of the text itself.
Error refused(const char* why) {
  return {Errc::conflict, std::string("the saved session does not fit these flows: ") + why};
}

class Reader {
 public:
  explicit Reader(const Revision& revision) : revision_(revision) {}

  Result<Session> read(const json::object& saved) {
    const json::value* at = saved.if_contains("at");
    if (at == nullptr || !read_place(*at, session_.at)) return refused("its place is gone");
    if (!read_numbers(saved) || !read_way(saved)) return refused("its way is gone");
    if (!read_ready_answers(saved)) return refused("its answers are malformed");
    if (!read_frames(saved)) return refused("what it was a part of has changed");
    if (!read_slots(saved, session_.at, session_.slots)) return refused("its slots have changed");
    if (!read_authorisation(saved)) return refused("its authorisation is not known here");
    if (!can_wait_there()) return refused("nothing waits at its place");
    return std::move(session_);
  }

 private:
  bool read_place(const json::value& saved, Place& place) const {
    const auto* pair = saved.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) return false;
    const auto flow = revision_.flow_index(std::string_view((*pair)[0].get_string()));
    if (!flow) return false;
    const auto state = state_index(revision_.flows()[*flow], std::string_view((*pair)[1].get_string()));
    if (!state) return false;
    place = {*flow, *state};
    return true;
  }

  // By its name, or the one that `migrate` gives it.
  static std::optional<std::uint16_t> state_index(const Flow& flow, std::string_view name) {
    const auto find = [&](std::string_view wanted) -> std::optional<std::uint16_t> {
      for (std::size_t i = 0; i < flow.states.size(); ++i) {
        if (flow.states[i].name == wanted) return static_cast<std::uint16_t>(i);
      }
      return std::nullopt;
    };
    const auto renamed = flow.migration.renamed.find(name);
    return renamed == flow.migration.renamed.end() ? find(name) : find(renamed->second);
  }

  template <class T>
  static bool read_number(const json::object& saved, std::string_view name, T& number) {
    const json::value* found = saved.if_contains(name);
    if (found == nullptr) return true;
    if (!found->is_int64() || found->get_int64() < 0 || found->get_int64() > std::numeric_limits<T>::max())
      return false;
    number = static_cast<T>(found->get_int64());
    return true;
  }

  bool read_numbers(const json::object& saved) {
    const json::value* locale = saved.if_contains("locale");
    const json::value* channel = saved.if_contains("channel");
    if (locale == nullptr || !locale->is_string() || channel == nullptr || !channel->is_string()) return false;
    const auto index = revision_.locale_index(std::string_view(locale->get_string()));
    if (!index) return false;
    session_.locale = *index;
    if (channel->get_string() != "ussd" && channel->get_string() != "sms") return false;
    session_.channel = channel->get_string() == "ussd" ? Channel::ussd : Channel::sms;
    const json::value* call = saved.if_contains("call");
    session_.waits_for_call = call != nullptr && call->is_bool() && call->get_bool();
    const json::value* notice = saved.if_contains("notice");
    session_.notice = notice != nullptr && notice->is_bool() && notice->get_bool();
    return read_number(saved, "page", session_.page) && read_number(saved, "wrong", session_.wrong_answers) &&
           read_number(saved, "reason", session_.reason) && reason_exists();
  }

  [[nodiscard]] bool reason_exists() const {
    if (session_.reason < 2 || session_.reason == reason_changed) return true;
    const auto* input = std::get_if<Input>(&revision_.state(session_.at).body);
    return input != nullptr && session_.reason - 2U < input->refuse.size();
  }

  bool read_way(const json::object& saved) {
    const json::value* back = saved.if_contains("back");
    if (back == nullptr) return true;
    const auto* places = back->if_array();
    if (places == nullptr || places->size() > back_max) return false;
    for (const json::value& saved_place : *places) {
      Place place;
      if (!read_place(saved_place, place) || !revision_.state(place).waits()) return false;
      session_.back.push_back(place);
    }
    return true;
  }

  bool read_ready_answers(const json::object& saved) {
    const json::value* ready = saved.if_contains("ready");
    if (ready == nullptr) return true;
    const auto* answers = ready->if_array();
    if (answers == nullptr || answers->size() > ready_answers_max) return false;
    for (const json::value& answer : *answers) {
      if (!answer.is_string() || answer.get_string().size() > ready_answer_octets_max) return false;
      session_.ready_answers.emplace_back(std::string_view(answer.get_string()));
    }
    return true;
  }

  bool read_frames(const json::object& saved) {
    const json::value* found = saved.if_contains("frames");
    if (found == nullptr) return !revision_.flow(session_.at).is_subflow();
    const auto* frames = found->if_array();
    if (frames == nullptr || frames->size() > frames_max) return false;
    for (const json::value& frame : *frames) {
      const auto* object = frame.if_object();
      const json::value* at = object == nullptr ? nullptr : object->if_contains("at");
      Session::Frame read;
      if (at == nullptr || !read_place(*at, read.at) || !read_slots(*object, read.at, read.slots)) return false;
      if (!read_paying(*object, revision_.flow(read.at), read.paying_state)) return false;
      session_.frames.push_back(std::move(read));
    }
    // Each must be in the flow that the one around it uses.
    for (std::size_t i = 0; i < session_.frames.size(); ++i) {
      const bool is_last = i + 1 == session_.frames.size();
      const Place inner = is_last ? session_.at : session_.frames[i + 1].at;
      const auto* subflow = std::get_if<Subflow>(&revision_.state(session_.frames[i].at).body);
      if (subflow == nullptr || subflow->flow != inner.flow) return false;
    }
    return true;
  }

  static bool is_true(const json::object& saved, std::string_view name) {
    const json::value* found = saved.if_contains(name);
    return found != nullptr && found->is_bool() && found->get_bool();
  }

  bool read_authorisation(const json::object& saved) {
    const Flow& flow = revision_.flow(session_.at);
    if (const json::value* grants = saved.if_contains("grants")) {
      if (!grants->is_array()) return false;
      for (const json::value& name : grants->get_array()) {
        if (!name.is_string()) return false;
        const auto found = std::find(flow.grants.begin(), flow.grants.end(), std::string_view(name.get_string()));
        if (found == flow.grants.end()) return false;
        session_.grants =
            static_cast<GrantSet>(session_.grants | (1U << static_cast<unsigned>(found - flow.grants.begin())));
      }
    }
    session_.code_sent = is_true(saved, "code_sent");
    session_.asks_pin = is_true(saved, "asks_pin");
    if (is_true(saved, "confirmed")) session_.grants = static_cast<GrantSet>(session_.grants | confirmed_grant);
    if (const json::value* granted = saved.if_contains("granted_by")) {
      const auto by =
          granted->is_string() ? state_index(flow, std::string_view(granted->get_string())) : std::nullopt;
      if (!by || !std::holds_alternative<Otp>(flow.states[*by].body)) return false;
      session_.granted_by = *by;
    }
    if (const json::value* key = saved.if_contains("payment")) {
      if (!key->is_string() || key->get_string().size() > payment_key_octets_max) return false;
      session_.payment_key = std::string_view(key->get_string());
    }
    return read_paying(saved, flow, session_.paying_state);
  }

  static bool read_paying(const json::object& saved, const Flow& flow, std::uint16_t& into) {
    const json::value* paying = saved.if_contains("paying");
    if (paying == nullptr) return true;
    const auto state = paying->is_string() ? state_index(flow, std::string_view(paying->get_string())) : std::nullopt;
    if (state) into = *state;
    return state.has_value();
  }

  bool read_slots(const json::object& saved, Place place, std::vector<Value>& into) const {
    const json::value* found = saved.if_contains("slots");
    if (found == nullptr) return true;
    const auto* values = found->if_object();
    if (values == nullptr) return false;
    const std::vector<Slot>& slots = revision_.flow(place).slots;
    into.resize(slots.size());
    for (const auto& member : *values) {
      const std::string_view name = member.key();
      const auto slot =
          std::find_if(slots.begin(), slots.end(), [&](const Slot& known) { return known.name == name; });
      if (slot == slots.end()) return false;
      std::optional<Value> value = from_saved(member.value(), *slot, slots);
      if (!value) return false;
      into[static_cast<std::size_t>(slot - slots.begin())] = std::move(*value);
    }
    return true;
  }

  [[nodiscard]] bool can_wait_there() const {
    const State& state = revision_.state(session_.at);
    const bool is_otp = std::holds_alternative<Otp>(state.body);
    if (session_.waits_for_call) return is_otp || std::holds_alternative<Calling>(state.body);
    if (is_otp) return session_.code_sent || session_.asks_pin;
    if (is_paying(revision_, session_)) return true;
    return state.waits() || std::holds_alternative<End>(state.body);  // an end of several pages
  }

  const Revision& revision_;
  Session session_;
};

}  // namespace

std::string save(const Revision& revision, const Session& session) {
  Ready ready;
  json::monotonic_resource memory(ready.data(), ready.size());
  const json::storage_ptr storage(&memory);
  json::object saved(storage);
  saved["at"] = place_to_json(revision, session.at, storage);
  saved["locale"] = revision.locales()[session.locale];
  saved["channel"] = session.channel == Channel::ussd ? "ussd" : "sms";
  if (session.page != 0) saved["page"] = session.page;
  if (session.wrong_answers != 0) saved["wrong"] = session.wrong_answers;
  if (session.reason != 0) saved["reason"] = session.reason;
  if (session.waits_for_call) saved["call"] = true;
  if (session.notice) saved["notice"] = true;
  if (!session.back.empty()) {
    json::array back(storage);
    for (const Place place : session.back) back.push_back(place_to_json(revision, place, storage));
    saved["back"] = std::move(back);
  }
  if (!session.ready_answers.empty())
    saved["ready"] = json::array(session.ready_answers.begin(), session.ready_answers.end(), storage);
  save_slots(revision, session.at, session.slots, saved);
  if (!session.frames.empty()) {
    json::array frames(storage);
    for (const Session::Frame& frame : session.frames) {
      json::object one(storage);
      one["at"] = place_to_json(revision, frame.at, storage);
      save_slots(revision, frame.at, frame.slots, one);
      if (frame.paying_state != none) one["paying"] = revision.flow(frame.at).states[frame.paying_state].name;
      frames.push_back(std::move(one));
    }
    saved["frames"] = std::move(frames);
  }
  save_authorisation(revision, session, saved);
  return json::serialize(saved);
}

namespace {

// A saved text as JSON, in memory of its own.
class Saved {
 public:
  explicit Saved(std::string_view text) : memory_(ready_.data(), ready_.size()), value_(json::storage_ptr(&memory_)) {
    if (text.size() > saved_octets_max) return;
    json::error_code error;
    json::parse_options options;
    options.max_depth = 12;
    value_ = json::parse(json::string_view(text.data(), text.size()), error, &memory_, options);
    if (error) value_ = nullptr;
  }
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;
  [[nodiscard]] const json::object* object() const { return value_.if_object(); }

 private:
  Ready ready_;
  json::monotonic_resource memory_;
  json::value value_;
};

}  // namespace

Result<Session> load_session(const Revision& revision, std::string_view saved) {
  const Saved read(saved);
  const json::object* object = read.object();
  if (object == nullptr) return Error{Errc::malformed, "the saved session is not what save() writes, or too large"};
  return Reader(revision).read(*object);
}

Moved move_session(const Revision& revision, std::string_view saved) {
  Moved moved;
  moved.session.at = revision.home();
  moved.session.reason = reason_changed;
  const Saved read(saved);
  const json::object* object = read.object();
  if (object == nullptr) return moved;
  if (auto session = Reader(revision).read(*object)) return {Moved::How::goes_on, std::move(*session)};
  const json::value* channel = object->if_contains("channel");
  if (channel != nullptr && channel->is_string() && channel->get_string() == "sms")
    moved.session.channel = Channel::sms;
  const json::value* at = object->if_contains("at");
  const auto* place = at == nullptr ? nullptr : at->if_array();
  if (place == nullptr || place->empty() || !(*place)[0].is_string()) return moved;
  const auto flow = revision.flow_index(std::string_view((*place)[0].get_string()));
  if (!flow || revision.flows()[*flow].is_subflow()) return moved;
  moved.session.at = {*flow, 0};
  if (!revision.flows()[*flow].migration.restarts_deleted) moved.how = Moved::How::ends;
  return moved;
}

bool is_pinned(std::string_view saved) {
  // Few are: in a text of JSON a quotation mark within a value is escaped, so what is not found is no key.
  const auto names = [saved](std::string_view key) { return saved.find(key) != std::string_view::npos; };
  if (!names("\"payment\"") && !names("\"paying\"")) return false;
  const Saved read(saved);
  const json::object* object = read.object();
  return object != nullptr && (object->contains("payment") || object->contains("paying"));
}

}  // namespace shubbak::flows
