#include "broadcasts/cost.hpp"

#include <algorithm>

namespace shubbak::broadcasts {
namespace {

// `to` + `count` * `each`, if that can be counted.
bool add_product(std::int64_t& to, std::int64_t count, std::int64_t each) {
  std::int64_t product = 0;
  return !__builtin_mul_overflow(count, each, &product) && !__builtin_add_overflow(to, product, &to);
}

}  // namespace

Result<std::int64_t> parts_of(std::string_view text, const Way& way) {
  // What the SMSC cuts by itself it cuts, and charges, as the others are cut here.
  const bool smsc_cuts = way.long_text == smpp::LongTextMethod::message_payload;
  const auto method = smsc_cuts ? smpp::LongTextMethod::udh8 : way.long_text;
  const auto parts = smpp::split_text(text, method, 0, way.default_alphabet, way.parts_max);
  if (parts) return static_cast<std::int64_t>(parts->size());
  return Error{Errc::limit, "the text needs more than the " + std::to_string(way.parts_max) +
                                " short messages that " + way.operator_name + " takes of one: shorten it"};
}

Result<Estimate> estimate(std::span<const Group> groups, const TextOf& text_of, std::span<const Way> ways) {
  if (ways.empty()) return Error{Errc::invalid, "there is no operator to tell anybody"};
  Estimate whole;
  for (const Group& group : groups) {
    const auto known = std::ranges::find(ways, group.operator_name, &Way::operator_name);
    const Way& way = known == ways.end() ? ways.front() : *known;
    const auto parts = parts_of(text_of(way.operator_name, group.locale), way);
    if (!parts) return parts.error();
    std::int64_t of_group = 0;
    const bool is_counted =
        add_product(of_group, group.recipients, *parts) && add_product(whole.recipients, group.recipients, 1) &&
        add_product(whole.parts, of_group, 1) && add_product(whole.cost, of_group, way.price_per_part);
    if (!is_counted) return Error{Errc::limit, "it costs more than can be counted"};
  }
  return whole;
}

}  // namespace shubbak::broadcasts
