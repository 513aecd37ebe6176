#include "cli/conversation.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include <yaml-cpp/yaml.h>

#include "cases/case.hpp"
#include "domain/text.hpp"
#include "flows/engine.hpp"
#include "services/reading_rules.hpp"
#include "store/payment.hpp"
#include "vouchers/number.hpp"

namespace shubbak::cli {
namespace {

using Faults = std::vector<ScriptFault>;

Place place_of(const std::string& file, const YAML::Mark& mark) {
  return {file, mark.line + 1, mark.column + 1};
}

// Reads one file; every fault is collected, so that an author sees them all at once.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  std::optional<Conversation> conversation(const YAML::Node& node);
  Faults& faults() { return faults_; }

 private:
  using Field = std::function<void(const YAML::Node& value)>;
  struct Named {
    std::string_view key;
    Field read;
  };

  void fault(const YAML::Node& node, std::string message) {
    faults_.push_back({place_of(file_, node.Mark()), std::move(message)});
  }
  void fields(const YAML::Node& node, std::string_view what, const std::vector<Named>& known);
  std::string text(const YAML::Node& node, std::string_view what);
  std::vector<std::string> texts(const YAML::Node& node, std::string_view what);
  std::optional<bool> boolean(const YAML::Node& node, std::string_view what);
  std::optional<std::uint32_t> number(const YAML::Node& node, std::string_view what);
  std::optional<std::chrono::milliseconds> duration(const YAML::Node& node, std::string_view what);
  std::optional<Msisdn> msisdn(const YAML::Node& node);
  boost::json::value json(const YAML::Node& node);
  std::vector<std::string> names(const YAML::Node& node, std::string_view what);
  void services(const YAML::Node& node, Conversation& conversation);
  rehearsal::MockAnswer mock_answer(const YAML::Node& node);
  void assertions(const YAML::Node& node, Assertions& wanted);
  void contains(const YAML::Node& node, Expectation& wanted);
  void given(const YAML::Node& node, Conversation& conversation);
  void link(const YAML::Node& node, Conversation& conversation);
  void staff(const YAML::Node& node, Conversation& conversation);
  void switches(const YAML::Node& node, Conversation& conversation);
  void step(const YAML::Node& node, Conversation& conversation);
  void step_with_value(const YAML::Node& node, ScriptStep& step);
  void staff_step(const YAML::Node& node, ScriptStep& step);
  Expectation expectation(const YAML::Node& node, ScriptStep::Kind kind);

  const std::string& file_;
  Faults faults_;
};

void Reader::fields(const YAML::Node& node, std::string_view what, const std::vector<Named>& known) {
  if (!node.IsMap()) return fault(node, std::string(what) + " must be a mapping");
  std::set<std::string, std::less<>> seen;
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const auto found = std::ranges::find(known, key, &Named::key);
    if (found == known.end()) {
      std::string message = "unknown key '" + key + "'";
      message.append(" in ").append(what).append("; known here: ");
      for (const Named& field : known) message.append(&field == known.data() ? "" : ", ").append(field.key);
      fault(entry.first, message);
    } else if (!seen.insert(key).second) {
      fault(entry.first, "key '" + key + "' is there twice");
    } else {
      found->read(entry.second);
    }
  }
}

std::string Reader::text(const YAML::Node& node, std::string_view what) {
  if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
  fault(node, std::string(what) + " must be a text that is not empty");
  return {};
}

std::vector<std::string> Reader::texts(const YAML::Node& node, std::string_view what) {
  if (!node.IsSequence()) return {text(node, what)};
  std::vector<std::string> all;
  for (const YAML::Node& one : node) all.push_back(text(one, what));
  if (all.empty()) fault(node, std::string(what) + " must name at least one text");
  return all;
}

