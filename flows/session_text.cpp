// Sessions as texts for the store: JSON with the names of flows, states and slots, so that one saved under another
// revision is taken up only where it still means the same.
#include <algorithm>

#include <boost/json.hpp>

#include "flows/engine.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {
namespace {

namespace json = boost::json;

constexpr std::size_t saved_octets_max = 524'288;

json::array place_to_json(const Revision& revision, Place place) {
  return {revision.flow_name(place), revision.state_name(place)};
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
    if (!read_slots(saved)) return refused("its slots have changed");
    if (!can_wait_there()) return refused("nothing waits at its place");
    return std::move(session_);
  }

 private:
  bool read_place(const json::value& saved, Place& place) const {
    const auto* pair = saved.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) return false;
    const auto flow = revision_.flow_index(std::string_view((*pair)[0].get_string()));
    if (!flow) return false;
    const auto& states = revision_.flows()[*flow].states;
    const auto state = std::find_if(states.begin(), states.end(), [&](const State& known) {
      return known.name == std::string_view((*pair)[1].get_string());
    });
    if (state == states.end()) return false;
    place = {*flow, static_cast<std::uint16_t>(state - states.begin())};
    return true;
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
    return read_number(saved, "page", session_.page) && read_number(saved, "wrong", session_.wrong_answers) &&
           read_number(saved, "reason", session_.reason) && reason_exists();
  }

  [[nodiscard]] bool reason_exists() const {
    if (session_.reason < 2) return true;
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

  bool read_slots(const json::object& saved) {
    const json::value* found = saved.if_contains("slots");
    if (found == nullptr) return true;
    const auto* values = found->if_object();
    if (values == nullptr) return false;
    const std::vector<Slot>& slots = revision_.flow(session_.at).slots;
    session_.slots.resize(slots.size());
    for (const auto& member : *values) {
      const std::string_view name = member.key();
      const auto slot =
          std::find_if(slots.begin(), slots.end(), [&](const Slot& known) { return known.name == name; });
      if (slot == slots.end()) return false;
      std::optional<Value> value = from_saved(member.value(), *slot, slots);
      if (!value) return false;
      session_.slots[static_cast<std::size_t>(slot - slots.begin())] = std::move(*value);
    }
    return true;
  }

  [[nodiscard]] bool can_wait_there() const {
    const State& state = revision_.state(session_.at);
    if (session_.waits_for_call) return std::holds_alternative<Calling>(state.body);
    return state.waits() || std::holds_alternative<End>(state.body);  // an end of several pages
  }

  const Revision& revision_;
  Session session_;
};

}  // namespace

std::string save(const Revision& revision, const Session& session) {
  json::object saved;
  saved["at"] = place_to_json(revision, session.at);
  saved["locale"] = revision.locales()[session.locale];
  saved["channel"] = session.channel == Channel::ussd ? "ussd" : "sms";
  if (session.page != 0) saved["page"] = session.page;
  if (session.wrong_answers != 0) saved["wrong"] = session.wrong_answers;
  if (session.reason != 0) saved["reason"] = session.reason;
  if (session.waits_for_call) saved["call"] = true;
  if (!session.back.empty()) {
    json::array back;
    for (const Place place : session.back) back.push_back(place_to_json(revision, place));
    saved["back"] = std::move(back);
  }
  if (!session.ready_answers.empty())
    saved["ready"] = json::array(session.ready_answers.begin(), session.ready_answers.end());
  json::object slots;
  const std::vector<Slot>& declared = revision.flow(session.at).slots;
  for (std::size_t i = 0; i < session.slots.size(); ++i) {
    if (session.slots[i].is_set()) slots[declared[i].name] = to_json(session.slots[i]);
  }
  if (!slots.empty()) saved["slots"] = std::move(slots);
  return json::serialize(saved);
}

Result<Session> load_session(const Revision& revision, std::string_view saved) {
  if (saved.size() > saved_octets_max) return Error{Errc::limit, "the saved session is too large"};
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  const json::value parsed = json::parse(json::string_view(saved.data(), saved.size()), error, {}, options);
  if (error || !parsed.is_object()) return Error{Errc::malformed, "the saved session is not what save() writes"};
  return Reader(revision).read(parsed.get_object());
}

}  // namespace shubbak::flows
