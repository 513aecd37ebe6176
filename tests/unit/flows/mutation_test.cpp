// What the checker lets pass keeps the rules when it is walked. Flows are mutated (targets, numbers, names, lines),
// and strings (which value they print), and each mutant that loads and passes the checks is walked at random with
// values as long as its slots allow. Seeded: a failure names its number. SHUBBAK_MUTANTS says how many (default
// 1,000).
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "examples.hpp"
#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;

namespace {

namespace json = boost::json;

constexpr int walks_per_mutant = 6;
constexpr int inputs_per_walk = 30;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  template <class T>
  const T& one_of(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// ---- Mutants ----

struct Token {
  std::size_t at;
  std::size_t size;
};
template <class Belongs>
std::vector<Token> tokens(const std::string& text, Belongs belongs) {
  std::vector<Token> all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && belongs(text[end])) ++end;
    if (end > at) all.push_back({at, end - at});
    at = std::max(end, at + 1);
  }
  return all;
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void mutate_line(std::string& text, Chance& chance) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  const std::size_t one = chance.below(lines.size());
  if (chance.below(2) == 0) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(one));
  } else {
    std::swap(lines[one], lines[chance.below(lines.size())]);
  }
  text.clear();
  for (const std::string& line : lines) text += line + "\n";
}

void mutate(std::string& text, Chance& chance) {
  const std::vector<Token> words = tokens(text, is_word);
  const std::vector<Token> numbers = tokens(text, is_digit);
  if (words.empty() || numbers.empty()) return;
  switch (chance.below(8)) {
    case 0:
      mutate_line(text, chance);
      break;
    case 1:
    case 2: {
      const Token number = chance.one_of(numbers);
      const std::vector<std::string> others{"0", "1", "2", "7", "9", "14", "30", "60", "99", "1000"};
      text.replace(number.at, number.size, chance.one_of(others));
      break;
    }
    case 3: {
      // One of a sequence less.
      const std::size_t list = text.find(": [", chance.below(text.size()));
      const std::size_t comma = list == std::string::npos ? list : text.find(", ", list);
      if (comma == std::string::npos) break;
      const std::size_t end = text.find_first_of(",]}", comma + 2);
      if (end != std::string::npos) text.erase(comma, end - comma);
      break;
    }
    default: {
      // Mostly one state or slot in another's place.
      const Token word = chance.one_of(words);
      const Token from = chance.one_of(words);
      text.replace(word.at, word.size, text.substr(from.at, from.size));
      break;
    }
  }
}

// One value printed in another's place; both files of a string would have to change alike, so in the one language
// that the example has.
void mutate_string(std::string& text, const std::vector<std::string>& names, Chance& chance) {
  std::vector<std::size_t> places;
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
    places.push_back(at + 1);
  if (places.empty()) return;
  const std::size_t begin = chance.one_of(places);
  const std::size_t end = text.find_first_of(",}", begin);
  if (end != std::string::npos && text[end] == '}') text.replace(begin, end - begin, chance.one_of(names));
}

// ---- Walks ----

// What is typed where a card's number is asked for; no value of a service looks like it.
const std::string card = "4539578763621481";

json::value worst_of(const ScalarType& type, Chance& chance) {
  std::string text;
  switch (type.kind) {
    case ScalarType::Kind::integer:
      return chance.below(3) == 0 ? type.min : type.max;
    case ScalarType::Kind::money:
      return chance.below(3) == 0 ? type.min : std::max(type.min, type.max - 1);
    case ScalarType::Kind::digits:
      return json::string(std::string(type.length_max, '8'));
    case ScalarType::Kind::date:
      return "2026-11-25";
    case ScalarType::Kind::text:
      for (std::size_t i = 0; i < type.length_max; ++i) text += chance.below(8) == 0 && i > 0 ? "ب" : "ع";
      return json::string(chance.below(3) == 0 ? std::string(type.length_max, '[') : text);
  }
  return nullptr;
}

