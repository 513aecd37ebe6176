// What is told of answers: nothing that fewer persons have said than may be told of, by whatever is worked out of it.
#include "polls/results.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

namespace shubbak::polls {
namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;

const Names three_choices{"good", "fair", "bad"};

std::vector<Count> answered(const std::string& company, Channel channel, const Numbers& by_choice) {
  std::vector<Count> counts;
  for (std::size_t i = 0; i < by_choice.size(); ++i) {
    if (by_choice[i] > 0) counts.push_back({company, channel, three_choices[i], by_choice[i]});
  }
  return counts;
}
std::vector<Count> both(std::vector<Count> one, const std::vector<Count>& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

// --- what can be worked out of numbers: whether a sum of cells is a combination of sums that were told
using Vector = std::vector<std::int64_t>;
constexpr std::int64_t prime = 1'000'003;

std::int64_t inverse_of(std::int64_t number) {
  std::int64_t inverse = 1;
  for (std::int64_t exponent = prime - 2, base = number; exponent > 0; exponent /= 2, base = base * base % prime) {
    if (exponent % 2 == 1) inverse = inverse * base % prime;
  }
  return inverse;
}

// All combinations of some vectors, modulo a prime: more than there are in whole numbers, never fewer.
class Span {
 public:
  void add(Vector vector) {
    reduce(vector);
    const auto lead = std::ranges::find_if(vector, [](std::int64_t one) { return one != 0; });
    if (lead == vector.end()) return;
    const std::int64_t inverse = inverse_of(*lead);
    const auto at = static_cast<std::size_t>(lead - vector.begin());
    for (std::int64_t& one : vector) one = one * inverse % prime;
    basis_.emplace(at, std::move(vector));
  }
  [[nodiscard]] bool has(Vector vector) const {
    reduce(vector);
    return std::ranges::all_of(vector, [](std::int64_t one) { return one == 0; });
  }

 private:
  void reduce(Vector& vector) const {
    for (const auto& [lead, row] : basis_) {
      const std::int64_t factor = vector[lead];
      for (std::size_t i = lead; factor != 0 && i < vector.size(); ++i)
        vector[i] = (vector[i] + (prime - factor) * row[i]) % prime;
    }
  }
  std::map<std::size_t, Vector> basis_;  // by the place of the first that is not 0, which is 1
};

// A town's answers, with every cell that there could be.
struct Cube {
  Names choices;
  Names companies;
  std::vector<Count> cells;  // also those with none

  template <class Which>
  [[nodiscard]] Vector sum_over(const Which& which) const {
    Vector vector(cells.size(), 0);
    for (std::size_t i = 0; i < cells.size(); ++i) vector[i] = which(cells[i]) ? 1 : 0;
    return vector;
  }
  [[nodiscard]] std::int64_t value_of(const Vector& sum) const {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) value += sum[i] * cells[i].answers;
    return value;
  }
};

Cube some_cube(std::mt19937& random) {
  const auto below = [&random](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
  Cube cube;
  for (std::uint32_t i = 0, count = 2 + below(4); i < count; ++i)
    cube.choices.push_back("choice_" + std::to_string(i));
  for (std::uint32_t i = 0, count = 1 + below(4); i < count; ++i)
    cube.companies.push_back("town_" + std::to_string(i));
  const std::uint32_t usual = 1 + below(30);
  for (const std::string& company : cube.companies) {
    const std::uint32_t of_company = below(4) == 0 ? 2 : usual;
    for (const Channel channel : {Channel::ussd, Channel::sms}) {
      for (const std::string& choice : cube.choices) {
        const std::uint32_t most = below(5) == 0 ? 2 : of_company;
        cube.cells.push_back({company, channel, choice, std::int64_t{below(most)}});
      }
    }
  }
  return cube;
}

struct Told {
  Vector sum;
  std::int64_t value = 0;
};

std::string channel_of(const Count& cell) {
  return std::string(channel_names[static_cast<std::size_t>(cell.channel)]);
}
std::string company_of(const Count& cell) {
  return cell.company;
}

std::vector<Told> told_by(const Cube& cube, const Results& results) {
  std::vector<Told> all{{cube.sum_over([](const Count&) { return true; }), results.answers}};
  const auto add = [&](const Numbers& numbers, const auto& is_of) {
    REQUIRE(numbers.size() == results.choices.size());
    for (std::size_t g = 0; g < numbers.size(); ++g) {
      const Names& group = results.choices[g];
      all.push_back({cube.sum_over([&](const Count& cell) {
                       return is_of(cell) && std::ranges::find(group, cell.choice) != group.end();
                     }),
                     numbers[g]});
    }
  };
  add(results.all, [](const Count&) { return true; });
  const auto add_rows = [&](const std::vector<Row>& rows, const auto& name_of) {
    std::set<std::string> named;
    for (const Row& row : rows) {
      if (row.of) named.insert(*row.of);
    }
    for (const Row& row : rows)
      add(row.answers,
          [&](const Count& cell) { return row.of ? name_of(cell) == *row.of : !named.contains(name_of(cell)); });
  };
  add_rows(results.by_company, company_of);
  add_rows(results.by_channel, channel_of);
  return all;
}

// Everything that somebody might want to know: of one cell, of a choice, company or channel, or of two of them.
std::vector<Vector> wanted_of(const Cube& cube) {
  std::vector<Vector> wanted;
  for (const Count& of : cube.cells) {
    for (unsigned by = 1; by < 8; ++by) {
      wanted.push_back(cube.sum_over([&](const Count& cell) {
        return ((by & 1U) == 0 || cell.choice == of.choice) && ((by & 2U) == 0 || cell.company == of.company) &&
               ((by & 4U) == 0 || cell.channel == of.channel);
      }));
    }
  }
  return wanted;
}

}  // namespace

TEST_CASE("what enough persons have said is told, by company and by channel too") {
  const auto counts =
      both(answered("aleppo", Channel::ussd, {40, 20, 10}), answered("homs", Channel::sms, {30, 10, 11}));
  const auto told = results({three_choices, {"aleppo", "homs"}}, counts, 10);
  REQUIRE(told);
  CHECK(told->answers == 121);
  CHECK(told->choices == std::vector<Names>{{"good"}, {"fair"}, {"bad"}});
  CHECK(told->all == Numbers{70, 30, 21});
  CHECK(told->by_company == std::vector<Row>{{"aleppo", {40, 20, 10}}, {"homs", {30, 10, 11}}});
  CHECK(told->by_channel == std::vector<Row>{{"sms", {30, 10, 11}}, {"ussd", {40, 20, 10}}});
}

TEST_CASE("a rare choice is told together with the one beside it, so that no difference tells it") {
  const auto told_of = [](const Numbers& by_choice) {
    return *results({three_choices, {}}, answered("", Channel::ussd, by_choice), 10);
  };
  const Results told = told_of({100, 50, 3});
  CHECK(told.choices == std::vector<Names>{{"good"}, {"fair", "bad"}});
  CHECK(told.all == Numbers{100, 53});
  CHECK(told_of({100, 50, 0}).all == Numbers{100, 50});
  CHECK(told_of({3, 50, 100}).choices == std::vector<Names>{{"good", "fair"}, {"bad"}});
  CHECK(told_of({100, 3, 50}).choices == std::vector<Names>{{"good", "fair"}, {"bad"}});
  // Together they are at least twice as many, and what lies between two rare ones is told with them.
  CHECK(told_of({100, 17, 3}).choices == std::vector<Names>{{"good"}, {"fair", "bad"}});
  CHECK(told_of({100, 16, 3}).choices == std::vector<Names>{three_choices});
  CHECK(told_of({9, 100, 9}).choices == std::vector<Names>{three_choices});
}

TEST_CASE("fewer answers than may be told of are not told at all") {
  CHECK_FALSE(results({three_choices, {"aleppo"}}, {}, 10));
  CHECK_FALSE(results({three_choices, {"aleppo"}}, answered("aleppo", Channel::ussd, {9, 0, 0}), 10));
  const auto just = results({three_choices, {"aleppo"}}, answered("aleppo", Channel::ussd, {9, 0, 1}), 10);
  REQUIRE(just);
  CHECK(just->choices == std::vector<Names>{three_choices});
  CHECK(just->all == Numbers{10});
}

TEST_CASE("a company with too few is told with the one beside it, and no channel that nobody used") {
  const Names companies{"aleppo", "damascus", "homs"};
  auto counts =
      both(answered("aleppo", Channel::ussd, {40, 40, 40}), answered("damascus", Channel::ussd, {20, 20, 20}));
  counts = both(counts, answered("homs", Channel::ussd, {30, 30, 2}));
  const auto told = results({three_choices, companies}, counts, 10);
  REQUIRE(told);
  CHECK(told->by_company == std::vector<Row>{{"aleppo", {40, 40, 40}}, {std::nullopt, {50, 50, 22}}});
  CHECK(told->by_channel.empty());
  counts = both(answered("aleppo", Channel::ussd, {40, 40, 40}), answered("homs", Channel::ussd, {30, 30, 2}));
  CHECK(results({three_choices, {"aleppo", "homs"}}, counts, 10)->by_company.empty());
}

TEST_CASE("that nobody of a company has answered is not told either") {
  const auto counts =
      both(answered("aleppo", Channel::ussd, {40, 40, 40}), answered("homs", Channel::sms, {20, 20, 20}));
  const auto told = results({three_choices, {"aleppo", "damascus", "homs"}}, counts, 10);
  REQUIRE(told);
  CHECK(told->by_company == std::vector<Row>{{"homs", {20, 20, 20}}, {std::nullopt, {40, 40, 40}}});
}

TEST_CASE("of whatever is told, nothing can be worked out that fewer have said than may be told of") {
  std::mt19937 random(20261127);
  std::size_t with_rows = 0;
  std::size_t with_others = 0;
  std::size_t rare = 0;
  for (int i = 0; i < 400; ++i) {
    INFO(i);
    const Cube cube = some_cube(random);
    const std::int64_t least = 2 + static_cast<std::int64_t>(random() % 9);
    const auto made = results({cube.choices, cube.companies}, cube.cells, least);
    const std::int64_t all = cube.value_of(cube.sum_over([](const Count&) { return true; }));
    CHECK(made.has_value() == (all >= least));
    if (!made) continue;
    Span span;
    for (const Told& told : told_by(cube, *made)) {
      CHECK(told.value == cube.value_of(told.sum));
      CHECK(told.value >= least);
      span.add(told.sum);
    }
    std::size_t worked_out = 0;
    for (const Vector& wanted : wanted_of(cube)) {
      if (cube.value_of(wanted) < least && span.has(wanted)) ++worked_out;
    }
    CHECK(worked_out == 0);
    if (!made->by_company.empty()) ++with_rows;
    if (std::ranges::any_of(made->by_company, [](const Row& row) { return !row.of; })) ++with_others;
    if (made->choices.size() < cube.choices.size()) ++rare;
  }
  // The towns were such that each way of telling was met.
  CHECK(with_rows > 20);
  CHECK(with_others > 10);
  CHECK(rare > 20);
}

TEST_CASE("who knows the rule, and what is told, still knows no choice that is told with others") {
  constexpr std::int64_t least = 3;
  constexpr std::int64_t most = 12;
  // By what is told: how often each choice may have been made.
  std::map<std::string, std::array<std::set<std::int64_t>, 3>> met;
  for (std::int64_t good = 0; good <= most; ++good) {
    for (std::int64_t fair = 0; good + fair <= most; ++fair) {
      for (std::int64_t bad = 0; good + fair + bad <= most; ++bad) {
        const Numbers values{good, fair, bad};
        const auto told = results({three_choices, {}}, answered("", Channel::ussd, values), least);
        if (!told || told->choices.size() == three_choices.size()) continue;
        std::string key;
        for (std::size_t g = 0; g < told->choices.size(); ++g) {
          for (const std::string& choice : told->choices[g]) key += choice + " ";
          key += std::to_string(told->all[g]) + ", ";
        }
        for (std::size_t i = 0; i < values.size(); ++i) met[key][i].insert(values[i]);
      }
    }
  }
  REQUIRE(met.size() > 10);
  for (const auto& [key, values] : met) {
    INFO(key);
    // At most one choice is told alone, and so is known.
    CHECK(std::ranges::count_if(values, [](const auto& possible) { return possible.size() == 1; }) ==
          (key.find(',') + 2 == key.size() ? 0 : 1));
  }
}

}  // namespace shubbak::polls
