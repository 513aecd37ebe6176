// That everything that is shown fits: each screen of each state is laid out as it would be, with every text at its
// longest (worst_case.hpp), in every language and for every operator. Pages follow each other where there is more
// than one holds, so what is proven is that nothing is cut, that the next page can be asked for, and that what must
// be read as a whole stands on one page.
#include <algorithm>
#include <set>

#include "flows/proofs.hpp"
#include "flows/worst_case.hpp"
#include "ussd/screen.hpp"

namespace shubbak::flows {
namespace {

// One screen, by the texts on it.
struct Shown {
  enum class Must : std::uint8_t {
    be_whole,         // nothing is cut
    be_on_one_page,   // it is confirmed as a whole
    need_no_turning,  // the key to the next page would be taken for an answer
    stand_alone,      // one page without any key: the dialogue is over
  };
  struct Item {
    std::string key;
    TextId label = none;
  };
  Must must = Must::be_whole;
  std::vector<TextId> body{};  // one below the other
  std::vector<Item> items{};
  std::size_t entries = 0;  // of a list; `items` then has one
  TextId line = none;       // of an end: printed `entries` times below the body
};

enum class Alphabet : std::uint8_t { ucs2, gsm };

class ScreenProof {
 public:
  ScreenProof(const Revision& revision, const Reach& reach, Faults& faults)
      : revision_(revision), reach_(reach), faults_(faults), worst_(revision.locales().size()) {}

  void run(const OperatorProfile& profile) {
    profile_ = &profile;
    check_system_texts();
    for (std::size_t flow = 0; flow < revision_.flows().size(); ++flow) {
      flow_ = &revision_.flows()[flow];
      for (std::size_t state = 0; state < flow_->states.size(); ++state) {
        place_ = {static_cast<std::uint16_t>(flow), static_cast<std::uint16_t>(state)};
        for (const Channel channel : {Channel::ussd, Channel::sms}) {
          channel_ = channel;
          if (reach_.has(channel, place_)) check(flow_->states[state]);
        }
      }
    }
  }

 private:
  [[nodiscard]] ussd::ScreenLimits limits() const {
    if (channel_ == Channel::ussd) return {.octets_max = profile_->ussd_octets_max};
    return {.octets_max = profile_->sms_octets_max, .shows_navigation = false};
  }
  [[nodiscard]] TextId of(const ChannelText& text) const { return text.of(channel_); }

  const WorstText& worst(TextId id) {
    std::vector<std::optional<WorstText>>& known = worst_[locale_];
    if (known.size() <= id) known.resize(std::size_t{id} + 1);
    if (!known[id]) known[id] = worst_case(revision_.text(locale_, id), flow_->slots);
    return *known[id];
  }

  // ---- The screens of a state ----

  void check(const State& state) {
    if (const auto* end = std::get_if<End>(&state.body)) {
      check_end(state, *end);
      return;
    }
    if (!state.waits()) return;
    if (const auto* otp = std::get_if<Otp>(&state.body); otp != nullptr && channel_ == Channel::ussd)
      check(state, {.must = Shown::Must::stand_alone, .body = {of(otp->text)}});
    if (const auto* otp = std::get_if<Otp>(&state.body)) check_sms(state, otp->message);
    std::vector<TextId> reasons{none};
    const bool is_shown_again = state.invalid.retries > 0;
    if (is_shown_again) reasons.push_back(of(state.invalid.text));
    if (const auto* input = std::get_if<Input>(&state.body); input != nullptr && is_shown_again) {
      for (const Input::Refusal& refusal : input->refuse) reasons.push_back(of(refusal.text));
    }
    for (Shown& shown : asked(state)) {
      const std::vector<TextId> question = shown.body;
      for (const TextId reason : reasons) {
        shown.body = question;
        if (reason != none) shown.body.insert(shown.body.begin(), reason);
        check(state, shown);
      }
    }
  }