json::value worst_of(const Slot& slot, Chance& chance) {
  if (slot.shape != Slot::Shape::list) return worst_of(slot.scalar, chance);
  const std::vector<std::size_t> lengths{1, slot.length_max};
  json::array entries;
  const std::size_t count = std::min<std::size_t>(chance.one_of(lengths), 12);
  for (std::size_t i = 0; i < count; ++i) {
    json::object entry;
    for (const Field& field : slot.fields) entry[field.name] = worst_of(field.type, chance);
    entries.push_back(std::move(entry));
  }
  return entries;
}

class Walk {
 public:
  Walk(std::shared_ptr<const Revision> revision, Chance& chance)
      : revision_(revision),
        chance_(chance),
        phone_(revision, revision->locales()[chance.below(revision->locales().size())]) {
    phone_.context.visited = &visited_;
  }

  int payments = 0;  // that were asked for

  void run() {
    const std::vector<std::string> texts{"bill", "فاتورة", "تأشيرة", "21 1234567", "menu"};
    const std::vector<std::vector<std::string>> codes{{}, {"1"}, {"2"}, {"3"}, {"4"}};
    if (chance_.below(4) != 0 || !phone_.sms(chance_.one_of(texts))) phone_.dial(chance_.one_of(codes));
    for (int i = 0; i < inputs_per_walk; ++i) {
      look();
      if (phone_.ended() && !phone_.step.parked) return;
      act();
    }
  }

 private:
  [[nodiscard]] const State& state() const { return revision_->state(phone_.session.at); }

  void act() {
    if (phone_.step.parked) {
      phone_.redial();
    } else if (phone_.step.call) {
      answer_call();
    } else {
      const std::string typed = input();
      const auto* confirm = std::get_if<Confirm>(&state().body);
      const bool confirms = confirm != nullptr && !confirm->shows.empty() && typed == "1";
      if (confirm != nullptr && !confirm->shows.empty()) {
        confirmed_ = confirms;
        authorised_ = false;
        confirmed_slots_ = phone_.session.slots;
        said_ = {};
        for (const Operand& shown : confirm->shows) said_.shown.insert(shown.slot);
      }
      phone_.send(typed);
    }
  }

  void answer_call() {
    const std::string service(phone_.step.call->service);
    if (const auto* calling = std::get_if<Calling>(&state().body)) {
      json::object data;
      for (const Calling::Save& save : calling->saves)
        data[save.member] = worst_of(revision_->flow(phone_.session.at).slots[save.slot], chance_);
      std::string outcome = "ok";
      if (chance_.below(6) == 0) outcome = chance_.one_of(calling->outcomes).name;
      if (calling->moves_money) confirmed_ = authorised_ = false;
      phone_.outcome(outcome, json::serialize(data));
      return;
    }
    const std::string outcome = chance_.below(4) == 0 ? "wrong" : "ok";
    if (service == otp_verify && outcome == "ok") {
      authorised_ = true;
      for (const Otp::Binding& bound : std::get<Otp>(state().body).binds) said_.bound.insert(bound.operand.slot);
    }
    phone_.outcome(service == otp_send ? "ok" : outcome);
  }

  std::string input() {
    const std::vector<std::string> keys{"1", "2", "3", "1", "1", "0", "00", "9", "8", "nonsense"};
    if (chance_.below(5) == 0) return chance_.one_of(keys);
    if (std::holds_alternative<Otp>(state().body)) return "123456";
    const auto* input = std::get_if<Input>(&state().body);
    if (input == nullptr) return chance_.below(2) == 0 ? "1" : chance_.one_of(keys);
    switch (input->kind) {
      case Input::Kind::voucher_pin:
        return card;
      case Input::Kind::date:
        return "25/11/2026";
      case Input::Kind::amount:
        return "1500";
      case Input::Kind::text: {
        std::string text;
        for (std::size_t i = 0; i < input->length_max; ++i) text += "ع";
        return text;
      }
      case Input::Kind::digits:
      case Input::Kind::account:
      case Input::Kind::meter_reading:
      case Input::Kind::national_id:
      case Input::Kind::choice:
        return std::string(input->length_max, '8');
    }
    return {};
  }

