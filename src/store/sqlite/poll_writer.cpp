#include "store/sqlite/poll_writer.hpp"

#include <map>

#include "audit/detail.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/poll_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

PollWriter::PollWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LinkWriter& links,
                       polls::Plan plan)
    : sealer_(sealer),
      audit_(audit),
      links_(links),
      plan_(std::move(plan)),
      definitions_(prepare(database, statement("poll_definitions"))),
      put_definition_(prepare(database, statement("put_poll_definition"))),
      drop_definition_(prepare(database, statement("drop_poll_definition"))),
      round_(prepare(database, statement("poll_round"))),
      running_(prepare(database, statement("poll_rounds_running"))),
      add_round_(prepare(database, statement("add_poll_round"))),
      end_round_(prepare(database, statement("end_poll_round"))),
      add_choice_(prepare(database, statement("add_poll_choice"))),
      add_company_(prepare(database, statement("add_poll_company"))),
      add_taken_(prepare(database, statement("add_poll_taken"))),
      forget_taken_(prepare(database, statement("forget_poll_taken"))),
      count_(prepare(database, statement("count_poll_answer"))) {}

Status PollWriter::apply(const PollChange& change) {
  return std::visit([this](const auto& one) { return carry_out(one); }, change);
}

Status PollWriter::carry_out(const AnswerPoll& change) {
  const polls::Poll* poll = polls::find_poll(plan_.polls, change.poll);
  if (poll == nullptr || poll->find_choice(change.choice) == nullptr)
    return Error{Errc::invalid, "there is no such poll, or no such choice of it"};
  if (!links_.is_active(change.msisdn, change.person))
    return Error{Errc::denied, "the number is not linked to this person, or suspended"};
  const polls::Round round = polls::round_at(*poll, change.at, plan_.utc_offset);
  const std::optional<Found> found = find(poll->name, round.number);
  if (found && found->stored.is_over) return Error{Errc::denied, "the round is over"};
  const PollKey key = found ? found->key : change.fresh_key;
  if (!found) {
    const std::int64_t first = round.first.time_since_epoch().count();
    const std::int64_t last = round.last.time_since_epoch().count();
    run(add_round_, poll->name, round.number, first, last, std::int64_t{poll->least},
        std::span<const unsigned char>(key));
  }
  const BlindIndex who = poll_taker(sealer_, key, change.person);
  if (run(add_taken_, poll->name, round.number, std::span<const unsigned char>(who)) == 0)
    return Error{Errc::conflict, "the person has answered in this round"};
  // All of them: what nobody has chosen is as rare as what few have.
  for (std::size_t place = 0; place < poll->choices.size(); ++place)
    run(add_choice_, poll->name, round.number, static_cast<std::int64_t>(place), poll->choices[place].name);
  run(count_, poll->name, round.number, change.company, change.channel, change.choice);
  return {};
}

Status PollWriter::carry_out(const TendPolls& change) {
  note_configured(change.at);
  end_rounds(change.at);
  run(forget_taken_, TendPolls::forgotten_at_once);
  return {};
}

std::optional<PollWriter::Found> PollWriter::find(const std::string& poll, std::int64_t round) {
  Use use(round_, poll, round);
  if (!use.next()) return std::nullopt;
  Found found{poll_round_in(use), {}};
  if (!found.stored.is_over) found.key = poll_key_in(use);
  return found;
}

void PollWriter::note_configured(WallTime at) {
  std::map<std::string, std::string> before;
  {
    Use use(definitions_);
    while (use.next()) before.emplace(use.text(0), use.text(1));
  }
  for (const polls::Poll& poll : plan_.polls) {
    const std::string definition = polls::definition(poll);
    const auto known = before.find(poll.name);
    const bool is_known = known != before.end() && known->second == definition;
    if (known != before.end()) before.erase(known);
    if (is_known) continue;
    run(put_definition_, poll.name, definition);
    audit::Detail detail;
    detail.add(audit::Key::choices, static_cast<std::int64_t>(poll.choices.size()))
        .add(audit::Key::days, std::int64_t{std::chrono::floor<std::chrono::days>(poll.every).count()})
        .add(audit::Key::least, std::int64_t{poll.least});
    tell(audit::Action::poll_configured, poll.name, detail, at);
  }
  for (const auto& [name, definition] : before) {
    run(drop_definition_, name);
    tell(audit::Action::poll_removed, name, audit::Detail(), at);
  }
}

void PollWriter::end_rounds(WallTime at) {
  std::vector<StoredPollRound> over;
  {
    Use use(running_);
    while (use.next()) {
      StoredPollRound one = poll_round_in(use);
      if (is_over(one, at)) over.push_back(std::move(one));
    }
  }
  for (const StoredPollRound& one : over) {
    for (const std::string& company : plan_.companies) run(add_company_, one.poll, one.round.number, company);
    run(end_round_, one.poll, one.round.number);
    // The trail takes no number of more than six digits: so the round's length, and its place among those of it.
    const std::int64_t days = (one.round.last - one.round.first).count() + 1;
    const std::int64_t place = one.round.first.time_since_epoch().count() / days;
    tell(audit::Action::poll_round_ended, one.poll,
         audit::Detail().add(audit::Key::days, days).add(audit::Key::round, place), at);
  }
}

bool PollWriter::is_over(const StoredPollRound& one, WallTime at) const {
  const polls::Poll* poll = polls::find_poll(plan_.polls, one.poll);
  return poll == nullptr || polls::is_over(one.round, *poll, at - TendPolls::grace, plan_.utc_offset);
}

void PollWriter::tell(audit::Action action, const std::string& poll, const audit::Detail& detail, WallTime at) {
  audit_.append(
      {.at = at, .by = Actor{}, .action = std::string(word(action)), .thing = poll, .detail = detail.json().value()});
}

}  // namespace shubbak::store