  // As they are asked the first time.
  [[nodiscard]] std::vector<Shown> asked(const State& state) const {
    using Must = Shown::Must;
    if (const auto* menu = std::get_if<Menu>(&state.body)) {
      Shown shown{.must = Must::be_whole, .body = {of(menu->text)}};
      for (const MenuItem& item : menu->items) shown.items.push_back({item.key, of(item.label)});
      return {shown};
    }
    if (const auto* list = std::get_if<ListMenu>(&state.body)) {
      return {{.must = Must::be_whole,
               .body = {of(list->text)},
               .items = {{{}, of(list->item)}},
               .entries = flow_->slots[list->list].length_max}};
    }
    if (const auto* input = std::get_if<Input>(&state.body))
      return {{.must = takes_next_key(*input) ? Must::need_no_turning : Must::be_whole, .body = {of(input->text)}}};
    if (const auto* confirm = std::get_if<Confirm>(&state.body)) {
      return {
          {.must = confirm->shows.empty() ? Must::be_whole : Must::be_on_one_page,
           .body = {of(confirm->text)},
           .items = {{"1", static_cast<TextId>(SystemString::yes)}, {"2", static_cast<TextId>(SystemString::no)}}}};
    }
    if (const auto* collect = std::get_if<Collect>(&state.body))
      return {{.body = {of(collect->text)}}, {.body = {of(collect->more)}}};
    if (const auto* otp = std::get_if<Otp>(&state.body)) {
      std::vector<Shown> screens{{.body = {of(otp->enter)}}};
      if (channel_ == Channel::ussd && otp->pin.ussd != none)
        screens.push_back({.must = Must::be_on_one_page,
                           .body = {otp->pin.ussd},
                           .items = {{"1", static_cast<TextId>(SystemString::code_by_sms)}}});
      return screens;
    }
    return {};
  }

  // Where a number of one digit is asked for, a digit is that number and turns no page.
  [[nodiscard]] bool takes_next_key(const Input& input) const {
    const std::string& key = flow_->navigation.next;
    if (key.size() != 1 || key[0] < '0' || key[0] > '9') return false;
    return input.kind == Input::Kind::amount ||
           ((input.kind == Input::Kind::digits || input.kind == Input::Kind::meter_reading) && input.length_min <= 1);
  }

  void check_end(const State& state, const End& end) {
    const bool follows = channel_ == Channel::sms && end.sms.sms != none;
    Shown shown{.body = {follows ? end.sms.sms : of(end.text)}};
    if (end.list != none) {
      shown.line = of(end.item);
      shown.entries = flow_->slots[end.list].length_max;
    }
    check(state, shown);
    if (channel_ == Channel::ussd) check_sms(state, end.sms.ussd);
    check_sms(state, of(end.sms_later));
  }

  // ---- One screen in every language ----

  template <class Check>
  void each_locale_and_alphabet(Check check_one) {
    for (locale_ = 0; locale_ < revision_.locales().size(); ++locale_) {
      for (const Alphabet alphabet : {Alphabet::ucs2, Alphabet::gsm}) check_one(alphabet);
    }
    locale_ = 0;
  }

  // One text in the alphabet; nothing if it is never in it.
  const std::string* text_in(TextId id, Alphabet alphabet) {
    const WorstText& text = worst(id);
    if (alphabet == Alphabet::ucs2) return &text.units;
    return text.gsm ? &*text.gsm : nullptr;
  }

  // Every text of a screen. False: the screen is never in that alphabet.
  bool paint(const Shown& shown, Alphabet alphabet, std::string& body, std::vector<std::string>& labels) {
    bool may_be_ucs2 = false;
    const auto take = [&](TextId id) -> const std::string* {
      may_be_ucs2 = may_be_ucs2 || worst(id).may_be_ucs2;
      return text_in(id, alphabet);
    };
    for (const TextId id : shown.body) {
      const std::string* text = take(id);
      if (text == nullptr) return false;
      if (!body.empty()) body += '\n';
      body += *text;
    }
    for (std::size_t i = 0; shown.line != none && i < shown.entries; ++i) {
      const std::string* text = take(shown.line);
      if (text == nullptr) return false;
      body.append("\n").append(*text);
    }
    for (const Shown::Item& item : shown.items) {
      const std::string* text = take(item.label);
      if (text == nullptr) return false;
      labels.push_back(*text);
    }
    return may_be_ucs2 || alphabet == Alphabet::gsm;
  }

