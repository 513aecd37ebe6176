#include "store/sqlite/poll_reader.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/poll_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

PollReader::PollReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      round_(prepare(database, statement("poll_round"))),
      rounds_(prepare(database, statement("poll_rounds"))),
      taken_(prepare(database, statement("poll_taken"))),
      choices_(prepare(database, statement("poll_choices"))),
      companies_(prepare(database, statement("poll_companies"))),
      counts_(prepare(database, statement("poll_counts"))),
      count_answers_(prepare(database, statement("count_poll_answers"))) {}

Result<bool> PollReader::has_answered(const std::string& poll, std::int64_t round, const NationalId& person) {
  return guarded("looking whether a poll was answered", [&]() -> Result<bool> {
    Use found(round_, poll, round);
    if (!found.next()) return false;
    if (found.is_null(5)) return Error{Errc::denied, "the round is over"};
    const BlindIndex who = poll_taker(sealer_, poll_key_in(found), person);
    const std::span<const unsigned char> octets(who);
    Use use(taken_, poll, round, octets);
    return use.next();
  });
}

Result<std::vector<StoredPollRound>> PollReader::poll_rounds() {
  return guarded("listing rounds of polls", [&]() -> Result<std::vector<StoredPollRound>> {
    std::vector<StoredPollRound> all;
    Use use(rounds_);
    while (use.next()) all.push_back(poll_round_in(use));
    return all;
  });
}

Result<PollSums> PollReader::poll_sums(const std::string& poll, std::int64_t round) {
  return guarded("adding up the answers to a poll", [&]() -> Result<PollSums> {
    {
      Use found(round_, poll, round);
      if (!found.next() || !found.is_null(5)) return Error{Errc::denied, "the round is not over"};
    }
    PollSums sums;
    Use choices(choices_, poll, round);
    while (choices.next()) sums.possible.choices.push_back(choices.text(0));
    Use companies(companies_, poll, round);
    while (companies.next()) sums.possible.companies.push_back(companies.text(0));
    Use counts(counts_, poll, round);
    while (counts.next()) {
      const auto channel = counts.integer(1) == 0 ? polls::Channel::ussd : polls::Channel::sms;
      sums.counts.push_back({counts.text(0), channel, counts.text(2), counts.integer(3)});
    }
    return sums;
  });
}

Result<std::vector<std::pair<std::string, std::int64_t>>> PollReader::count_poll_answers() {
  using Counts = std::vector<std::pair<std::string, std::int64_t>>;
  return guarded("counting answers to polls", [&]() -> Result<Counts> {
    Counts all;
    Use use(count_answers_);
    while (use.next()) all.emplace_back(use.text(0), use.integer(1));
    return all;
  });
}

}  // namespace shubbak::store
