#include "store/sqlite/citizen_case_writer.hpp"

#include <algorithm>
#include <array>

#include "store/sqlite/citizen_case_reader.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using audit::Action;
using audit::Key;

// In the order of cases::Act.
constexpr std::array<Action, cases::act_names.size()> actions_of_cases{
    Action::case_opened,          Action::case_taken,    Action::case_replied,      Action::case_moved,
    Action::case_resolved,        Action::case_rated,    Action::case_reopened,     Action::case_escalated,
    Action::case_quoted,          Action::case_fee_paid, Action::case_offered,      Action::case_booked,
    Action::case_visit_cancelled, Action::case_visited,  Action::case_fee_refunded, Action::case_joined,
    Action::case_unjoined,        Action::case_answered};

std::optional<std::span<const unsigned char>> octets_if(const std::optional<SealedBytes>& sealed) {
  if (!sealed) return std::nullopt;
  return std::span<const unsigned char>(*sealed);
}

}  // namespace

CitizenCaseWriter::CitizenCaseWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                                     cases::Kinds kinds)
    : sealer_(sealer),
      audit_(audit),
      kinds_(std::move(kinds)),
      case_(prepare(database, statement("citizen_case"))),
      person_of_case_(prepare(database, statement("person_of_citizen_case"))),
      next_case_(prepare(database, statement("next_citizen_case"))),
      next_event_(prepare(database, statement("next_citizen_case_event"))),
      count_open_(prepare(database, statement("count_open_citizen_cases_of"))),
      add_case_(prepare(database, statement("add_citizen_case"))),
      set_case_(prepare(database, statement("set_citizen_case"))),
      add_event_(prepare(database, statement("add_citizen_case_event"))),
      erase_texts_(prepare(database, statement("erase_citizen_case_texts"))),
      erase_person_(prepare(database, statement("erase_citizen_case_person"))),
      case_of_fee_(prepare(database, statement("citizen_case_of_fee"))),
      note_fee_paid_(prepare(database, statement("note_citizen_case_fee_paid"))),
      case_of_fee_payment_(prepare(database, statement("citizen_case_of_fee_payment"))),
      note_fee_refunded_(prepare(database, statement("note_citizen_case_fee_refunded"))),
      clear_news_(prepare(database, statement("clear_citizen_case_news"))),
      open_payment_to_(prepare(database, statement("open_payment_to_account"))),
      set_visit_code_(prepare(database, statement("set_citizen_case_visit_code"))),
      visit_beside_(prepare(database, statement("citizen_case_visit_beside"))),
      drop_fee_news_(prepare(database, statement("drop_citizen_case_fee_news"))),
      drop_joined_news_(prepare(database, statement("drop_citizen_case_joined_news"))),
      note_event_told_(prepare(database, statement("note_citizen_case_event_told"))),
      note_news_(prepare(database, statement("note_citizen_case_news"))),
      case_to_join_(prepare(database, statement("citizen_case_to_join"))),
      open_joined_(prepare(database, statement("open_joined_citizen_cases"))),
      move_joined_(prepare(database, statement("move_joined_citizen_cases"))) {}

Status CitizenCaseWriter::apply(const CitizenCaseChange& change) {
  return std::visit([&](const auto& one) { return apply_one(one); }, change);
}

Status CitizenCaseWriter::apply_one(const OpenCitizenCase& change) {
  const cases::Kind* kind = cases::find_kind(kinds_, change.kind);
  if (kind == nullptr) return Error{Errc::invalid, "there is no kind of cases '" + change.kind + "'"};
  if (find(change.number)) return Error{Errc::conflict, "another case has that number"};
  const BlindIndex person = sealer_.index_of(change.person);
  if (count_open(person, change.kind) >= kind->open_max)
    return Error{Errc::conflict, "too many cases of that kind of theirs are open"};

  const cases::Case one = cases::opened(*kind, change.from, change.at);
  const std::int64_t id = next_id(next_case_);
  const std::int64_t event = next_id(next_event_);
  const auto address = sealed(SealedField::case_address, id, change.address);
  if (!address.ok()) return address.error();
  const auto text = sealed(SealedField::case_text, event, change.text);
  if (!text.ok()) return text.error();
  const std::int64_t bypasses = one.bypasses_office ? 1 : 0;
  run(add_case_, id, change.number, std::span<const unsigned char>(person), change.msisdn, change.link, one.kind,
      one.stage, one.from.company, one.from.directorate, change.area, one.from.accused, one.office, bypasses,
      change.payment, one.opened, one.due, octets_if(*address));
  const Told told{cases::Act::open, change.by, change.at};
  add_event(event, id, one, told, *text);
  tell(change.number, one, {}, person, told);
  if (change.outage)
    return apply_one(
        JoinCitizenCase{.number = change.number, .main = *change.outage, .by = Actor{}, .at = change.at});
  join_by_itself(change, *kind);
  return {};
}