  void check(const State& state, const Shown& shown) {
    each_locale_and_alphabet([&](Alphabet alphabet) {
      std::string body;
      std::vector<std::string> labels;
      if (!paint(shown, alphabet, body, labels)) return;
      ussd::Content content{.body = body};
      std::vector<ussd::Item> items;
      const bool is_list = shown.entries > 0 && !labels.empty();
      for (std::size_t i = 0; i < (is_list ? shown.entries : labels.size()); ++i)
        items.push_back(
            {is_list ? std::string_view() : std::string_view(shown.items[i].key), is_list ? labels[0] : labels[i]});
      content.items = items;
      if (shown.must != Shown::Must::stand_alone) content.navigation = navigation(state);
      // Later pages of a list, or of a body, are like its third: the same keys beside equally long entries.
      lay_out(state, shown, content, is_list || items.empty() ? 3 : items.size() + 3);
    });
  }

  ussd::Navigation navigation(const State& state) {
    const NavigationKeys& keys = flow_->navigation;
    const auto text = [&](SystemString id) { return std::string_view(revision_.text(locale_, id).literal()); };
    ussd::Navigation navigation;
    navigation.next = {keys.next, text(SystemString::nav_next)};
    navigation.previous = {keys.previous, text(SystemString::nav_previous)};
    if (!state.waits() || place_ == revision_.home()) return navigation;
    navigation.back = {keys.back, text(SystemString::nav_back)};
    navigation.home = {keys.home, text(SystemString::nav_home)};
    return navigation;
  }

  void lay_out(const State& state, const Shown& shown, const ussd::Content& content, std::size_t pages) {
    for (std::size_t number = 0; number < pages; ++number) {
      const ussd::Page page = ussd::lay_out(content, static_cast<std::uint16_t>(number), limits());
      const bool must_be_one = shown.must != Shown::Must::be_whole;
      if (must_be_one && (page.has_next || page.was_cut)) {
        tell_pages(state, shown, content);
        return;
      }
      if (page.was_cut) {
        tell_cut(state, shown, content, page);
        return;
      }
      if (!page.has_next) return;
    }
  }

  // ---- What is told ----

  [[nodiscard]] std::string who() const {
    return "(" + revision_.locales()[locale_] + ", " + profile_->name + (channel_ == Channel::sms ? ", SMS)" : ")");
  }
  // On one line, as it is shown.
  static std::string quoted(std::string text) {
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
      text.replace(at, 1, " / ");
    return "«" + text + "»";
  }
  [[nodiscard]] std::string shorten(TextId id) const {
    return "shorten the string '" + revision_.text_name(id) + "' (" + faults_.place(revision_.text_at(locale_, id)) +
           ") or the slots in it";
  }

  // One fault for each state and language: what is too long for one operator mostly is for the next.
  void tell(const State& state, const std::string& key, std::string message, std::string hint) {
    if (!told_.insert({&state, revision_.locales()[locale_] + key}).second) return;
    faults_.add(state.at, std::move(message), std::move(hint), Rule::screen_overflow);
  }