  // ---- What must hold ----

  void look() {
    INFO("in " << phone_.state() << ": " << phone_.text());
    look_for_guards();
    look_for_secrets();
    if (phone_.step.call) {
      look_at_call();
      return;
    }
    // What is cut ends with such a mark, which no string of ours holds.
    CHECK(phone_.text().find("…") == std::string::npos);
    CHECK(phone_.text().find("..") == std::string::npos);
    const bool has_ended = std::holds_alternative<End>(state().body);
    if (!has_ended)
      CHECK(phone_.text() != system_text(*revision_, phone_.session.locale, "sys_try_later", phone_.context));
    if (phone_.step.kind == Step::Kind::screen || has_ended) look_at_texts();
  }

  // The engine asks for no payment that is not confirmed and authorised as it is now, but goes on as if it had been
  // declined. Nobody must ever run into that guard.
  void look_for_guards() {
    for (std::size_t i = 0; i < visited_.size(); ++i) {
      const auto* calling = std::get_if<Calling>(&revision_->state(visited_[i]).body);
      if (calling == nullptr || !calling->moves_money) continue;
      INFO("the payment " << revision_->state_name(visited_[i]) << " is not asked for");
      CHECK((i + 1 == visited_.size() && phone_.step.call));
    }
    visited_.clear();
  }

  void look_for_secrets() {
    CHECK(phone_.text().find(card) == std::string::npos);
    CHECK(phone_.step.sms.value_or("").find(card) == std::string::npos);
    if (!phone_.step.call) return;
    const auto* calling = std::get_if<Calling>(&state().body);
    if (calling == nullptr || !calling->moves_money) CHECK(phone_.called().find(card) == std::string::npos);
  }

  void look_at_call() {
    const auto* calling = std::get_if<Calling>(&state().body);
    if (calling == nullptr || !calling->moves_money) return;
    ++payments;
    CHECK(confirmed_);
    CHECK(authorised_);
    const std::vector<Slot>& slots = revision_->flow(phone_.session.at).slots;
    for (const Calling::Argument& argument : calling->arguments) {
      if (slots[argument.operand.slot].is_secret) continue;
      CHECK(said_.bound.contains(argument.operand.slot));
      if (argument.is_own_words) continue;  // says neither who gets nor how much (Parameter::only_refuses)
      const std::uint16_t label = Scope{slots}.slot_index(slots[argument.operand.slot].name + "_label");
      CHECK((said_.shown.contains(argument.operand.slot) || said_.shown.contains(label)));
      CHECK(to_json(fetch(argument.operand, {phone_.session.slots, nullptr})) ==
            to_json(fetch(argument.operand, {confirmed_slots_, nullptr})));
    }
  }

  void look_at_texts() {
    ChannelText shown;
    if (const auto* menu = std::get_if<Menu>(&state().body)) shown = menu->text;
    if (const auto* list = std::get_if<ListMenu>(&state().body)) shown = list->text;
    if (const auto* input = std::get_if<Input>(&state().body)) shown = input->text;
    if (const auto* confirm = std::get_if<Confirm>(&state().body)) shown = confirm->text;
    if (const auto* end = std::get_if<End>(&state().body)) {
      const bool follows = phone_.session.channel == Channel::sms && end->sms.sms != none;
      shown = follows ? end->sms : end->text;
      if (phone_.session.channel == Channel::ussd && end->sms.ussd != none) look_at(end->sms.ussd);
    }
    if (shown.of(phone_.session.channel) != none) look_at(shown.of(phone_.session.channel));
  }

  void look_at(TextId id) {
    for (const Operand& operand : revision_->text(phone_.session.locale, id).operands()) {
      INFO("text " << revision_->text_name(id) << ", slot " << operand.slot);
      CHECK(fetch(operand, {phone_.session.slots, nullptr}).is_set());
    }
  }

