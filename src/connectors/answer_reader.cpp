// What an answer is read by: the members of each operation, what it must repeat, and the outcomes it may have.
#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/section_readers.hpp"
#include "flows/fields.hpp"

namespace shubbak::connectors {

using flows::Faults;
using flows::Fields;
using flows::Node;

namespace {

std::optional<JsonPointer> read_pointer(const Node& node, std::string_view what, Faults& faults) {
  if (node.kind == Node::Kind::text && JsonPointer::is_pointer(node.text)) return JsonPointer::parse(node.text);
  faults.add(node.at, std::string(what) + " is found by a JSON pointer",
             "such as /bill/amount; \"\" is the whole answer");
  return std::nullopt;
}

// A word of a closed list; nothing: a fault was added.
template <std::size_t N>
std::optional<std::size_t> read_word(const Node& node, const std::array<std::string_view, N>& words, Faults& faults) {
  const auto found = std::ranges::find(words, std::string_view(node.text));
  if (node.kind == Node::Kind::text && found != words.end()) return static_cast<std::size_t>(found - words.begin());
  faults.add(node.at, "one of " + flows::grammar::listed(words) + " is needed here");
  return std::nullopt;
}

void read_words(const Node& node, Member& member, Faults& faults) {
  if (node.kind != Node::Kind::mapping || node.children.empty()) {
    faults.add(node.at, "words are the company's and ours", "such as {RESIDENTIAL: private}");
    return;
  }
  for (const Node& child : node.children) {
    if (child.kind != Node::Kind::text) faults.add(child.at, "a word is a text");
    member.words.emplace_back(child.key, child.text);
  }
}

AmountMember read_amount(const Node& node, Faults& faults) {
  constexpr std::array<std::string_view, 4> keys{"minor", "decimal", "as", "currency"};
  const Fields fields(node, "an amount", keys, faults, by_form);
  AmountMember amount;
  const Node* minor = fields.find("minor");
  const Node* decimal = fields.find("decimal");
  if ((minor == nullptr) == (decimal == nullptr)) {
    faults.add(node.at, "an amount is told by one of minor and decimal",
               "minor: /amount for 50000, decimal: /amount for 500.00");
    return amount;
  }
  amount.is_decimal = decimal != nullptr;
  if (auto at = read_pointer(minor != nullptr ? *minor : *decimal, "an amount", faults)) amount.at = std::move(*at);
  constexpr std::array<std::string_view, 2> forms{"text", "number"};
  if (const Node* as = fields.find("as"); as != nullptr) {
    if (const auto form = read_word(*as, forms, faults)) amount.form = *form == 0 ? JsonForm::text : JsonForm::number;
  }
  if (const Node* currency = fields.find("currency"); currency != nullptr)
    amount.currency = read_member(*currency, JsonForm::text, "the currency", faults);
  return amount;
}

// What must be repeated, or the plain word that nothing is.
void read_echo(const Node& node, Operation operation, OperationForm& form, Faults& faults) {
  if (node.kind == Node::Kind::text && node.text == "none") return;
  if (node.kind != Node::Kind::mapping || node.children.empty()) {
    faults.add(node.at, "echo says where the answer repeats what was asked",
               "such as {account: /account}; or none, for a company that repeats nothing");
    return;
  }
  for (const Node& child : node.children) {
    if (child.key == "amount" && (operation == Operation::pay || operation == Operation::payment_status)) {
      form.echo_amount = read_amount(child, faults);
      continue;
    }
    const auto argument = argument_named(child.key);
    if (!argument || !form.request.has(*argument)) {
      // The status of a payment is asked for by its reference, and may tell the account.
      const bool is_known = argument == Argument::account && operation == Operation::payment_status;
      if (!is_known) {
        faults.add(child.key_at, "the answer cannot repeat '" + child.key + "'", "only what the request holds");
        continue;
      }
    }
    if (auto member = read_member(child, JsonForm::text, child.key, faults))
      form.echo.emplace_back(*argument, std::move(*member));
  }
}

// An answer about money that could be about other money is none.
void check_payment_echo(const Node& node, Operation operation, const OperationForm& form, Faults& faults) {
  const auto repeats = [&](Argument argument) {
    return std::ranges::find(form.echo, argument, &std::pair<Argument, Member>::first) != form.echo.end();
  };
  if (repeats(Argument::reference)) return;
  if (operation == Operation::payment_status)
    faults.add(node.at, "the status of a payment must repeat its reference",
               "echo: {reference: /...}; of a system that repeats none, pay and payment_status are left out");
  if (operation == Operation::pay && !(repeats(Argument::account) && form.echo_amount))
    faults.add(node.at, "the answer to a payment must repeat its reference, or its account and amount",
               "echo: {reference: /...}, or {account: /..., amount: {minor: /...}}");
}

struct MemberKey {
  std::string_view key;
  std::optional<Member> OperationForm::*member;
  JsonForm usual = JsonForm::text;
  bool is_needed = true;
};

std::vector<MemberKey> members_of(Operation operation) {
  using F = OperationForm;
  const MemberKey account{"account", &F::account};
  const MemberKey label{"label", &F::label, JsonForm::text, false};
  const MemberKey bills{"bills", &F::bills, JsonForm::number};
  const MemberKey date{"date", &F::date};
  switch (operation) {
    case Operation::accounts:
      return {account, label, {"category", &F::category, JsonForm::text, false}};
    case Operation::find:
      return {account, label, {"category", &F::category}, bills};
    case Operation::due:
      return {bills};
    case Operation::bills:
      return {{"name", &F::name}, date};
    case Operation::payments:
      return {date, {"place", &F::place, JsonForm::text, false}};
    case Operation::last_reading:
      return {{"value", &F::value, JsonForm::number},
              date,
              {"meter", &F::meter, JsonForm::text, false},
              {"digits", &F::digits, JsonForm::number, false},
              {"replaced_on", &F::replaced_on, JsonForm::text, false},
              {"start_value", &F::start_value, JsonForm::number, false},
              {"usual", &F::usual, JsonForm::number, false},
              {"first_day", &F::first_day, JsonForm::number, false},
              {"last_day", &F::last_day, JsonForm::number, false},
              {"period", &F::period, JsonForm::text, false},
              {"read_by", &F::read_by, JsonForm::text, false}};
    case Operation::submit_reading:
    case Operation::pay:
    case Operation::payment_status:
      return {};
  }
  return {};
}

bool has_list(Operation operation) {
  return operation == Operation::accounts || operation == Operation::bills || operation == Operation::payments;
}
bool has_amount(Operation operation) {
  return operation == Operation::find || operation == Operation::due || operation == Operation::bills ||
         operation == Operation::payments;
}

std::vector<Meaning> meanings_of(Operation operation) {
  using M = Meaning;
  switch (operation) {
    case Operation::accounts:
    case Operation::find:
    case Operation::due:
    case Operation::bills:
    case Operation::payments:
    case Operation::last_reading:
      return {M::ok, M::not_found, M::wait, M::garbage};
    case Operation::submit_reading:
      return {M::accepted, M::too_low, M::already, M::not_open, M::not_found, M::wait, M::garbage};
    case Operation::pay:
      return {M::posted, M::declined, M::wait, M::garbage};
    case Operation::payment_status:
      return {M::posted, M::declined, M::absent, M::wait, M::garbage};
  }
  return {};
}

void read_statuses(const Node& node, Rule& rule, Faults& faults) {
  const auto take = [&](const Node& one) {
    if (const auto status = flows::read_integer(one, "a status", 100, 599, faults))
      rule.statuses.push_back(static_cast<long>(*status));
  };
  if (node.kind != Node::Kind::sequence) return take(node);
  if (node.children.empty()) faults.add(node.at, "an outcome without a status never holds", "such as status: 200");
  for (const Node& child : node.children) take(child);
}

// {/state: posted} or {/state: [posted, done]}
void read_where(const Node& node, Rule& rule, Faults& faults) {
  if (node.kind != Node::Kind::mapping) {
    faults.add(node.at, "where says what stands at which pointer", "such as {/state: posted}");
    return;
  }
  for (const Node& child : node.children) {
    if (!JsonPointer::is_pointer(child.key)) {
      faults.add(child.key_at, "'" + child.key + "' is no JSON pointer", "such as /state");
      continue;
    }
    Condition condition{JsonPointer::parse(child.key), {}};
    if (child.kind == Node::Kind::text) condition.one_of.push_back(child.text);
    for (const Node& one : child.children) {
      if (child.kind != Node::Kind::sequence || one.kind != Node::Kind::text)
        faults.add(one.at, "a value or a list of values is needed here");
      condition.one_of.push_back(one.text);
    }
    rule.where.push_back(std::move(condition));
  }
}

void read_reason(const Node& node, Rule& rule, Faults& faults) {
  const bool is_fixed = node.kind == Node::Kind::text && !node.text.starts_with('/');
  if (!is_fixed) {
    rule.reason = read_member(node, JsonForm::text, "the reason", faults);
    for (const auto& [theirs, ours] :
         rule.reason ? rule.reason->words : std::vector<std::pair<std::string, std::string>>{}) {
      if (std::ranges::find(decline_reasons, ours) == decline_reasons.end())
        faults.add(node.at, "'" + ours + "' is no reason", "one of " + flows::grammar::listed(decline_reasons));
    }
  } else if (const auto word = read_word(node, decline_reasons, faults)) {
    rule.fixed_reason = decline_reasons[*word];
  }
}

Rule read_rule(const Node& node, Operation operation, Faults& faults) {
  constexpr std::array<std::string_view, 6> keys{"is", "status", "where", "missing", "company_reference", "reason"};
  const Fields fields(node, "an outcome", keys, faults, by_form);
  Rule rule;
  const Node* is = fields.need("is");
  const auto meaning = is == nullptr ? std::nullopt : read_word(*is, meaning_names, faults);
  if (meaning) {
    rule.is = static_cast<Meaning>(*meaning);
    const auto allowed = meanings_of(operation);
    if (std::ranges::find(allowed, rule.is) == allowed.end()) {
      std::vector<std::string_view> names;
      names.reserve(allowed.size());
      for (const Meaning one : allowed) names.push_back(meaning_names[static_cast<std::size_t>(one)]);
      faults.add(is->at, std::string(to_string(operation)) + " is never '" + is->text + "'",
                 "one of " + flows::grammar::listed(names));
    }
  }
  if (const Node* status = fields.need("status"); status != nullptr) read_statuses(*status, rule, faults);
  if (const Node* where = fields.find("where"); where != nullptr) read_where(*where, rule, faults);
  if (const Node* missing = fields.find("missing"); missing != nullptr) {
    if (missing->kind != Node::Kind::sequence) faults.add(missing->at, "missing lists pointers", "such as [/error]");
    for (const Node& child : missing->children) {
      if (auto at = read_pointer(child, "what is missing", faults)) rule.missing.push_back(std::move(*at));
    }
  }
  const auto belongs = [&](std::string_view key, Meaning to) -> const Node* {
    const Node* found = meaning && rule.is == to ? fields.need(key) : fields.find(key);
    if (found == nullptr || !meaning || rule.is == to) return found;
    faults.add(found->at, std::string(key) + " is told of what is " +
                              std::string(meaning_names[static_cast<std::size_t>(to)]) + " only");
    return nullptr;
  };
  if (const Node* number = belongs("company_reference", Meaning::posted); number != nullptr)
    rule.company_reference = read_member(*number, JsonForm::text, "the company's number", faults);
  if (const Node* reason = belongs("reason", Meaning::declined); reason != nullptr)
    read_reason(*reason, rule, faults);
  // Money, verdicts and that there is no such account go by words, never by a bare status, which any proxy on the way
  // may say.
  const bool is_plain = rule.is == Meaning::ok || rule.is == Meaning::wait || rule.is == Meaning::garbage;
  if (meaning && !is_plain && rule.where.empty())
    faults.add(node.at, "'" + is->text + "' is never told by a status alone", "add where: {/state: ...}");
  return rule;
}

}  // namespace

std::optional<Member> read_member(const Node& node, JsonForm usual, std::string_view what, Faults& faults) {
  Member member;
  member.form = usual;
  if (node.kind == Node::Kind::text) {
    auto at = read_pointer(node, what, faults);
    if (!at) return std::nullopt;
    member.at = std::move(*at);
    return member;
  }
  constexpr std::array<std::string_view, 5> keys{"at", "as", "optional", "words", "date"};
  constexpr std::array<std::string_view, 3> forms{"text", "number", "count"};
  constexpr std::array<std::string_view, 4> dates{"iso", "iso_time", "day_month_year", "compact"};
  const Fields fields(node, what, keys, faults, by_form);
  const Node* at = fields.need("at");
  auto pointer = at == nullptr ? std::nullopt : read_pointer(*at, what, faults);
  if (!pointer) return std::nullopt;
  member.at = std::move(*pointer);
  if (const Node* as = fields.find("as"); as != nullptr) {
    if (const auto form = read_word(*as, forms, faults)) {
      member.form = *form == 0 ? JsonForm::text : JsonForm::number;
      member.is_counted = *form == 2;
    }
  }
  if (const Node* optional = fields.find("optional"); optional != nullptr)
    member.is_optional = flows::read_flag(*optional, "optional", faults);
  if (const Node* words = fields.find("words"); words != nullptr) read_words(*words, member, faults);
  if (const Node* date = fields.find("date"); date != nullptr) {
    if (const auto form = read_word(*date, dates, faults)) member.date = static_cast<DateForm>(*form);
  }
  return member;
}

void read_answer(const Node& node, Operation operation, OperationForm& form, Faults& faults) {
  const std::vector<MemberKey> members = members_of(operation);
  std::vector<std::string_view> keys{"echo"};
  if (has_list(operation)) keys.push_back("list");
  if (has_amount(operation)) keys.push_back("amount");
  for (const MemberKey& member : members) keys.push_back(member.key);
  const Fields fields(node, "answer", keys, faults, by_form);
  if (const Node* echo = fields.need("echo"); echo != nullptr) {
    read_echo(*echo, operation, form, faults);
    check_payment_echo(*echo, operation, form, faults);
  }
  if (has_list(operation)) {
    const Node* list = fields.need("list");
    form.list = list == nullptr ? std::nullopt : read_pointer(*list, "the list", faults);
  }
  if (has_amount(operation)) {
    if (const Node* amount = fields.need("amount"); amount != nullptr) form.amount = read_amount(*amount, faults);
  }
  for (const MemberKey& member : members) {
    const Node* found = member.is_needed ? fields.need(member.key) : fields.find(member.key);
    if (found == nullptr) continue;
    form.*member.member = read_member(*found, member.usual, member.key, faults);
    const auto& read = form.*member.member;
    if (read && read->is_optional && member.is_needed)
      faults.add(found->at, std::string(member.key) + " must be there", "only what can be left out may be optional");
  }
  if (form.first_day.has_value() != form.last_day.has_value())
    faults.add(node.at, "first_day and last_day are told together, or neither");
  if (form.replaced_on.has_value() != form.start_value.has_value())
    faults.add(node.at, "replaced_on and start_value are told together, or neither");
}

void read_outcomes(const Node& node, Operation operation, OperationForm& form, Faults& faults) {
  if (node.kind != Node::Kind::sequence || node.children.empty()) {
    faults.add(node.at, "outcomes lists what an answer may mean", "such as [{is: ok, status: 200}]");
    return;
  }
  for (const Node& child : node.children) form.rules.push_back(read_rule(child, operation, faults));
}

}  // namespace shubbak::connectors
