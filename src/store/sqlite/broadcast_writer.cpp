#include "store/sqlite/broadcast_writer.hpp"

#include <algorithm>
#include <cstdlib>

#include "audit/detail.hpp"
#include "broadcasts/receipt_key.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/segment_terms.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::chrono::hours receipt_awaited{3 * 24};
const Actor by_itself{Actor::Kind::system, {}};

std::optional<audit::Action> told_of(broadcasts::Act act) {
  switch (act) {
    case broadcasts::Act::propose:
      return audit::Action::broadcast_proposed;
    case broadcasts::Act::approve:
      return audit::Action::broadcast_approved;
    case broadcasts::Act::reject:
      return audit::Action::broadcast_rejected;
    case broadcasts::Act::pause:
      return audit::Action::broadcast_paused;
    case broadcasts::Act::resume:
      return audit::Action::broadcast_resumed;
    case broadcasts::Act::cancel:
      return audit::Action::broadcast_cancelled;
    case broadcasts::Act::start:
      return std::nullopt;  // who approved it is told
    case broadcasts::Act::finish:
      return audit::Action::broadcast_done;
    case broadcasts::Act::expire:
      return audit::Action::broadcast_expired;
  }
  std::abort();
}

Error no_broadcast(std::int64_t number) {
  return Error{Errc::not_found, "there is no broadcast " + std::to_string(number)};
}

std::optional<WallTime> end_of(broadcasts::State state, WallTime at) {
  return broadcasts::is_over(state) ? std::optional(at) : std::nullopt;
}

}  // namespace

BroadcastWriter::BroadcastWriter(const SQLite::Database& database, AuditWriter& audit, LinkWriter& links)
    : audit_(audit),
      links_(links),
      next_(prepare(database, statement("next_broadcast"))),
      add_(prepare(database, statement("add_broadcast"))),
      add_text_(prepare(database, statement("add_broadcast_text"))),
      find_(prepare(database, statement("broadcast_standing"))),
      count_open_(prepare(database, statement("count_open_broadcasts"))),
      count_started_(prepare(database, statement("count_started_broadcasts"))),
      set_state_(prepare(database, statement("set_broadcast_state"))),
      propose_(prepare(database, statement("propose_broadcast"))),
      decide_(prepare(database, statement("decide_broadcast"))),
      add_lane_(prepare(database, statement("add_broadcast_lane"))),
      lanes_(prepare(database, statement("broadcast_lanes"))),
      candidates_(prepare(database, statement("broadcast_candidates"))),
      move_lane_(prepare(database, statement("move_broadcast_lane"))),
      waiting_(prepare(database, statement("count_broadcast_waiting"))),
      count_lane_(prepare(database, statement("count_broadcast_lane"))),
      expire_waiting_(prepare(database, statement("expire_broadcast_waiting"))),
      drop_waiting_(prepare(database, statement("drop_broadcast_waiting"))),
      of_outbox_(prepare(database, statement("broadcast_of_outbox"))),
      await_receipt_(prepare(database, statement("await_broadcast_receipt"))),
      awaited_receipt_(prepare(database, statement("awaited_broadcast_receipt"))),
      drop_receipt_(prepare(database, statement("drop_broadcast_receipt"))),
      drop_receipts_(prepare(database, statement("drop_broadcast_receipts"))),
      refuse_(prepare(database, statement("refuse_broadcasts"))),
      allow_(prepare(database, statement("allow_broadcasts"))),
      drop_waiting_to_(prepare(database, statement("drop_broadcasts_to"))) {}

Status BroadcastWriter::apply(const BroadcastChange& change, Committed& committed) {
  if (const auto* drafted = std::get_if<DraftBroadcast>(&change)) return carry_out(*drafted, committed);
  if (const auto* act = std::get_if<ActOnBroadcast>(&change)) return carry_out(*act);
  if (const auto* tended = std::get_if<TendBroadcast>(&change)) return carry_out(*tended);
  if (const auto* receipt = std::get_if<NoteBroadcastReceipt>(&change)) return carry_out(*receipt);
  if (const auto* stale = std::get_if<DropBroadcastReceipts>(&change)) return carry_out(*stale);
  return carry_out(std::get<ChooseBroadcasts>(change));
}

Status BroadcastWriter::carry_out(const DraftBroadcast& change, Committed& committed) {
  if (counted(count_open_) >= static_cast<std::int64_t>(broadcasts::Limits::open_max)) {
    return Error{Errc::conflict, std::to_string(broadcasts::Limits::open_max) +
                                     " broadcasts are not over: cancel those that nobody needs"};
  }
  const std::int64_t number = counted(next_);
  const broadcasts::Segment& segment = change.segment;
  const std::int64_t is_whole_company = segment.is_whole_company ? 1 : 0;
  run(add_, number, change.kind, segment.operator_name, segment.locale, segment.company, segment.governorate,
      is_whole_company, segment.cases.kind, segment.cases.area, segment.cases.directorate, segment.cases.office,
      change.default_locale, change.by.name, change.at, change.expires);
  for (const broadcasts::Text& one : change.texts) run(add_text_, number, one.locale, one.text);
  tell(audit::Action::broadcast_drafted, number, change.kind, change.by, change.at);
  committed.broadcast = number;
  return {};
}