std::optional<bool> Reader::boolean(const YAML::Node& node, std::string_view what) {
  if (node.IsScalar() && node.Scalar() == "true") return true;
  if (node.IsScalar() && node.Scalar() == "false") return false;
  fault(node, std::string(what) + " must be true or false");
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::number(const YAML::Node& node, std::string_view what) {
  const std::string value = node.IsScalar() ? node.Scalar() : std::string();
  std::uint32_t parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error == std::errc() && end == value.data() + value.size()) return parsed;
  fault(node, std::string(what) + " must be a whole number");
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Reader::duration(const YAML::Node& node, std::string_view what) {
  const std::string value = node.IsScalar() ? node.Scalar() : std::string();
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
  if (error == std::errc() && count <= 3'600'000) {
    if (unit == "ms") return std::chrono::milliseconds(count);
    if (unit == "s" && count <= 3'600) return std::chrono::seconds(count);
  }
  fault(node, std::string(what) + " must be a time of at most an hour such as 500ms or 5s");
  return std::nullopt;
}

std::optional<Msisdn> Reader::msisdn(const YAML::Node& node) {
  auto parsed = Msisdn::parse(node.IsScalar() ? node.Scalar() : std::string());
  if (parsed) return *parsed;
  fault(node, parsed.error().message);
  return std::nullopt;
}

void Reader::link(const YAML::Node& node, Conversation& conversation) {
  std::optional<Msisdn> number;
  std::string national_id;
  bool is_confirmed = true;
  fields(
      node, "given.link",
      {{"msisdn", [&](const YAML::Node& value) { number = msisdn(value); }},
       {"national_id", [&](const YAML::Node& value) { national_id = text(value, "national_id"); }},
       {"confirmed", [&](const YAML::Node& value) { is_confirmed = boolean(value, "confirmed").value_or(true); }}});
  if (!number || national_id.empty()) return fault(node, "given.link needs msisdn and national_id");
  conversation.link = GivenLink{*number, national_id, is_confirmed};
  conversation.phone = *number;
}

void Reader::staff(const YAML::Node& node, Conversation& conversation) {
  std::optional<Msisdn> number;
  std::string name;
  std::string role;
  std::string pin;
  std::string password;
  std::string drawer;
  fields(node, "given.staff",
         {{"name", [&](const YAML::Node& value) { name = text(value, "name"); }},
          {"role", [&](const YAML::Node& value) { role = text(value, "role"); }},
          {"phone", [&](const YAML::Node& value) { number = msisdn(value); }},
          {"pin", [&](const YAML::Node& value) { pin = text(value, "pin"); }},
          {"password", [&](const YAML::Node& value) { password = text(value, "password"); }},
          {"drawer", [&](const YAML::Node& value) { drawer = text(value, "drawer"); }}});
  if (name.empty() || role.empty() || number.has_value() == pin.empty())
    return fault(node, "given.staff needs name and role, and both phone and pin or neither");
  conversation.staff = GivenStaff{name, role, number, pin, password, drawer};
}

void Reader::switches(const YAML::Node& node, Conversation& conversation) {
  if (!node.IsSequence()) return fault(node, "given.rollout must be a list: [{company: homs, share: 0}]");
  for (const YAML::Node& one : node) {
    rollout::WrittenRule& rule = conversation.rollout.emplace_back();
    fields(one, "given.rollout",
           {{"service", [&](const YAML::Node& value) { rule.service = text(value, "service"); }},
            {"company", [&](const YAML::Node& value) { rule.company = text(value, "company"); }},
            {"from", [&](const YAML::Node& value) { rule.from = text(value, "from"); }},
            {"until", [&](const YAML::Node& value) { rule.until = text(value, "until"); }},
            {"share", [&](const YAML::Node& value) {
               rule.share_percent = number(value, "share").value_or(rollout::whole_percent);
             }}});
  }
}

void Reader::given(const YAML::Node& node, Conversation& conversation) {
  std::optional<Msisdn> phone;
  fields(node, "given",
         {{"phone", [&](const YAML::Node& value) { phone = msisdn(value); }},
          {"link", [&](const YAML::Node& value) { link(value, conversation); }},
          {"staff", [&](const YAML::Node& value) { staff(value, conversation); }},
          {"rollout", [&](const YAML::Node& value) { switches(value, conversation); }},
          {"linked", [&](const YAML::Node& value) { conversation.linked = boolean(value, "linked").value_or(true); }},
          {"services", [&](const YAML::Node& value) { services(value, conversation); }}});
  if (conversation.staff && conversation.staff->msisdn) conversation.phone = conversation.staff->msisdn;
  if (phone) conversation.phone = *phone;
}

// Numbers, true and false as such, everything else, and whatever is quoted, as text.
boost::json::value Reader::json(const YAML::Node& node) {
  if (node.IsMap()) {
    boost::json::object object;
    for (const auto& entry : node) object[entry.first.Scalar()] = json(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    boost::json::array array;
    for (const YAML::Node& one : node) array.push_back(json(one));
    return array;
  }
  if (!node.IsScalar()) return nullptr;
  const std::string& scalar = node.Scalar();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(scalar.data(), scalar.data() + scalar.size(), number);
  const bool is_plain = node.Tag() != "!";
  if (is_plain && error == std::errc() && end == scalar.data() + scalar.size()) return number;
  if (is_plain && (scalar == "true" || scalar == "false")) return scalar == "true";
  return boost::json::string(scalar);
}

rehearsal::MockAnswer Reader::mock_answer(const YAML::Node& node) {
  rehearsal::MockAnswer answer;
  if (!node.IsMap()) {
    fault(node, "an answer is a mapping: {amount: 100}, or {outcome: timeout}");
    return answer;
  }
  answer.data = json(node).as_object();
  if (const YAML::Node outcome = node["outcome"]) {
    answer.outcome = text(outcome, "outcome");
    answer.data.erase("outcome");
  }
  if (const YAML::Node later = node["later"]) {
    if (later.IsMap()) {
      answer.later = json(later).as_object();
    } else {
      fault(later, "later is what the payment comes to: {receipt: R1}");
    }
    answer.data.erase("later");
  }
  return answer;
}

void Reader::services(const YAML::Node& node, Conversation& conversation) {
  if (!node.IsMap()) return fault(node, "services must be a mapping of services to answers");
  for (const auto& entry : node) {
    std::vector<rehearsal::MockAnswer> answers;
    if (entry.second.IsSequence()) {
      for (const YAML::Node& one : entry.second) answers.push_back(mock_answer(one));
    } else {
      answers.push_back(mock_answer(entry.second));
    }
    const auto [place, is_new] = conversation.services.emplace(entry.first.Scalar(), std::move(answers));
    if (!is_new) fault(entry.first, "the service '" + place->first + "' is there twice");
  }
}

std::vector<std::string> Reader::names(const YAML::Node& node, std::string_view what) {
  return node.IsSequence() && node.size() == 0 ? std::vector<std::string>() : texts(node, what);
}

void Reader::assertions(const YAML::Node& node, Assertions& wanted) {
  fields(node, "assert",
         {{"sms",
           [&](const YAML::Node& value) {
             if (!value.IsSequence()) return fault(value, "sms must be a list of what some SMS holds");
             for (const YAML::Node& one : value)
               wanted.messages.push_back(expectation(one, ScriptStep::Kind::expect_sms));
           }},
          {"services_called",
           [&](const YAML::Node& value) {
             if (!value.IsMap()) return fault(value, "services_called must be a mapping of services to numbers");
             for (const auto& entry : value)
               wanted.services_called[entry.first.Scalar()] = number(entry.second, "services_called").value_or(0);
           }},
          {"ledger_balanced",
           [&](const YAML::Node& value) { wanted.ledger_balanced = boolean(value, "ledger_balanced"); }}});
}

void Reader::contains(const YAML::Node& node, Expectation& wanted) {
  if (!node.IsMap()) {
    wanted.contains = texts(node, "contains");
    return;
  }
  for (const auto& entry : node) wanted.contains_in[entry.first.Scalar()] = texts(entry.second, "contains");
}

Expectation Reader::expectation(const YAML::Node& node, ScriptStep::Kind kind) {
  Expectation wanted;
  std::vector<Named> known{
      {"contains", [&](const YAML::Node& value) { contains(value, wanted); }},
      {"not_contains", [&](const YAML::Node& value) { wanted.not_contains = texts(value, "not_contains"); }},
      {"equals",
       [&](const YAML::Node& value) {
         wanted.equals = text(value, "equals");
         wanted.equals_at = place_of(file_, value.Mark());
       }},
      {"within", [&](const YAML::Node& value) { wanted.within = duration(value, "within"); }}};
  if (kind == ScriptStep::Kind::expect) {
    known.push_back({"ended", [&](const YAML::Node& value) { wanted.ended = boolean(value, "ended"); }});
    known.push_back(
        {"max_octets", [&](const YAML::Node& value) { wanted.max_octets = number(value, "max_octets"); }});
    fields(node, "expect", known);
  } else {
    known.push_back({"max_parts", [&](const YAML::Node& value) { wanted.max_parts = number(value, "max_parts"); }});
    known.push_back({"phone", [&](const YAML::Node& value) { wanted.phone = msisdn(value); }});
    fields(node, "expect_sms", known);
  }
  if (node.IsMap() && node.size() == 0) fault(node, "this expects nothing in particular: say what must be seen");
  return wanted;
}

std::optional<ScriptStep::Kind> step_kind(std::string_view name) {
  using Step = ScriptStep::Kind;
  constexpr std::pair<std::string_view, Step> kinds[] = {
      {"dial", Step::dial},     {"send", Step::send},           {"sms", Step::sms},
      {"wait", Step::wait},     {"expect", Step::expect},       {"expect_sms", Step::expect_sms},
      {"page", Step::page},     {"staff", Step::staff},         {"drop", Step::drop},
      {"redial", Step::redial}, {"hang_up", Step::hang_up},     {"slow", Step::slow},
      {"late", Step::late},     {"duplicate", Step::duplicate}, {"crash", Step::crash}};
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

bool needs_value(ScriptStep::Kind kind) {
  switch (kind) {
    case ScriptStep::Kind::dial:
    case ScriptStep::Kind::send:
    case ScriptStep::Kind::sms:
    case ScriptStep::Kind::page:
    case ScriptStep::Kind::staff:
    case ScriptStep::Kind::expect:
    case ScriptStep::Kind::expect_sms:
    case ScriptStep::Kind::wait:
    case ScriptStep::Kind::slow:
      return true;
    case ScriptStep::Kind::drop:
    case ScriptStep::Kind::redial:
    case ScriptStep::Kind::hang_up:
    case ScriptStep::Kind::late:
    case ScriptStep::Kind::duplicate:
    case ScriptStep::Kind::crash:
      return false;
  }
  return false;
}

void Reader::staff_step(const YAML::Node& node, ScriptStep& step) {
  if (!node.IsMap()) {
    step.words = texts(node, "staff");
    return;
  }
  fields(
      node, "staff",
      {{"does", [&](const YAML::Node& value) { step.words = texts(value, "does"); }},
       {"types", [&](const YAML::Node& value) { step.types = text(value, "types"); }},
       {"refused", [&](const YAML::Node& value) { step.is_refused = boolean(value, "refused").value_or(false); }}});
  if (step.words.empty()) fault(node, "what is done? staff: {does: [cases, list]}");
}

void Reader::step_with_value(const YAML::Node& node, ScriptStep& step) {
  switch (step.kind) {
    case ScriptStep::Kind::dial:
      step.text = text(node, "dial");
      break;
    case ScriptStep::Kind::send:
      step.text = text(node, "send");
      break;
    case ScriptStep::Kind::sms:
      step.text = text(node, "sms");
      break;
    case ScriptStep::Kind::page:
      step.text = text(node, "page");
      break;
    case ScriptStep::Kind::staff:
      staff_step(node, step);
      break;
    case ScriptStep::Kind::wait:
    case ScriptStep::Kind::slow:
      step.wait = duration(node, step.kind == ScriptStep::Kind::wait ? "wait" : "slow")
                      .value_or(std::chrono::milliseconds(0));
      break;
    case ScriptStep::Kind::expect:
    case ScriptStep::Kind::expect_sms:
      step.expectation = expectation(node, step.kind);
      break;
    case ScriptStep::Kind::drop:
    case ScriptStep::Kind::redial:
    case ScriptStep::Kind::hang_up:
    case ScriptStep::Kind::late:
    case ScriptStep::Kind::duplicate:
    case ScriptStep::Kind::crash:
      fault(node, "drop, redial and other steps that need no value stand alone");
      break;
  }
}

void Reader::step(const YAML::Node& node, Conversation& conversation) {
  ScriptStep step;
  step.at = place_of(file_, node.Mark());
  if (node.IsMap() && node.size() != 1) return fault(node, "a step is one thing, such as `- dial: \"*123#\"`");
  if (!node.IsMap() && !node.IsScalar()) return fault(node, "a step is a mapping such as `- send: \"1\"` or a word");
  const std::string name = node.IsMap() ? node.begin()->first.Scalar() : node.Scalar();
  const auto kind = step_kind(name);
  if (!kind) {
    return fault(node, "unknown step '" + name +
                           "'; known: dial, send, sms, expect, expect_sms, wait, drop, redial, "
                           "hang_up, page, staff, slow, late, duplicate, crash");
  }
  step.kind = *kind;
  if (node.IsMap()) {
    step_with_value(node.begin()->second, step);
  } else if (needs_value(step.kind)) {
    return fault(node, "the step '" + name + "' needs a value");
  }
  conversation.steps.push_back(std::move(step));
}

std::optional<Conversation> Reader::conversation(const YAML::Node& node) {
  Conversation read;
  read.at = place_of(file_, node.Mark());
  const std::size_t faults_before = faults_.size();
  fields(node, "a conversation",
         {{"conversation", [&](const YAML::Node& value) { read.name = text(value, "conversation"); }},
          {"operator", [&](const YAML::Node& value) { read.operators = names(value, "operator"); }},
          {"locale", [&](const YAML::Node& value) { read.locales = names(value, "locale"); }},
          {"given", [&](const YAML::Node& value) { given(value, read); }},
          {"assert", [&](const YAML::Node& value) { assertions(value, read.assertions); }},
          {"steps", [&](const YAML::Node& value) {
             if (!value.IsSequence()) return fault(value, "steps must be a list");
             if (value.size() > ConversationLimits::steps_max) return fault(value, "more than 500 steps");
             for (const YAML::Node& one : value) step(one, read);
           }}});
  if (faults_.size() == faults_before) {
    if (read.name.empty()) fault(node, "a conversation needs its name: `conversation: reads the debt`");
    for (const ScriptStep& one : read.steps) {
      if (one.kind == ScriptStep::Kind::staff && (!read.staff || read.staff->password.empty()))
        faults_.push_back({one.at, "who acts? given.staff needs a password for it"});
    }
    const bool checks = std::ranges::any_of(read.steps, [](const ScriptStep& one) {
      return one.kind == ScriptStep::Kind::expect || one.kind == ScriptStep::Kind::expect_sms;
    });
    if (!checks) fault(node, "a conversation without any expect checks nothing");
  }
  if (faults_.size() != faults_before) return std::nullopt;
  return read;
}

// Its runs of digits of any script.
std::vector<std::string> numbers_in(std::string_view message) {
  constexpr std::string_view digits = "0123456789";
  const std::string text = latin_digits(message);
  std::vector<std::string> numbers;
  for (std::size_t at = text.find_first_of(digits); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(digits, at), text.size());
    numbers.push_back(text.substr(at, end - at));
    at = text.find_first_of(digits, end);
  }
  return numbers;
}

}  // namespace

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string to_string(const ScriptFault& fault) {
  return to_string(fault.at) + ": " + fault.message;
}

std::string typed_text(std::string text, const std::optional<std::string>& last_code) {
  if (!last_code) return text;
  std::string wrong = *last_code;
  wrong.back() = wrong.back() == '9' ? '0' : static_cast<char>(wrong.back() + 1);
  return filled_in(filled_in(std::move(text), "{code}", *last_code), "{wrong_code}", wrong);
}

std::string filled_in(std::string text, std::string_view name, std::string_view value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
    text.replace(at, name.size(), value);
  return text;
}

std::optional<std::string> code_in(std::string_view message) {
  const std::vector<std::string> numbers = numbers_in(message);
  const auto code = std::ranges::find(numbers, flows::code_digits, &std::string::size);
  return code == numbers.end() ? std::nullopt : std::optional(*code);
}

std::optional<std::string> receipt_in(std::string_view message) {
  constexpr std::size_t number_digits_min = 8;
  constexpr std::size_t check_digits = 7;
  const std::vector<std::string> numbers = numbers_in(message);
  const auto number =
      std::ranges::find_if(numbers, [](const std::string& one) { return one.size() >= number_digits_min; });
  const auto check = std::ranges::find(number, numbers.end(), check_digits, &std::string::size);
  return check == numbers.end() ? std::nullopt : std::optional(*number + " " + *check);
}

std::optional<std::string> tracking_in(std::string_view message) {
  const std::vector<std::string> numbers = numbers_in(message);
  const auto tracking = std::ranges::find_if(
      numbers, [](const std::string& one) { return cases::parse_tracking_number(one).has_value(); });
  return tracking == numbers.end() ? std::nullopt : std::optional(*tracking);
}

std::optional<std::string> card_in(std::string_view message) {
  const std::vector<std::string> numbers = numbers_in(message);
  const auto card = std::ranges::find_if(numbers, store::is_wallet_number);
  return card == numbers.end() ? std::nullopt : std::optional(*card);
}

std::optional<std::string> fill_in(std::string_view message) {
  const std::vector<std::string> numbers = numbers_in(message);
  const auto fill = std::ranges::find_if(numbers, [](const std::string& one) {
    return one.size() == vouchers::FillCode::digits_count && vouchers::FillCode::parse(one).ok();
  });
  return fill == numbers.end() ? std::nullopt : std::optional(*fill);
}

std::optional<std::string> reading_in(std::string_view message) {
  constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::optional<std::string> last;
  for (std::size_t at = message.find_first_of(symbols); at != std::string_view::npos;) {
    const std::size_t end = std::min(message.find_first_not_of(symbols, at), message.size());
    if (auto reference = services::parse_reading_reference(message.substr(at, end - at))) last = std::move(reference);
    at = message.find_first_of(symbols, end);
  }
  return last;
}

std::optional<std::string> page_in(std::string_view message) {
  const std::size_t at = std::min(message.find("https://"), message.find("http://"));
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view from = message.substr(at);
  return std::string(from.substr(0, from.find_first_of(" \n")));
}

Result<std::vector<Conversation>, Faults> load_conversations(const std::string& file, const std::string& text) {
  if (text.size() > ConversationLimits::file_octets_max) {
    return Faults{{Place{file}, "the file is larger than 1 MiB"}};
  }
  Reader reader(file);
  std::vector<Conversation> conversations;
  try {
    for (const YAML::Node& document : YAML::LoadAll(text)) {
      if (document.IsNull()) continue;
      if (auto conversation = reader.conversation(document)) conversations.push_back(std::move(*conversation));
    }
  } catch (const YAML::Exception& error) {
    reader.faults().push_back({place_of(file, error.mark), error.msg});
  }
  if (!reader.faults().empty()) return std::move(reader.faults());
  if (conversations.empty()) return Faults{{Place{file}, "there is no conversation in this file"}};
  return conversations;
}

Result<std::vector<Conversation>, Faults> read_conversations(const std::vector<std::string>& files) {
  std::vector<Conversation> all;
  Faults faults;
  for (const std::string& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
      faults.push_back({Place{file}, "cannot be read"});
      continue;
    }
    auto loaded = load_conversations(file, text);
    if (loaded) {
      std::ranges::move(*loaded, std::back_inserter(all));
    } else {
      faults.insert(faults.end(), loaded.error().begin(), loaded.error().end());
    }
  }
  if (!faults.empty()) return faults;
  return all;
}

}  // namespace shubbak::cli
