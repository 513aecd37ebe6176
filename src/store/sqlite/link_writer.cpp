#include "store/sqlite/link_writer.hpp"

#include <algorithm>
#include <array>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

std::optional<BlindIndex> index_in(const Use& use, int column) {
  const auto octets = use.octets(column);
  if (octets.size() != BlindIndex().size()) return std::nullopt;  // NULL
  BlindIndex index{};
  std::ranges::copy(octets, index.begin());
  return index;
}

bool is_asked(const identity::LinkRecord& link, bool is_hold) {
  return is_hold == (link.state == LinkState::active);
}
const Actor nobody{Actor::Kind::system, {}};

// By event.
constexpr std::array told_as{
    audit::Action::link_made,       audit::Action::link_imported, audit::Action::link_confirmed,
    audit::Action::link_refused,    audit::Action::link_expired,  audit::Action::link_suspended,
    audit::Action::link_resumed,    audit::Action::link_released, audit::Action::link_held,
    audit::Action::link_hold_asked, audit::Action::link_recycled, audit::Action::link_made_unverified,
    audit::Action::link_verified};
static_assert(told_as.size() == identity::link_event_names.size());

}  // namespace

std::string counter_code_binding(const std::optional<NationalId>& relink_to) {
  return relink_to ? "counter relink " + sealed_form(*relink_to) : std::string("counter release");
}

LinkWriter::LinkWriter(const SQLite::Database& database, Sealer& sealer, OtpWriter& otp, AuditWriter& audit,
                       const identity::LinkRules& rules)
    : rules_(rules),
      database_(database),
      sealer_(sealer),
      otp_(otp),
      audit_(audit),
      find_current_link_(prepare(database, statement("find_current_link"))),
      forget_imsi_(prepare(database, statement("forget_imsi"))),
      drop_outbox_of_(prepare(database, statement("drop_outbox_of"))),
      untell_notices_(prepare(database, statement("untell_notices"))),
      find_released_link_(prepare(database, statement("find_released_link"))),
      add_link_(prepare(database, statement("add_link"))),
      change_link_(prepare(database, statement("change_link"))),
      note_imsi_(prepare(database, statement("note_imsi"))),
      unanswered_links_(prepare(database, statement("unanswered_links"))),
      add_link_event_(prepare(database, statement("add_link_event"))),
      put_link_code_(prepare(database, statement("put_link_code"))),
      find_link_code_(prepare(database, statement("find_link_code"))),
      count_link_try_(prepare(database, statement("count_link_try"))),
      drop_link_code_(prepare(database, statement("drop_link_code"))),
      drop_walks_(prepare(database, statement("drop_walks"))),
      drop_locale_(prepare(database, statement("drop_locale"))),
      drop_subscriptions_of_(prepare(database, statement("drop_subscriptions_of"))),
      drop_mail_address_(prepare(database, statement("drop_mail_address"))),
      drop_mail_of_(prepare(database, statement("drop_mail_of"))),
      links_of_person_(prepare(database, statement("links_of_person"))),
      erase_link_(prepare(database, statement("erase_link"))),
      forget_told_in_cash_(prepare(database, statement("forget_told_in_cash"))),
      note_carrier_(prepare(database, statement("note_carrier"))),
      allow_broadcasts_(prepare(database, statement("allow_broadcasts"))),
      drop_broadcasts_to_(prepare(database, statement("drop_broadcasts_to"))) {}

std::optional<LinkWriter::Found> LinkWriter::find(SQLite::Statement& statement, Msisdn msisdn) {
  Use use(statement, msisdn);
  if (!use.next()) return std::nullopt;
  Found found{.id = use.integer(0), .record = {}, .imsi = index_in(use, 9)};
  found.person = index_in(use, 1).value_or(BlindIndex{});
  found.record = {.state = static_cast<LinkState>(use.integer(2)),
                  .hold = static_cast<MoneyHold>(use.integer(3)),
                  .made = use.time(4),
                  .since = use.time(5),
                  .hold_since = use.time(6),
                  .quarantine_end = use.time(7),
                  .verified = use.integer(8) != 0};
  return found;
}

std::optional<LinkWriter::Found> LinkWriter::find_last(Msisdn msisdn) {
  if (auto current = find(find_current_link_, msisdn)) return current;
  return find(find_released_link_, msisdn);
}