  std::shared_ptr<const Revision> revision_;
  Chance& chance_;
  Phone phone_;
  std::vector<Place> visited_;
  bool confirmed_ = false;
  bool authorised_ = false;
  std::vector<Value> confirmed_slots_;
  struct {
    std::set<std::uint16_t> shown;
    std::set<std::uint16_t> bound;
  } said_;  // of the payment that was confirmed last
};

// ---- The deployments that are mutated ----

std::vector<SourceFile> shipped() {
  const std::vector<std::string> folders{SHUBBAK_CONFIG_DIR "/common", SHUBBAK_CONFIG_DIR "/syria-kuwwa"};
  const auto files = read_folders(folders);
  REQUIRE(files.ok());
  return *files;
}

std::vector<SourceFile> example() {
  const Deployment deployment = bill_pay();
  return {{"flows/bill_pay.yaml", deployment.flows.front().second},
          {"flows/home.yaml",
           "flow: home\nschema: 1\nstates:\n  main: {menu: {text: nav_home, items: [{key: \"1\", text: "
           "sys_yes, flow: bill_pay}]}}\n"},
          {"common/strings/en.yaml", system_strings("e")},
          {"strings/en.yaml",
           deployment.en +
               "sys_wrong_choice: Wrong.\nsys_yes: \"Yes\"\nsys_no: \"No\"\nnav_back: Back\nnav_home: Home\n"}};
}

struct Base {
  std::vector<SourceFile> files;
  std::vector<std::string> locales;
  std::vector<std::size_t> flows;  // of the files
};
Base base_of(std::vector<SourceFile> files, std::vector<std::string> locales) {
  Base base{std::move(files), std::move(locales), {}};
  for (std::size_t i = 0; i < base.files.size(); ++i) {
    if (base.files[i].name.find("flows/") != std::string::npos) base.flows.push_back(i);
  }
  return base;
}

// The mutant's revision if it passes; strings that its mutation left unused are no matter here.
std::shared_ptr<const Revision> passes(const std::vector<SourceFile>& files, const Base& base) {
  LoadOptions options;
  options.locales = base.locales;
  options.services = services();
  auto revision = load(files, options);
  if (!revision) return nullptr;
  const OperatorProfile profile{.name = "op", .sms_octets_max = 800};
  for (const Diagnostic& fault : check(**revision, {.operators = {&profile, 1}, .published = nullptr})) {
    if (fault.rule != Rule::unused_string) return nullptr;
  }
  return *revision;
}

}  // namespace

TEST_CASE("of mutated flows, none that passes the checks breaks a rule when it is walked") {
  const char* wanted = std::getenv("SHUBBAK_MUTANTS");
  const int mutants = wanted == nullptr ? 1'000 : std::atoi(wanted);
  const std::vector<Base> bases{base_of(example(), {"en"}), base_of(shipped(), {"ar", "en"})};
  for (const Base& base : bases) REQUIRE(passes(base.files, base) != nullptr);
  int passed = 0;
  int payments = 0;
  for (int number = 0; number < mutants; ++number) {
    Chance chance(static_cast<std::uint64_t>(number) * 2'654'435'761U + 1);
    const Base& base = bases[number % 4 == 0 ? 1 : 0];  // the example has everything that moves money
    std::vector<SourceFile> files = base.files;
    SourceFile& mutant = files[base.flows[chance.below(base.flows.size())]];
    if (&base == &bases.front() && chance.below(8) == 0) {
      mutate_string(files.back().text, {"voucher", "due", "n", "acct.label", "acct.id", "receipt_no"}, chance);
    } else {
      for (std::size_t times = 1 + chance.below(2); times > 0; --times) mutate(mutant.text, chance);
    }
    const auto revision = passes(files, base);
    if (revision == nullptr) continue;
    ++passed;
    INFO("mutant " << number << ", " << mutant.name << ":\n" << mutant.text);
    for (int round = 0; round < walks_per_mutant; ++round) {
      Walk walk(revision, chance);
      walk.run();
      payments += walk.payments;
    }
  }
  // Else nothing has been shown.
  CAPTURE(passed, payments);
  CHECK(passed * 20 > mutants);
  CHECK(payments * 20 > mutants);
}