  void tell_pages(const State& state, const Shown& shown, const ussd::Content& content) {
    std::string text(content.body);
    for (const ussd::Item& item : content.items) text.append("\n").append(item.key).append(" ").append(item.label);
    for (const ussd::NavigationKey& key : {content.navigation.back, content.navigation.home}) {
      if (!key.key.empty() && limits().shows_navigation)
        text.append("\n").append(key.key).append(" ").append(key.label);
    }
    const std::string why = shown.must == Shown::Must::be_on_one_page ? "what is confirmed must stand on one page"
                            : shown.must == Shown::Must::need_no_turning
                                ? "the key " + flow_->navigation.next + " would be an answer, not the next page"
                                : "nothing can follow it";
    tell(state, "pages",
         "state '" + state.name + "' " + who() + " needs " + std::to_string(ussd::octets_on_air(text)) + " of " +
             std::to_string(limits().octets_max) + " octets at worst, and " + why + ": " + quoted(text),
         shorten(shown.body.back()));
  }

  void tell_cut(const State& state, const Shown& shown, const ussd::Content& content, const ussd::Page& page) {
    if (page.item_count == 0) {
      tell(state, "next", "state '" + state.name + "' " + who() + " has no room for the key to the next page",
           "shorten nav_next and nav_prev");
      return;
    }
    const std::size_t item = shown.entries > 0 ? 0 : page.first_item;
    const std::string label(content.items[page.first_item].label);
    tell(state, "item" + std::to_string(item),
         "state '" + state.name + "' " + who() + ": an item needs " + std::to_string(ussd::octets_on_air(label)) +
             " octets at worst, too many beside the keys to turn the page of " + std::to_string(limits().octets_max) +
             ": " + quoted(label),
         shorten(shown.items[item].label));
  }

  void check_sms(const State& state, TextId id) {
    if (id == none) return;
    each_locale_and_alphabet([&](Alphabet alphabet) {
      const std::string* text = text_in(id, alphabet);
      if (text == nullptr || ussd::octets_on_air(*text) <= profile_->sms_octets_max) return;
      tell(state, "sms" + std::to_string(id),
           "state '" + state.name + "' (" + revision_.locales()[locale_] + ", " + profile_->name +
               "): the SMS needs " + std::to_string(ussd::octets_on_air(*text)) + " of " +
               std::to_string(profile_->sms_octets_max) + " octets at worst: " + quoted(*text),
           shorten(id));
    });
  }

  // The texts outside any state, each on one page of its own.
  void check_system_texts() {
    flow_ = &revision_.flows()[revision_.home().flow];
    for (const SystemString id :
         {SystemString::not_linked, SystemString::invalid, SystemString::try_later, SystemString::unknown_command,
          SystemString::session_lost, SystemString::reading_refused, SystemString::no_code, SystemString::not_yet}) {
      const auto text_id = static_cast<TextId>(id);
      for (locale_ = 0; locale_ < revision_.locales().size(); ++locale_) {
        const std::string_view text = revision_.text(locale_, id).literal();
        if (ussd::octets_on_air(text) <= profile_->ussd_octets_max) continue;
        if (!told_.insert({nullptr, revision_.locales()[locale_] + std::to_string(text_id)}).second) continue;
        faults_.add(revision_.text_at(locale_, text_id),
                    "string '" + revision_.text_name(text_id) + "' (" + revision_.locales()[locale_] + ", " +
                        profile_->name + ") needs " + std::to_string(ussd::octets_on_air(text)) + " of " +
                        std::to_string(profile_->ussd_octets_max) + " octets, and nothing can follow it",
                    "shorten it", Rule::screen_overflow);
      }
    }
    locale_ = 0;
  }

  const Revision& revision_;
  const Reach& reach_;
  Faults& faults_;
  std::vector<std::vector<std::optional<WorstText>>> worst_;  // by locale and TextId
  std::set<std::pair<const State*, std::string>> told_;
  const OperatorProfile* profile_ = nullptr;
  const Flow* flow_ = nullptr;
  Place place_;
  Channel channel_ = Channel::ussd;
  std::uint8_t locale_ = 0;
};

}  // namespace

void prove_screens(const Revision& revision, const Reach& reach, std::span<const OperatorProfile> operators,
                   Faults& faults) {
  ScreenProof proof(revision, reach, faults);
  for (const OperatorProfile& profile : operators) proof.run(profile);
}

}  // namespace shubbak::flows