Result<std::optional<otp::TryVerdict>> LinkWriter::apply(const ChangeLink& change) {
  const bool asks_for_link =
      change.event == identity::LinkEvent::make || change.event == identity::LinkEvent::make_unverified;
  if ((asks_for_link || change.event == identity::LinkEvent::import) && !change.national_id) {
    return Error{Errc::invalid, "a link is made for a national number"};
  }
  const std::optional<Found> found = find_last(change.msisdn);
  const bool same_person = found && (!change.national_id || sealer_.index_of(*change.national_id) == found->person);
  if (asks_for_link && change.phone_code) return relink(change, found, same_person);
  const auto record = found ? std::optional(found->record) : std::nullopt;
  const auto decided = identity::decide(record, change.event, change.by.kind, same_person, rules_, change.at);
  if (!decided) return decided.error();
  std::optional<otp::TryVerdict> verdict;
  if (found && identity::needs_code_of_phone(change.event, found->record.state)) {
    const auto tried = try_phone_code(*found, change, counter_code_binding(std::nullopt));
    if (!tried) return tried.error();
    verdict = *tried;
    if (verdict != otp::TryVerdict::right) return verdict;
  }
  if (Status done = carry_out(change, found, *decided); !done) return done.error();
  if (!change.carrier.empty()) note_carrier(change.msisdn, change.carrier, change.at);
  return verdict;
}

Result<std::optional<otp::TryVerdict>> LinkWriter::relink(const ChangeLink& change, const std::optional<Found>& found,
                                                          bool same_person) {
  const auto record = found ? std::optional(found->record) : std::nullopt;
  const auto decided = identity::decide_relink(record, change.event, change.by.kind, same_person, change.at);
  if (!decided) return decided.error();
  const auto tried = try_phone_code(*found, change, counter_code_binding(change.national_id));
  if (!tried) return tried.error();
  if (*tried != otp::TryVerdict::right) return std::optional(*tried);
  write(found->id, decided->ended.link);
  const Event ends{.id = found->id,
                   .msisdn = change.msisdn,
                   .person = found->person,
                   .was = found->record.state,
                   .event = identity::LinkEvent::release,
                   .by = change.by,
                   .office = change.office,
                   .at = change.at};
  finish(ends, decided->ended);
  std::optional<Found> ended = found;
  ended->record = decided->ended.link;
  if (Status done = carry_out(change, ended, decided->made); !done) return done.error();
  return std::optional(*tried);
}

Result<otp::TryVerdict> LinkWriter::try_phone_code(const Found& link, const ChangeLink& change,
                                                   const std::string& binding) {
  if (!change.phone_code) {
    return Error{Errc::denied, "this takes a code that the phone is sent and the person brings: ask for it first"};
  }
  return otp_.try_code({.msisdn = change.msisdn,
                        .person = link.person,
                        .binding = binding,
                        .code = *change.phone_code,
                        .by = change.by,
                        .at = change.at});
}

Status LinkWriter::apply(const RequireLink& change) {
  const auto found = find(find_current_link_, change.msisdn);
  if (!found) return Error{Errc::not_found, "the number has no link"};
  if (found->person != sealer_.index_of(change.person)) {
    return Error{Errc::conflict, "the number is another person's by now"};
  }
  if (found->record.state != LinkState::active) {
    return Error{Errc::conflict, "the link is " + std::string(to_string(found->record.state)) + ", not active"};
  }
  if (found->record.hold != MoneyHold::none) {
    return Error{Errc::conflict, "the SIM may have changed hands: the hold is cleared first"};
  }
  return {};
}

Status LinkWriter::carry_out(const ChangeLink& change, const std::optional<Found>& found,
                             const identity::LinkDecision& decided) {
  if (change.question &&
      !(found->id == change.question->link_id && is_asked(found->record, change.question->is_hold))) {
    return Error{Errc::conflict, "the phone was asked something else"};
  }
  const bool answers_by_code = change.event == identity::LinkEvent::confirm && !change.code.empty();
  if (answers_by_code) {
    if (Status right = check_code(*found, change); !right) return right;
  }
  const bool asks = identity::asks_the_phone(change.event) && !change.code.empty();
  if (asks && !otp_.count_question(change.msisdn, change.at)) {
    return Error{Errc::limit, "too many codes have been sent, to this number or altogether; try again later"};
  }
  if (!decided.changed) {
    if (decided.forget) forget_number(change.msisdn);
    return {};
  }
  Event what{
      .msisdn = change.msisdn, .event = change.event, .by = change.by, .office = change.office, .at = change.at};
  if (decided.is_new) {
    const RowIdentity row{SealedField::national_id, change.msisdn.value()};
    if (Status sealed = sealer_.seal(row, sealed_form(*change.national_id), sealed_); !sealed) return sealed;
    if (found && found->record.state != LinkState::released) {
      const bool ended = end_overdue(*found, change.msisdn, change.at);
      SHUBBAK_ASSERT(ended);  // nothing but such a question is followed by a new link
    }
    what.id = add(change, decided.link);
    what.person = sealer_.index_of(*change.national_id);
  } else {
    write(found->id, decided.link);
    what.id = found->id;
    what.person = found->person;
    what.was = found->record.state;
  }
  finish(what, decided);
  // Told of another SIM: whichever one is seen next is the one that the phone will have been confirmed with.
  if (change.event == identity::LinkEvent::hold) run(forget_imsi_, what.id);
  if (asks) {
    const BlindIndex hash = sealer_.hash_of(HashedField::link_code, static_cast<std::uint64_t>(what.id), change.code);
    run(put_link_code_, what.id, std::span<const unsigned char>(hash), std::int64_t{identity::code_tries_max},
        change.at + identity::code_lives);
  }
  return {};
}

