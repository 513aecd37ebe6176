// The bodies of the API for broadcasts (message.hpp).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/bodies.hpp"
#include "admin/broadcast_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule broadcast_kind_rule{.letters_max = 9, .words = broadcasts::kind_names};
inline constexpr TextRule broadcast_state_rule{.letters_max = 9, .words = broadcasts::state_names};
inline constexpr TextRule broadcast_text_rule{.letters_max = broadcasts::Limits::text_octets_max};
inline constexpr TextRule broadcast_end_rule{.letters_max = 32};
inline constexpr TextRule broadcast_currency_rule{.letters_min = 3, .letters_max = 3};
inline constexpr std::size_t broadcasts_listed_max = 200;
inline constexpr std::size_t broadcast_groups_max = 1'000;

struct BroadcastTextBody {
  std::string language;
  std::string text;
};
template <class V>
void describe(V& v, BroadcastTextBody& b) {
  v.text("language", b.language, name_rule, "one of the deployment's, such as ar");
  v.text("text", b.text, broadcast_text_rule, "what phones get");
}
// Whom it is for: of the active numbers those that all of it names.
template <class V, class B>
void describe_segment(V& v, B& b) {
  v.optional_text("operator", b.operator_name, name_rule, "only numbers that are known to be this one's");
  v.optional_text("language", b.language, name_rule, "only numbers that are told in it");
  v.optional_text("company", b.company, name_rule,
                  "only numbers that get notices of its bills; of open cases: only of this one's");
  v.optional_text("governorate", b.governorate, name_rule,
                  "only numbers that get notices of an account there: its code, of the company that owns it");
  v.optional_text("case_kind", b.case_kind, name_rule, "only numbers with an open case of this kind");
  v.optional_text("area", b.area, name_rule, "likewise, of the area of this one of the companies' offices");
  v.optional_text("directorate", b.directorate, name_rule, "likewise, of this one");
  v.optional_text("office", b.office, name_rule, "likewise, worked at this one");
}
struct DraftBroadcastBody {
  std::string kind;
  std::optional<std::string> operator_name;
  std::optional<std::string> language;
  std::optional<std::string> company;
  std::optional<std::string> governorate;
  std::optional<std::string> case_kind;
  std::optional<std::string> area;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
  std::vector<BroadcastTextBody> texts;
  std::string expires;
};
template <class V>
void describe(V& v, DraftBroadcastBody& b) {
  v.text("kind", b.kind, broadcast_kind_rule, "what it is about");
  describe_segment(v, b);
  v.list("texts", b.texts, broadcasts::Limits::locales_max, "the first language of the deployment is needed");
  v.text("expires", b.expires, broadcast_end_rule, "over then, whoever was told: 2026-12-01T18:00, local");
}
struct BroadcastsBody {
  std::optional<bool> open;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, BroadcastsBody& b) {
  v.optional_truth("open", b.open, "only those that are not over");
  v.optional_number("after", b.after, "behind the one of this number: the last one of the page before");
}

struct BroadcastShown {
  std::int64_t number = 0;
  std::string kind;
  std::string state;
  std::optional<std::string> operator_name;
  std::optional<std::string> language;
  std::optional<std::string> company;
  std::optional<std::string> governorate;
  std::optional<std::string> case_kind;
  std::optional<std::string> area;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
  std::vector<BroadcastTextBody> texts;
  std::string author;
  std::string drafted;
  std::string expires;
  std::optional<std::string> proposer;
  std::optional<std::string> checker;
  std::optional<std::string> decided;
  std::optional<std::string> ended;
  store::BroadcastCounts counts;
  std::int64_t waiting = 0;
};
BroadcastShown shown(const store::StoredBroadcast& one);
template <class V>
void describe(V& v, BroadcastShown& b) {
  v.number("number", b.number, "from 1");
  v.text("kind", b.kind, broadcast_kind_rule, "what it is about");
  v.text("state", b.state, broadcast_state_rule, "draft, proposed, approved, running, paused, or how it ended");
  describe_segment(v, b);
  v.list("texts", b.texts, broadcasts::Limits::locales_max, "by language");
  v.text("author", b.author, name_rule, "who wrote it");
  v.text("drafted", b.drafted, time_rule, "when");
  v.text("expires", b.expires, time_rule, "over then, whoever was told");
  v.optional_text("proposer", b.proposer, name_rule, "who proposed it");
  v.optional_text("checker", b.checker, name_rule, "who approved or rejected it");
  v.optional_text("decided", b.decided, time_rule, "when");
  v.optional_text("ended", b.ended, time_rule, "when it was over");
  v.number("prepared", b.counts.prepared, "numbers for which a text was put into the outbox");
  v.number("waiting", b.waiting, "of these, texts that are there still");
  v.number("sent", b.counts.sent, "that an operator has taken");
  v.number("delivered", b.counts.delivered, "of these, as receipts tell");
  v.number("failed", b.counts.failed, "that no operator took, or, as receipts tell, no phone");
  v.number("expired", b.counts.expired, "whose time was over before they were sent, or delivered");
}
struct BroadcastList {
  std::vector<BroadcastShown> broadcasts;
};
template <class V>
void describe(V& v, BroadcastList& b) {
  v.list("broadcasts", b.broadcasts, broadcasts_listed_max, "by number; a full page: ask again behind its last one");
}

struct BroadcastGroupShown {
  std::string operator_name;
  std::string language;
  std::int64_t recipients = 0;
};
template <class V>
void describe(V& v, BroadcastGroupShown& b) {
  v.text("operator", b.operator_name, name_rule, "by whose link they are told");
  v.text("language", b.language, name_rule, "that they have chosen, or the deployment's own");
  v.number("recipients", b.recipients, "numbers");
}
struct BroadcastPreviewShown {
  std::int64_t number = 0;
  std::int64_t recipients = 0;
  std::int64_t parts = 0;
  std::int64_t cost = 0;
  std::string currency;
  std::vector<BroadcastGroupShown> groups;
};
BroadcastPreviewShown shown(const BroadcastPreview& preview);
template <class V>
void describe(V& v, BroadcastPreviewShown& b) {
  v.number("number", b.number, "of the broadcast");
  v.number("recipients", b.recipients, "numbers that it would tell now");
  v.number("parts", b.parts, "short messages that these are");
  v.number("cost", b.cost, "minor units, by the operators' price_per_part");
  v.text("currency", b.currency, broadcast_currency_rule, "of the cost");
  v.list("groups", b.groups, broadcast_groups_max, "by operator and language");
}

}  // namespace shubbak::admin
