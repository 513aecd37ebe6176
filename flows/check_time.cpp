// That a dialogue has few enough screens and takes little enough time: for what the flow itself promises, and for
// what each operator's network lets through.
#include <algorithm>

#include "flows/engine.hpp"
#include "flows/longest_path.hpp"
#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

using std::chrono::milliseconds;

// How long a person takes for one screen, on the slow side.
constexpr milliseconds network_time{2'000};  // our screen to the phone, and the answer back
constexpr milliseconds reading_time{4'000};  // 80 letters at 20 a second
constexpr milliseconds digit_time{1'000};    // one key
constexpr milliseconds letter_time{1'500};   // multi-tap: two to three presses and a wait; novices write 40 a minute
// Operators end a dialogue in which nobody answers for so long, so nobody takes longer for one answer and is still
// there.
constexpr milliseconds typing_longest{40'000};

milliseconds typing(milliseconds each, std::size_t count) {
  return std::min(each * static_cast<std::int64_t>(count), typing_longest);
}

std::size_t digits_of(const ScalarType& type) {
  return std::to_string(type.max / 100).size() + 3;
}

milliseconds typing_time(const Input& input, const Flow& flow) {
  switch (input.kind) {
    case Input::Kind::digits:
    case Input::Kind::account:
    case Input::Kind::meter_reading:
    case Input::Kind::national_id:
    case Input::Kind::voucher_pin:
      return typing(digit_time, input.length_max);
    case Input::Kind::amount:
      return typing(digit_time, digits_of(flow.slots[input.save].scalar));
    case Input::Kind::date:
      return typing(digit_time, 8);
    case Input::Kind::text:
    case Input::Kind::choice:
      return typing(letter_time, input.length_max);
  }
  return typing_longest;
}

milliseconds time_at(const State& state, const Flow& flow) {
  if (const auto* calling = std::get_if<Calling>(&state.body)) return calling->timeout;
  if (std::holds_alternative<Otp>(state.body)) return code_timeout;
  if (!state.waits()) return milliseconds{0};
  const milliseconds screen = network_time + reading_time;
  if (const auto* input = std::get_if<Input>(&state.body)) return screen + typing_time(*input, flow);
  if (std::holds_alternative<Collect>(state.body)) return screen + typing_longest;
  return screen + digit_time;
}
// Of who is back at the screen that asks for the code.
constexpr milliseconds code_screen_time = network_time + reading_time + digit_time * code_digits + code_timeout;

std::string text_of(milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + "s" : std::to_string(time.count()) + "ms";
}

class TimeProof {
 public:
  TimeProof(const Revision& revision, const Reach& reach, Faults& faults)
      : revision_(revision), reach_(reach), faults_(faults) {}

  // What a flow promises of its own states.
  void check_promises() {
    for (std::size_t i = 0; i < revision_.flows().size(); ++i) {
      const Flow& flow = revision_.flows()[i];
      const auto index = static_cast<std::uint16_t>(i);
      if (flow.max_stages) {
        LongestPath screens(revision_, rules(&TimeProof::screens_at, index));
        check_stages(screens, {index, 0}, *flow.max_stages, "limits.max_stages");
      }
      if (flow.budget) {
        LongestPath time(revision_, rules(&TimeProof::milliseconds_at, index));
        check_budget(time, {index, 0}, *flow.budget, "limits.budget");
      }
    }
  }

  void check_operator(const OperatorProfile& profile) {
    LongestPath screens(revision_, rules(&TimeProof::screens_at, std::nullopt));
    LongestPath time(revision_, rules(&TimeProof::milliseconds_at, std::nullopt));
    for (const Place start : starts()) {
      check_stages(screens, start, profile.stages_max, "the stages of " + profile.name);
      check_budget(time, start, profile.session_budget, "the session of " + profile.name);
    }
    check_answers(profile);
  }

 private:
  using Weight = std::int64_t (TimeProof::*)(Place) const;
  [[nodiscard]] LongestPath::Rules rules(Weight weight, std::optional<std::uint16_t> within) const {
    return {.weight = [this, weight](Place place) { return (this->*weight)(place); },
            .ends = [this](Place place) { return std::holds_alternative<Otp>(revision_.state(place).body); },
            .within = within,
            .goes_home = false};
  }
  // The page that says that a code is on its way, and an end's, are screens too.
  [[nodiscard]] std::int64_t screens_at(Place place) const {
    const State& state = revision_.state(place);
    return state.waits() || std::holds_alternative<End>(state.body) ? 1 : 0;
  }
  [[nodiscard]] std::int64_t milliseconds_at(Place place) const {
    return time_at(revision_.state(place), revision_.flow(place)).count();
  }

  // Where a dialogue begins: at home, at what is dialled directly, and where a code is asked for by who comes back.
  [[nodiscard]] std::vector<Place> starts() const {
    std::vector<Place> places{revision_.home()};
    for (std::size_t i = 0; i < revision_.flows().size(); ++i) {
      const Flow& flow = revision_.flows()[i];
      const auto index = static_cast<std::uint16_t>(i);
      const bool comes_from_home = reach_.has(Channel::ussd, {index, 0}) && flow.code.empty();
      if (!flow.code.empty() && !comes_from_home && index != revision_.home().flow) places.push_back({index, 0});
      for (std::size_t state = 0; state < flow.states.size(); ++state) {
        const Place place{index, static_cast<std::uint16_t>(state)};
        if (std::holds_alternative<Otp>(flow.states[state].body) && reach_.has(place)) places.push_back(place);
      }
    }
    return places;
  }

  struct Longest {
    std::int64_t total = 0;
    std::vector<Place> path;
  };
  // A dialogue that begins at a code goes on where the code leads.
  Longest longest(LongestPath& search, Place start, std::int64_t at_code) const {
    if (!std::holds_alternative<Otp>(revision_.state(start).body)) return {search.from(start), search.path(start)};
    Longest best{at_code, {start}};
    for (const Place next : successors(revision_.state(start))) {
      if (next == revision_.home() || at_code + search.from(next) <= best.total) continue;
      best = {at_code + search.from(next), search.path(next)};
      best.path.insert(best.path.begin(), start);
    }
    return best;
  }

  [[nodiscard]] std::string text_of_path(const std::vector<Place>& path) const {
    std::string text;
    for (const Place place : path) {
      if (!text.empty()) text += " -> ";
      text.append(revision_.flow_name(place)).append(".").append(revision_.state_name(place));
    }
    return text;
  }

  void check_stages(LongestPath& search, Place start, std::int64_t most, const std::string& whose) {
    const Longest found = longest(search, start, 1);
    if (found.total <= most) return;
    faults_.add(revision_.state(start).at,
                "up to " + std::to_string(found.total) + " screens follow each other in one dialogue, " + whose +
                    " are " + std::to_string(most) + ": " + text_of_path(found.path),
                "ask for several things in one input, or end with an SMS and let a short code lead further",
                Rule::too_many_stages);
  }

  void check_budget(LongestPath& search, Place start, milliseconds most, const std::string& whose) {
    const Longest found = longest(search, start, code_screen_time.count());
    if (found.total <= most.count()) return;
    faults_.add(revision_.state(start).at,
                "a dialogue takes up to " + text_of(milliseconds(found.total)) + ", " + whose + " is " +
                    text_of(most) + ": " + text_of_path(found.path),
                "give services less time, ask for less, or end with an SMS and let a short code lead further",
                Rule::over_budget);
  }

  // ---- From an answer to the next screen ----

  void check_answers(const OperatorProfile& profile) {
    LongestPath search(revision_, {.weight = [this](Place place) { return service_time(place).count(); },
                                   .ends = [this](Place place) { return revision_.state(place).waits(); },
                                   .within = std::nullopt,
                                   .goes_home = true});
    for (const Place start : answers()) {
      const bool is_code = std::holds_alternative<Otp>(revision_.state(start).body);
      std::int64_t total = 0;
      std::vector<Place> path;
      for (const Place next : is_code ? successors(revision_.state(start)) : std::vector<Place>{start}) {
        const std::int64_t found =
            search.from(next) + (is_code ? code_timeout.count() : 0) + after_return(search, next);
        if (found <= total) continue;
        total = found;
        path = search.path(next);
      }
      if (total <= profile.application_timeout.count()) continue;
      if (is_code) path.insert(path.begin(), start);
      faults_.add(revision_.state(path.empty() ? start : path.front()).at,
                  "services may take " + text_of(milliseconds(total)) + " from an answer to the next screen, " +
                      profile.name + " waits " + text_of(profile.application_timeout) + ": " + text_of_path(path),
                  "give them less time, or show a screen between them", Rule::service_timeout);
    }
  }

  [[nodiscard]] milliseconds service_time(Place place) const {
    const State& state = revision_.state(place);
    if (const auto* calling = std::get_if<Calling>(&state.body)) return calling->timeout;
    return std::holds_alternative<Otp>(state.body) ? code_timeout : milliseconds{0};
  }

  // What an answer leads to first, each once; codes themselves, whose answer is a service's.
  [[nodiscard]] std::vector<Place> answers() const {
    std::vector<Place> places;
    const auto add = [&](Place place) {
      if (reach_.has(Channel::ussd, place) && std::find(places.begin(), places.end(), place) == places.end())
        places.push_back(place);
    };
    add(revision_.home());
    for (std::size_t i = 0; i < revision_.flows().size(); ++i) {
      const Flow& flow = revision_.flows()[i];
      if (!flow.code.empty()) add({static_cast<std::uint16_t>(i), 0});
      for (std::size_t state = 0; state < flow.states.size(); ++state) {
        if (!flow.states[state].waits()) continue;
        const Place place{static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(state)};
        if (std::holds_alternative<Otp>(flow.states[state].body)) {
          add(place);
        } else if (reach_.has(Channel::ussd, place)) {
          for (const Place next : successors(flow.states[state])) add(next);
        }
      }
    }
    return places;
  }

  // A subflow that returns goes on in whoever uses it, and that may ask services at once.
  [[nodiscard]] std::int64_t after_return(LongestPath& search, Place place) const {
    if (!revision_.flow(place).is_subflow()) return 0;
    std::int64_t most = 0;
    for (std::size_t flow = 0; flow < revision_.flows().size(); ++flow) {
      for (const State& state : revision_.flows()[flow].states) {
        const auto* subflow = std::get_if<Subflow>(&state.body);
        if (subflow == nullptr || subflow->flow != place.flow) continue;
        for (const Branch& branch : subflow->branches) {
          for (const Choice& choice : branch)
            most = std::max(most, search.from(choice.to) + after_return(search, choice.to));
        }
      }
    }
    return most;
  }

  const Revision& revision_;
  const Reach& reach_;
  Faults& faults_;
};

}  // namespace

void prove_time(const Revision& revision, const Reach& reach, std::span<const OperatorProfile> operators,
                Faults& faults) {
  TimeProof proof(revision, reach, faults);
  proof.check_promises();
  for (const OperatorProfile& profile : operators) proof.check_operator(profile);
}

}  // namespace shubbak::flows
