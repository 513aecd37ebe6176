#include "polls/results.hpp"

#include <algorithm>
#include <map>

namespace shubbak::polls {
namespace {

using Numbers = std::vector<std::int64_t>;

bool is_enough(const Numbers& numbers, std::int64_t least) {
  return std::ranges::all_of(numbers, [least](std::int64_t one) { return one >= least; });
}

void add(Numbers& to, const Numbers& more) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += more[i];
}

// Which of some in a row are told as one: from `first` on, `count` of them; none: 0.
struct Together {
  std::size_t first = 0;
  std::size_t count = 0;

  [[nodiscard]] bool has(std::size_t i) const { return i >= first && i - first < count; }
};

// From the first that has too few of something to the last one, and as many beside these, those before first, as make
// twice `least` of each. Twice, and by their places alone: if it were by how few they are, who knows the rule could
// tell from what they come to together which of them has how many.
Together together(const std::vector<Numbers>& all, std::int64_t least) {
  const auto is_rare = [least](const Numbers& one) { return !is_enough(one, least); };
  const auto first = std::ranges::find_if(all, is_rare);
  if (first == all.end()) return {};
  const auto last = std::find_if(all.rbegin(), all.rend(), is_rare).base();  // behind it
  Together made{static_cast<std::size_t>(first - all.begin()), static_cast<std::size_t>(last - first)};
  Numbers sums(all.front().size(), 0);
  for (auto one = first; one != last; ++one) add(sums, *one);
  while (made.count < all.size() && !is_enough(sums, 2 * least)) {
    if (made.first > 0) {
      add(sums, all[--made.first]);
    } else {
      add(sums, all[made.count]);
    }
    ++made.count;
  }
  return made;
}

std::vector<Row> rows_of(const std::map<std::string, Numbers>& of, std::int64_t least) {
  std::vector<Numbers> all;
  all.reserve(of.size());
  for (const auto& [name, numbers] : of) all.push_back(numbers);
  const Together others = together(all, least);
  if (others.count == all.size()) return {};
  std::vector<Row> told;
  Row rest{std::nullopt, Numbers(all.front().size(), 0)};
  std::size_t place = 0;
  for (const auto& [name, numbers] : of) {
    if (others.has(place++)) {
      add(rest.answers, numbers);
    } else {
      told.push_back({name, numbers});
    }
  }
  if (others.count > 0) told.push_back(std::move(rest));
  // What one row alone would tell is what is told of all.
  if (told.size() == 1) told.clear();
  return told;
}

}  // namespace

std::optional<Results> results(const Possible& possible, std::span<const Count> counts, std::int64_t least) {
  const std::vector<std::string>& choices = possible.choices;
  const auto place_of = [&choices](const Count& count) {
    return static_cast<std::size_t>(std::ranges::find(choices, count.choice) - choices.begin());
  };
  std::vector<Numbers> by_choice(choices.size(), Numbers{0});
  std::int64_t answers = 0;
  for (const Count& count : counts) {
    const std::size_t place = place_of(count);
    if (place == choices.size()) continue;
    by_choice[place].front() += count.answers;
    answers += count.answers;
  }
  if (answers < least) return std::nullopt;

  Results made{.answers = answers, .choices = {}, .all = {}};
  const Together rare = together(by_choice, least);
  std::vector<std::size_t> group_of;  // by the choice's place
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!rare.has(i) || i == rare.first) made.choices.emplace_back();
    made.choices.back().push_back(choices[i]);
    group_of.push_back(made.choices.size() - 1);
  }

  const Numbers none(made.choices.size(), 0);
  made.all = none;
  std::map<std::string, Numbers> by_company;
  std::map<std::string, Numbers> by_channel;
  for (const std::string& company : possible.companies) by_company.emplace(company, none);
  for (const std::string_view channel : channel_names) by_channel.emplace(channel, none);
  for (const Count& count : counts) {
    const std::size_t place = place_of(count);
    if (place == choices.size()) continue;
    const std::string channel(channel_names[static_cast<std::size_t>(count.channel)]);
    for (Numbers* numbers : {&made.all, &by_company.try_emplace(count.company, none).first->second,
                             &by_channel.try_emplace(channel, none).first->second})
      (*numbers)[group_of[place]] += count.answers;
  }
  if (!by_company.empty()) made.by_company = rows_of(by_company, least);
  made.by_channel = rows_of(by_channel, least);
  return made;
}

}  // namespace shubbak::polls