// Again here, whatever was found when it came: tries may have been used up meanwhile.
Status LinkWriter::check_code(const Found& link, const ChangeLink& change) {
  const BlindIndex hash = sealer_.hash_of(HashedField::link_code, static_cast<std::uint64_t>(link.id), change.code);
  Use use(find_link_code_, link.id);
  const bool open = use.next() && use.integer(1) > 0 && use.time(2) > change.at;
  if (!open || !Sealer::same(use.octets(0), hash)) {
    return Error{Errc::conflict, "the code is wrong, used up or too old"};
  }
  return {};
}

// A question that is over, which ExpireLinks has not come to yet. False: it is none.
bool LinkWriter::end_overdue(const Found& link, Msisdn msisdn, WallTime at) {
  const auto over = identity::LinkEvent::expire;
  const auto ended = identity::decide(link.record, over, nobody.kind, true, rules_, at);
  if (!ended) return false;
  write(link.id, ended->link);
  finish(happens_to(link, msisdn, over, at), *ended);
  return true;
}

void LinkWriter::write(std::int64_t id, const identity::LinkRecord& record) {
  run(change_link_, id, record.state, record.hold, record.made, record.since, record.hold_since,
      record.quarantine_end, std::int64_t{record.verified});
}

// With what sealed_ holds.
std::int64_t LinkWriter::add(const ChangeLink& change, const identity::LinkRecord& record) {
  const BlindIndex index = sealer_.index_of(*change.national_id);
  run(add_link_, change.msisdn, std::span<const unsigned char>(sealed_), std::span<const unsigned char>(index),
      record.state, record.hold, record.made, record.since, record.hold_since, record.quarantine_end,
      std::int64_t{record.verified});
  return std::int64_t{database_.getLastInsertRowid()};
}

// By nobody: what the writer does by itself.
LinkWriter::Event LinkWriter::happens_to(const Found& link, Msisdn msisdn, identity::LinkEvent event, WallTime at) {
  return {.id = link.id,
          .msisdn = msisdn,
          .person = link.person,
          .was = link.record.state,
          .event = event,
          .by = nobody,
          .at = at};
}

void LinkWriter::finish(const Event& what, const identity::LinkDecision& decision) {
  // The phone is shown who asks it; of all else the history tells who did it.
  const bool is_asked = identity::asks_the_phone(what.event) || what.event == identity::LinkEvent::import ||
                        what.event == identity::LinkEvent::make_unverified;
  const std::string& by_name = is_asked && !what.office.empty() ? what.office : what.by.name;
  run(add_link_event_, what.id, what.event, what.at, what.by.kind, by_name);
  run(drop_link_code_, what.id);  // it was for what the link was before
  if (decision.forget) forget_number(what.msisdn);
  // Something may have been written while the link before was being released, and until the new owner is there.
  const bool comes_to_owner = what.event == identity::LinkEvent::confirm && what.was == LinkState::pending;
  if (decision.is_new || comes_to_owner) run(drop_walks_, what.msisdn);
  // What a code has granted, or is about to, is not for whoever has the SIM now.
  const bool is_doubtful = what.event == identity::LinkEvent::hold || what.event == identity::LinkEvent::suspend;
  if (decision.is_new || comes_to_owner || is_doubtful) otp_.forget_number(what.msisdn);
  if (what.event == identity::LinkEvent::suspend) {
    run(untell_notices_, what.msisdn, what.at);
    run(drop_outbox_of_, what.msisdn);
    run(drop_mail_of_, what.msisdn);
  }
  if (what.event == identity::LinkEvent::hold) run(drop_broadcasts_to_, what.msisdn);
  tell(what);
}

// Its next owner must not meet it.
void LinkWriter::forget_number(Msisdn msisdn) {
  run(drop_walks_, msisdn);
  run(drop_locale_, msisdn);
  run(drop_subscriptions_of_, msisdn);
  run(drop_outbox_of_, msisdn);
  run(allow_broadcasts_, msisdn);
  run(drop_mail_of_, msisdn);
  run(drop_mail_address_, msisdn);
  otp_.forget_number(msisdn);
}