Status CitizenCaseWriter::apply_one(const ActOnCitizenCase& change) {
  const auto found = find(change.number);
  const bool is_theirs = found && (!change.person || sealer_.index_of(*change.person) == found->person);
  if (!is_theirs) return Error{Errc::not_found, "there is no such case"};
  const StoredCitizenCase& before = found->stored;
  const auto after = cases::decide(kinds_, before.is, change.asked, change.at);
  if (!after.ok()) return after.error();
  if (before.is.owes_fee() && after->fee != before.is.fee) {
    if (Status may = may_replace_fee(before.is); !may.ok()) return may;
  }
  if (change.asked.act == cases::Act::quote) {
    if (Status may = may_quote(before, *after->fee); !may.ok()) return may;
  }
  if (Status may = may_come(before, change.asked.slots); !may.ok()) return may;
  const auto code = sealed(SealedField::visit_code, before.id, change.visit_code);
  if (!code.ok()) return code.error();
  const std::int64_t event = next_id(next_event_);
  const auto text = sealed(SealedField::case_text, event, change.text);
  if (!text.ok()) return text.error();

  put(before.id, *after);
  if (*code) run(set_visit_code_, before.id, octets_if(*code));
  std::optional<std::int64_t> stars;
  if (change.asked.act == cases::Act::rate && after->stars) stars = *after->stars;
  Told told{change.asked.act, change.by, change.at, stars};
  if (change.asked.act == cases::Act::unjoin) {
    told.main = *before.is.joined;
    run(drop_joined_news_, before.id);
    run(clear_news_, before.number);
  }
  add_event(event, before.id, *after, told, *text);
  tell(before.number, *after, before.is.stage, found->person, told);
  if (after->office != before.is.office) run(move_joined_, before.number, after->office);
  if (!cases::is_shared(change.asked.act)) return {};
  return follow(before.number, *after, told, change.text);
}

Status CitizenCaseWriter::apply_one(const RequireCaseFee& change) {
  const auto found = find(change.number);
  if (!found || sealer_.index_of(change.person) != found->person)
    return Error{Errc::not_found, "there is no such case"};
  const cases::Case& one = found->stored.is;
  const bool stands = one.owes_fee() && one.from.company == change.company && one.fee->account == change.account &&
                      one.fee->amount == change.amount && one.fee->quoted <= change.at;
  if (stands) return {};
  return Error{Errc::conflict, "the fee of the case is another by now, or none is due"};
}

Status CitizenCaseWriter::apply_one(const NoteCaseTold& change) {
  if (run(note_event_told_, change.number, change.version) == 0)
    return Error{Errc::conflict, "there is nothing new that the case's person was not told"};
  run(clear_news_, change.number);
  return {};
}

Status CitizenCaseWriter::apply_one(const JoinCitizenCase& change) {
  const auto one = find(change.number);
  const auto main = find(change.main);
  if (!one || !main) return Error{Errc::not_found, "there is no such case"};
  const auto after = cases::join(kinds_, as_outage(one->stored), as_outage(main->stored), change.version);
  if (!after.ok()) return after.error();
  put(one->stored.id, *after);
  const Told told{cases::Act::join, change.by, change.at, std::nullopt, 0, false, change.main};
  add_event(next_id(next_event_), one->stored.id, *after, told, std::nullopt);
  tell(change.number, *after, one->stored.is.stage, one->person, told);
  return {};
}

void CitizenCaseWriter::join_by_itself(const OpenCitizenCase& opened, const cases::Kind& kind) {
  if (!kind.joins_within || opened.area.empty()) return;
  const WallTime since = opened.at - *kind.joins_within;
  std::optional<std::int64_t> main;
  {
    Use use(case_to_join_, opened.area, opened.from.company, opened.from.directorate, opened.kind, opened.number,
            since);
    if (use.next()) main = use.integer(0);
  }
  if (!main) return;
  // One that takes no more leaves the case as it is opened: the next ones are joined to this one.
  static_cast<void>(
      apply_one(JoinCitizenCase{.number = opened.number, .main = *main, .by = Actor{}, .at = opened.at}));
}

