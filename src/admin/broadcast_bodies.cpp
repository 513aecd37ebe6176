#include "admin/broadcast_bodies.hpp"

namespace shubbak::admin {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

BroadcastShown shown(const store::StoredBroadcast& one) {
  BroadcastShown made;
  made.number = one.number;
  made.kind = to_string(one.kind);
  made.state = to_string(one.state);
  made.operator_name = unless_empty(one.segment.operator_name);
  made.language = unless_empty(one.segment.locale);
  made.company = unless_empty(one.segment.company);
  made.governorate = unless_empty(one.segment.governorate);
  made.case_kind = unless_empty(one.segment.cases.kind);
  made.area = unless_empty(one.segment.cases.area);
  made.directorate = unless_empty(one.segment.cases.directorate);
  made.office = unless_empty(one.segment.cases.office);
  for (const broadcasts::Text& text : one.texts) made.texts.push_back({text.locale, text.text});
  made.author = one.author;
  made.drafted = time_text(one.drafted);
  made.expires = time_text(one.expires);
  made.proposer = unless_empty(one.proposer);
  made.checker = unless_empty(one.checker);
  if (one.decided) made.decided = time_text(*one.decided);
  if (one.ended) made.ended = time_text(*one.ended);
  made.counts = one.counts();
  made.waiting = one.waiting;
  return made;
}

BroadcastPreviewShown shown(const BroadcastPreview& preview) {
  BroadcastPreviewShown made;
  made.number = preview.number;
  made.recipients = preview.whole.recipients;
  made.parts = preview.whole.parts;
  made.cost = preview.whole.cost;
  made.currency = to_string(preview.currency);
  for (const broadcasts::Group& one : preview.groups)
    made.groups.push_back({one.operator_name, one.locale, one.recipients});
  return made;
}

}  // namespace shubbak::admin