void LinkWriter::note_carrier(Msisdn msisdn, const std::string& carrier, WallTime at) {
  if (const auto found = find(find_current_link_, msisdn)) run(note_carrier_, found->id, carrier, at);
}

bool LinkWriter::may_debit(Msisdn msisdn) {
  const auto found = find(find_current_link_, msisdn);
  return !found || (found->record.state == LinkState::active && found->record.hold == MoneyHold::none);
}

bool LinkWriter::is_active(Msisdn msisdn, const NationalId& person) {
  const auto found = find(find_current_link_, msisdn);
  return found && found->record.state == LinkState::active && found->person == sealer_.index_of(person);
}

bool LinkWriter::is_active(Msisdn msisdn) {
  const auto found = find(find_current_link_, msisdn);
  return found && found->record.state == LinkState::active;
}

void LinkWriter::tell(const Event& what) {
  audit::Detail detail;
  if (what.was) detail.add(audit::Key::was, to_string(*what.was));
  if (!what.office.empty()) detail.add(audit::Key::office, what.office);
  audit_.append({.at = what.at,
                 .by = what.by,
                 .action = std::string(word(told_as[static_cast<std::size_t>(what.event)])),
                 .person = is_erased(what.person) ? std::string() : pseudonym_of(what.person),
                 .msisdn = pseudonym_of(sealer_.index_of(what.msisdn)),
                 .detail = detail.json().value()});
}

Result<std::vector<Msisdn>> LinkWriter::apply(const ErasePerson& change) {
  const BlindIndex person = sealer_.index_of(change.person);
  std::vector<std::int64_t> ids;
  std::vector<Msisdn> numbers;
  {
    Use use(links_of_person_, std::span<const unsigned char>(person));
    while (use.next()) {
      const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(use.integer(1)));
      if (!msisdn) return msisdn.error();
      ids.push_back(use.integer(0));
      numbers.push_back(*msisdn);
    }
  }
  for (const Msisdn msisdn : numbers) {
    const auto current = find(find_current_link_, msisdn);
    if (current && current->person == person && !end_overdue(*current, msisdn, change.at)) {
      return Error{Errc::conflict, "a link of this person is " + std::string(to_string(current->record.state)) +
                                       ": release it first"};
    }
  }
  for (const Msisdn msisdn : numbers) {
    // What is kept for a number that was linked to somebody else since, or is out of quarantine, is theirs.
    const auto last = find_last(msisdn);
    if (last && last->person == person && last->record.quarantine_end > change.at) forget_number(msisdn);
  }
  for (const std::int64_t id : ids) {
    run(drop_link_code_, id);
    run(forget_told_in_cash_, id);
    run(erase_link_, id);
  }
  return numbers;
}

Status LinkWriter::apply(const CountLinkTry& change) {
  const auto found = find(find_current_link_, change.msisdn);
  if (!found || run(count_link_try_, found->id) == 0) {
    return Error{Errc::conflict, "no code of the number has a try left"};
  }
  return {};
}

Status LinkWriter::apply(const NoteImsi& change) {
  const auto found = find(find_current_link_, change.msisdn);
  if (!found) return {};
  const BlindIndex imsi = sealer_.hash_of(HashedField::imsi, 0, change.imsi);
  if (found->imsi == imsi) return {};
  run(note_imsi_, found->id, std::span<const unsigned char>(imsi));
  if (!found->imsi) return {};
  const auto event = identity::LinkEvent::hold;
  const auto decided = identity::decide(found->record, event, nobody.kind, true, rules_, change.at);
  if (!decided || !decided->changed) return {};  // a question that is over by now, or held already
  write(found->id, decided->link);
  finish(happens_to(*found, change.msisdn, event, change.at), *decided);
  return {};
}

Result<std::vector<Msisdn>> LinkWriter::apply(const ExpireLinks& change) {
  std::vector<Msisdn> due;
  {
    Use use(unanswered_links_, change.now - rules_.question_lives,
            static_cast<std::int64_t>(ExpireLinks::at_once_max));
    while (use.next()) {
      const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(use.integer(0)));
      if (msisdn) due.push_back(*msisdn);
    }
  }
  for (const Msisdn msisdn : due) {
    const auto found = find(find_current_link_, msisdn);
    const auto event = identity::LinkEvent::expire;
    const auto decided = identity::decide(found->record, event, nobody.kind, true, rules_, change.now);
    if (!decided) return decided.error();
    write(found->id, decided->link);
    finish(happens_to(*found, msisdn, event, change.now), *decided);
  }
  return due;
}

}  // namespace shubbak::store