Status BroadcastWriter::carry_out(const ActOnBroadcast& change) {
  const auto row = find(change.number);
  if (!row) return no_broadcast(change.number);
  const auto state = broadcasts::decide({row->state, row->author, row->proposer, row->expires}, change.act,
                                        change.by.name, change.at);
  if (!state.ok()) return state.error();
  const Done done{change.number, *row, change.act, *state, change.by, change.at};
  if (change.act == broadcasts::Act::approve) {
    if (Status approved = approve(done, change.operators); !approved.ok()) return approved;
  }
  finish(done);
  return {};
}

// Which operators tell it, and which numbers, is said once: a configuration that changes meanwhile tells nobody
// twice.
Status BroadcastWriter::approve(const Done& done, const std::vector<std::string>& operators) {
  if (counted(count_started_) >= static_cast<std::int64_t>(broadcasts::Limits::started_max)) {
    return Error{Errc::conflict, std::to_string(broadcasts::Limits::started_max) +
                                     " broadcasts go on already: wait for the end of one, or cancel it"};
  }
  const std::string& only = done.row.segment.operator_name;
  if (!only.empty()) {
    run(add_lane_, done.number, only, std::int64_t{0});
    return {};
  }
  for (std::size_t i = 0; i < operators.size(); ++i) run(add_lane_, done.number, operators[i], std::int64_t{i == 0});
  return {};
}

void BroadcastWriter::finish(const Done& done) {
  const auto ended = end_of(done.state, done.at);
  switch (done.act) {
    case broadcasts::Act::propose:
      run(propose_, done.number, done.state, done.by.name);
      break;
    case broadcasts::Act::approve:
    case broadcasts::Act::reject:
      run(decide_, done.number, done.state, done.by.name, done.at, ended);
      break;
    case broadcasts::Act::cancel:
      run(drop_waiting_, done.number);
      run(set_state_, done.number, done.state, ended);
      break;
    case broadcasts::Act::expire:
      run(expire_waiting_, done.number);
      run(drop_waiting_, done.number);
      run(set_state_, done.number, done.state, ended);
      break;
    case broadcasts::Act::pause:
    case broadcasts::Act::resume:
    case broadcasts::Act::start:
    case broadcasts::Act::finish:
      run(set_state_, done.number, done.state, ended);
      break;
  }
  if (const auto action = told_of(done.act)) tell(*action, done.number, done.row.kind, done.by, done.at);
}

Status BroadcastWriter::carry_out(const TendBroadcast& change) {
  const auto row = find(change.number);
  if (!row) return no_broadcast(change.number);
  std::optional<broadcasts::Act> due;
  if (change.at >= row->expires) {
    due = broadcasts::Act::expire;
  } else if (row->state == broadcasts::State::approved) {
    due = broadcasts::Act::start;
  } else if (row->state == broadcasts::State::running) {
    const std::vector<Lane> lanes = lanes_of(change.number);
    if (std::ranges::all_of(lanes, &Lane::is_over) && waiting(change.number, {}) == 0) due = broadcasts::Act::finish;
  }
  if (!due || broadcasts::is_over(row->state)) return {};
  const auto state =
      broadcasts::decide({row->state, row->author, row->proposer, row->expires}, *due, by_itself.name, change.at);
  if (!state.ok()) return state.error();
  finish({change.number, *row, *due, *state, by_itself, change.at});
  return {};
}

Result<BroadcastWriter::Batch> BroadcastWriter::next_batch(const PrepareBroadcast& change, Committed& committed) {
  const auto row = find(change.number);
  if (!row) return no_broadcast(change.number);
  if (row->state != broadcasts::State::running || change.at >= row->expires)
    return Error{Errc::conflict, "the broadcast does not run"};
  const std::vector<Lane> lanes = lanes_of(change.number);
  const auto lane = std::ranges::find(lanes, change.operator_name, &Lane::operator_name);
  if (lane == lanes.end()) return Error{Errc::not_found, "the broadcast is not told by " + change.operator_name};
  BroadcastPrepared prepared{.is_over = lane->is_over};
  Batch batch{{}, row->expires};
  const std::int64_t room =
      std::min(change.recipients_max, change.waiting_max - waiting(change.number, change.operator_name));
  if (!lane->is_over && room > 0) take(change, *row, lanes, *lane, room, batch, prepared);
  committed.prepared = prepared;
  return batch;
}

