// The bodies of the API for water for tankers (message.hpp). Volumes are gallons.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "admin/fill_service.hpp"
#include "admin/refund_bodies.hpp"

namespace shubbak::admin {

inline constexpr TextRule fill_code_rule{.letters_max = 32};
inline constexpr TextRule fill_key_rule{.letters_max = store::RedeemFill::key_octets_max};
inline constexpr std::array<std::string_view, 4> fill_state_names{"unused", "redeemed", "expired", "refunded"};
inline constexpr TextRule fill_state_rule{.letters_max = 8, .words = fill_state_names};
// Locked is an error; the rest in the order of vouchers::FillVerdict.
inline constexpr std::array<std::string_view, 5> fill_outcome_names{"redeemed", "refused", "locked", "too_much",
                                                                    "only_whole"};
inline constexpr TextRule fill_outcome_rule{.letters_max = 10, .words = fill_outcome_names};

struct RedeemFillBody {
  std::string code;
  std::string key;
  std::optional<std::int64_t> gallons;
  std::optional<std::string> office;
};
template <class V>
void describe(V& v, RedeemFillBody& b) {
  v.text("code", b.code, fill_code_rule, "12 digits, as whoever has bought the water reads them out");
  v.text("key", b.key, fill_key_rule,
         "of this request, 1 to 64 letters, digits and . _ -: asked again with the same, it is answered as first");
  v.optional_number("gallons", b.gallons, "to be taken now; without, all that is left");
  v.optional_text("office", b.office, name_rule, "the station, where the account's roles name several");
}
struct RedeemFillShown {
  std::string outcome;
  std::optional<std::string> receipt;
  std::optional<std::int64_t> gallons;
  std::optional<std::int64_t> left;
  std::optional<std::string> at;
  std::optional<bool> repeated;
};
RedeemFillShown shown(const store::FillRedemption& done);
template <class V>
void describe(V& v, RedeemFillShown& b) {
  v.text("outcome", b.outcome, fill_outcome_rule,
         "redeemed: fill it; refused: no such code, or it is used or over; too_much: less is left; only_whole: all "
         "that is left is taken here, or nothing");
  v.optional_text("receipt", b.receipt, receipt_rule, "redeemed: that it was paid with");
  v.optional_number("gallons", b.gallons, "redeemed: to be filled");
  v.optional_number("left", b.left, "redeemed: what the code is good for still");
  v.optional_text("at", b.at, time_rule, "redeemed: when");
  v.optional_truth("repeated", b.repeated,
                   "redeemed: whether it was answered so before, under this key: what was filled then is not filled "
                   "again");
}

struct FillsBody {
  std::optional<std::string> receipt;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, FillsBody& b) {
  v.optional_text("receipt", b.receipt, receipt_rule, "only that one, with what stations took of it");
  v.optional_number("after", b.after, "behind this place: `number` of the last one of the page before");
}
struct FillTakenShown {
  std::string account;
  std::string office;
  std::int64_t gallons = 0;
  std::string at;
};
template <class V>
void describe(V& v, FillTakenShown& b) {
  v.text("account", b.account, name_rule, "of the station");
  v.text("office", b.office, TextRule{.letters_min = 0, .letters_max = 64}, "the station; empty: none in particular");
  v.number("gallons", b.gallons, "taken");
  v.text("at", b.at, time_rule, "when");
}
struct FillShown {
  std::int64_t number = 0;
  std::string receipt;
  std::string state;
  std::int64_t gallons = 0;
  std::int64_t left = 0;
  std::string bought;
  std::string expires;
  std::vector<FillTakenShown> taken;
};
FillShown shown(const FillTold& told, WallTime now);
template <class V>
void describe(V& v, FillShown& b) {
  v.number("number", b.number, "ascending");
  v.text("receipt", b.receipt, receipt_rule, "that it was paid with");
  v.text("state", b.state, fill_state_rule, "expired: what is left of it is not given any more");
  v.number("gallons", b.gallons, "bought");
  v.number("left", b.left, "of them");
  v.text("bought", b.bought, time_rule, "when");
  v.text("expires", b.expires, time_rule, "the first moment at which its code is good no more");
  v.list("taken", b.taken, listed_max, "by stations, the first ones; of one that was asked for by its receipt");
}
struct FillList {
  std::vector<FillShown> fills;
};
template <class V>
void describe(V& v, FillList& b) {
  v.list("fills", b.fills, listed_max, "by number; a full page: ask again behind its last one");
}

}  // namespace shubbak::admin