Status CitizenCaseWriter::follow(std::int64_t main, const cases::Case& after, const Told& told,
                                 const std::string& text) {
  std::vector<std::int64_t> numbers;
  {
    Use use(open_joined_, main);
    while (use.next()) numbers.push_back(use.integer(0));
  }
  Told afterwards = told;
  afterwards.is_untold = true;
  for (const std::int64_t number : numbers) {
    const auto one = find(number);
    const StoredCitizenCase& before = one.value().stored;
    const std::int64_t event = next_id(next_event_);
    const auto written = sealed(SealedField::case_text, event, text);
    if (!written.ok()) return written.error();
    const cases::Case is = cases::followed(before.is, after);
    put(before.id, is);
    add_event(event, before.id, is, afterwards, *written);
    run(note_news_, before.id);
    tell(number, is, before.is.stage, one->person, afterwards);
  }
  return {};
}

void CitizenCaseWriter::note_paid(const PaidBill& paid, const Actor& by, WallTime at) {
  const auto number = find_by_fee(paid.company, paid.account, paid.amount.minor);
  if (!number) return;
  const auto found = find(*number);
  if (!found || !found->stored.is.owes_fee()) return;
  const StoredCitizenCase& before = found->stored;
  if (before.is.fee->amount != paid.amount || paid.begun < before.is.fee->quoted) return;
  const cases::Case after = cases::with_fee_paid(kinds_, before.is, at);
  put(before.id, after);
  run(note_fee_paid_, before.id, paid.payment);
  const Told told{cases::Act::pay_fee, by, at, std::nullopt, paid.payment, true};
  add_event(next_id(next_event_), before.id, after, told, std::nullopt);
  tell(before.number, after, before.is.stage, found->person, told);
  if (after.stage == before.is.stage) return;
  // Without a text there is nothing to seal, which alone may fail.
  static_cast<void>(follow(before.number, after, {cases::Act::move, by, at}, {}));
}

void CitizenCaseWriter::note_refunded(std::int64_t payment, const Actor& by, WallTime at) {
  std::optional<std::int64_t> number;
  {
    Use use(case_of_fee_payment_, payment);
    if (use.next()) number = use.integer(0);
  }
  const auto found = number ? find(*number) : std::nullopt;
  if (!found || !found->stored.is.fee) return;
  const StoredCitizenCase& before = found->stored;
  const cases::Case after = cases::with_fee_refunded(before.is);
  run(drop_fee_news_, before.id);
  run(note_fee_refunded_, before.id);
  put(before.id, after);
  const Told told{cases::Act::refund_fee, by, at, std::nullopt, payment};
  add_event(next_id(next_event_), before.id, after, told, std::nullopt);
  tell(before.number, after, before.is.stage, found->person, told);
}

Status CitizenCaseWriter::may_replace_fee(const cases::Case& one) {
  Use use(open_payment_to_, one.from.company, one.fee->account);
  if (!use.next()) return {};
  return Error{Errc::conflict, "a payment to the account of the fee is not over yet: wait until it is"};
}

Status CitizenCaseWriter::may_quote(const StoredCitizenCase& one, const cases::Fee& fee) {
  const auto other = find_by_fee(one.is.from.company, fee.account, fee.amount.minor);
  if (!other || *other == one.number) return {};
  return Error{Errc::conflict, "another case waits for the same amount to that account: quote this one afterwards"};
}

Status CitizenCaseWriter::may_come(const StoredCitizenCase& one, const cases::Slots& slots) {
  for (const cases::Slot& slot : slots)
    if (has_visit_beside(visit_beside_, one, slot)) return Error{Errc::conflict, std::string(slot_is_taken)};
  return {};
}

std::optional<std::int64_t> CitizenCaseWriter::find_by_fee(const std::string& company, const std::string& account,
                                                           std::int64_t amount) {
  Use use(case_of_fee_, company, account, amount);
  return use.next() ? std::optional(use.integer(0)) : std::nullopt;
}