void BroadcastWriter::take(const PrepareBroadcast& change, const Row& row, const std::vector<Lane>& lanes,
                           const Lane& lane, std::int64_t room, Batch& batch, BroadcastPrepared& prepared) {
  std::int64_t link = lane.link;
  prepared.is_over = true;
  {
    const SegmentTerms of(row.segment);
    Use use(candidates_, lane.link, row.link_max, row.decided, row.default_locale, PrepareBroadcast::looked_at_max,
            of.notices_of, of.governorate, of.is_whole_company, of.is_by_cases, of.cases_of, of.cases.kind,
            of.cases.area, of.cases.directorate, of.cases.office);
    while (use.next()) {
      if (prepared.told == room) {
        prepared.is_over = false;
        break;
      }
      ++prepared.looked_at;
      link = use.integer(0);
      const std::string carrier = use.text(2);
      const bool is_of_others =
          lane.takes_others && std::ranges::find(lanes, carrier, &Lane::operator_name) == lanes.end();
      const std::string locale = use.text(3);
      const bool reads_it = row.segment.locale.empty() || locale == row.segment.locale;
      const auto to = Msisdn::from_value(static_cast<std::uint64_t>(use.integer(1)));
      if (use.integer(4) == 0 || !reads_it || !to.ok() || (carrier != lane.operator_name && !is_of_others)) continue;
      batch.recipients.push_back({*to, &broadcasts::text_in(change.texts, locale, row.default_locale)});
      ++prepared.told;
    }
  }
  if (prepared.looked_at == PrepareBroadcast::looked_at_max) prepared.is_over = false;
  run(move_lane_, change.number, lane.operator_name, link, std::int64_t{prepared.is_over}, prepared.told);
}

void BroadcastWriter::count(std::int64_t outbox_id, const BroadcastOutcome& outcome) {
  std::int64_t number = 0;
  std::string link;
  {
    Use use(of_outbox_, outbox_id);
    if (!use.next()) return;
    number = use.integer(0);
    link = use.text(1);
  }
  if (number == 0) return;
  using What = BroadcastOutcome::What;
  const std::int64_t none = 0;
  const int counted = run(count_lane_, number, link, std::int64_t{outcome.what == What::sent}, none,
                          std::int64_t{outcome.what == What::failed}, std::int64_t{outcome.what == What::expired});
  if (counted == 0) return;
  const std::string message = broadcasts::receipt_key(outcome.message_id);
  if (outcome.what == What::sent && !message.empty())
    run(await_receipt_, link, message, number, outcome.at + receipt_awaited);
}

Status BroadcastWriter::carry_out(const NoteBroadcastReceipt& change) {
  for (const std::string& message : broadcasts::receipt_keys(change.message_id)) {
    std::int64_t number = 0;
    {
      Use use(awaited_receipt_, change.link, message);
      if (use.next()) number = use.integer(0);
    }
    if (number == 0) continue;
    const std::int64_t none = 0;
    run(count_lane_, number, change.link, none, std::int64_t{change.fate == BroadcastFate::delivered},
        std::int64_t{change.fate == BroadcastFate::failed}, std::int64_t{change.fate == BroadcastFate::expired});
    run(drop_receipt_, change.link, message);
    return {};
  }
  return {};
}

Status BroadcastWriter::carry_out(const DropBroadcastReceipts& change) {
  run(drop_receipts_, change.now, DropBroadcastReceipts::at_once_max);
  return {};
}

Status BroadcastWriter::carry_out(const ChooseBroadcasts& change) {
  if (!links_.is_active(change.msisdn, change.person))
    return Error{Errc::denied, "the number is not linked to this person, or suspended"};
  if (change.refuses) {
    run(refuse_, change.msisdn, change.at);
    run(drop_waiting_to_, change.msisdn);
  } else {
    run(allow_, change.msisdn);
  }
  if (!change.carrier.empty()) links_.note_carrier(change.msisdn, change.carrier, change.at);
  return {};
}

std::optional<BroadcastWriter::Row> BroadcastWriter::find(std::int64_t number) {
  Use use(find_, number);
  if (!use.next()) return std::nullopt;
  constexpr int first = segment_columns;
  return Row{.state = code_in<broadcasts::State>(use, first),
             .author = use.text(first + 1),
             .proposer = use.text(first + 2),
             .expires = use.time(first + 3),
             .kind = code_in<broadcasts::Kind>(use, first + 4),
             .segment = segment_in(use),
             .default_locale = use.text(first + 5),
             .decided = use.time(first + 6),
             .link_max = use.integer(first + 7)};
}

std::vector<BroadcastWriter::Lane> BroadcastWriter::lanes_of(std::int64_t number) {
  std::vector<Lane> lanes;
  Use use(lanes_, number);
  while (use.next()) lanes.push_back({use.text(0), use.integer(1) != 0, use.integer(2) != 0, use.integer(3)});
  return lanes;
}

// "": by any operator.
std::int64_t BroadcastWriter::waiting(std::int64_t number, const std::string& operator_name) {
  Use use(waiting_, number, operator_name);
  use.next();
  return use.integer(0);
}

std::int64_t BroadcastWriter::counted(SQLite::Statement& statement) {
  Use use(statement);
  use.next();
  return use.integer(0);
}

void BroadcastWriter::tell(audit::Action action, std::int64_t number, broadcasts::Kind kind, const Actor& by,
                           WallTime at) {
  audit_.append({.at = at,
                 .by = by,
                 .action = std::string(word(action)),
                 .thing = broadcast_key(number),
                 .detail = audit::Detail().add(audit::Key::purpose, to_string(kind)).json().value()});
}

}  // namespace shubbak::store