void CitizenCaseWriter::put(std::int64_t id, const cases::Case& after) {
  const std::int64_t is_late = after.is_late ? 1 : 0;
  const auto stars = after.stars ? std::optional(std::int64_t{*after.stars}) : std::nullopt;
  std::optional<std::int64_t> fee;
  std::optional<std::string> currency;
  std::optional<std::string> account;
  std::optional<std::int64_t> fee_state;
  std::optional<WallTime> quoted;
  if (after.fee) {
    fee = after.fee->amount.minor;
    currency = std::string(to_string(after.fee->amount.currency));
    account = after.fee->account;
    fee_state = static_cast<std::int64_t>(after.fee->state);
    quoted = after.fee->quoted;
  }
  std::optional<std::string> team;
  std::optional<WallTime> starts;
  std::optional<WallTime> ends;
  if (after.appointment) {
    team = after.appointment->team;
    starts = after.appointment->starts;
    ends = after.appointment->ends;
  }
  const std::string offers = cases::written(after.offers);
  run(set_case_, id, after.stage, after.state, after.version, after.office, after.worker, after.stage_since,
      after.due, is_late, after.resolved, stars, std::int64_t{after.reopened}, fee, currency, account, fee_state,
      quoted, offers, team, starts, ends, after.joined, after.answers);
}

std::optional<CitizenCaseWriter::Found> CitizenCaseWriter::find(std::int64_t number) {
  Found found;
  {
    Use use(case_, number);
    if (!use.next()) return std::nullopt;
    found.stored = citizen_case_in(use, sealer_);
  }
  Use use(person_of_case_, found.stored.id);
  if (use.next() && use.octets(0).size() == found.person.size())
    std::ranges::copy(use.octets(0), found.person.begin());
  return found;
}

std::int64_t CitizenCaseWriter::next_id(SQLite::Statement& statement) {
  Use use(statement);
  use.next();
  return use.integer(0);
}

std::int64_t CitizenCaseWriter::count_open(const BlindIndex& person, const std::optional<std::string>& kind) {
  const std::span<const unsigned char> octets(person);
  Use use(count_open_, octets, kind);
  use.next();
  return use.integer(0);
}

Result<std::optional<SealedBytes>> CitizenCaseWriter::sealed(SealedField field, std::int64_t row,
                                                             const std::string& text) {
  if (text.empty()) return std::optional<SealedBytes>();
  SealedBytes bytes;
  if (Status done = sealer_.seal({field, static_cast<std::uint64_t>(row)}, text, bytes); !done.ok())
    return done.error();
  return std::optional(std::move(bytes));
}

void CitizenCaseWriter::add_event(std::int64_t id, std::int64_t of_case, const cases::Case& after, const Told& told,
                                  const std::optional<SealedBytes>& text) {
  const std::int64_t is_untold = told.is_untold ? 1 : 0;
  run(add_event_, id, of_case, after.version, told.act, told.at, told.by.kind, told.by.name, after.stage, told.stars,
      octets_if(text), is_untold);
}

void CitizenCaseWriter::tell(std::int64_t number, const cases::Case& after, const std::string& was,
                             const BlindIndex& person, const Told& told) {
  audit::Detail detail;
  detail.add(Key::case_number, number);
  if (!after.from.company.empty()) detail.add(Key::company, after.from.company);
  if (!was.empty()) detail.add(Key::was, was);
  const bool is_of_fee = told.act == cases::Act::quote || told.act == cases::Act::pay_fee;
  if (is_of_fee || told.act == cases::Act::refund_fee) detail.add(Key::amount, after.fee->amount.minor);
  if (told.payment != 0) detail.add(Key::payment, told.payment);
  if (told.main != 0) detail.add(Key::main, told.main);
  audit_.append({.at = told.at,
                 .by = told.by,
                 .action = std::string(word(actions_of_cases[static_cast<std::size_t>(told.act)])),
                 .person = is_erased(person) ? std::string() : pseudonym_of(person),
                 .thing = after.kind,
                 .detail = detail.json().value()});
}

Status CitizenCaseWriter::may_erase(const NationalId& person) {
  if (count_open(sealer_.index_of(person), std::nullopt) == 0) return {};
  return Error{Errc::conflict, "a case of theirs is not resolved yet"};
}

bool CitizenCaseWriter::erase_person(const NationalId& person) {
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  run(erase_texts_, octets);
  return run(erase_person_, octets) > 0;
}

}  // namespace shubbak::store
