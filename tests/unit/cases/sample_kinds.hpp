// Kinds of cases that tests share: an outage of three stages, and a complaint about staff.
#pragma once

#include "cases/kind.hpp"

namespace shubbak::cases {

inline Kind sample_outage() {
  return {.name = "outage",
          .label_ar = "عطل",
          .label_en = "Outage",
          .about = About::network,
          .needs_address = true,
          .office = {},
          .escalates_to = "management",
          .stages = {{.name = "received",
                      .label_ar = "وصل",
                      .label_en = "Received",
                      .limit = std::chrono::hours(4),
                      .next = {"crew", "resolved"}},
                     {.name = "crew",
                      .label_ar = "فريق",
                      .label_en = "Crew on its way",
                      .role = staff::Role::clerk,
                      .limit = std::chrono::hours(24),
                      .next = {"check"}},
                     {.name = "check",
                      .label_ar = "تحقق",
                      .label_en = "Being checked",
                      .limit = std::chrono::hours(8),
                      .next = {"crew", "resolved"}}}};
}
inline Kind sample_bribe() {
  return {.name = "staff_complaint",
          .label_ar = "شكوى على موظف",
          .label_en = "About staff",
          .about = About::staff,
          .office = "inspection",
          .escalates_to = "ministry",
          .bypasses_office = true,
          .stages = {{.name = "received",
                      .label_ar = "وصلت",
                      .label_en = "Received",
                      .limit = std::chrono::hours(48),
                      .next = {"resolved"}}}};
}
inline Kind sample_request() {
  return {.name = "connection",
          .label_ar = "اشتراك جديد",
          .label_en = "New subscription",
          .about = About::request,
          .needs_text = false,
          .needs_address = true,
          .stages = {{.name = "received", .label_ar = "مسجل", .label_en = "Received", .next = {"fee", "resolved"}},
                     {.name = "fee",
                      .label_ar = "رسم",
                      .label_en = "Fee due",
                      .next = {"works", "resolved"},
                      .after_fee = "works"},
                     {.name = "works", .label_ar = "تنفيذ", .label_en = "Being built", .next = {"resolved"}}}};
}
inline Kinds sample_kinds() {
  return {sample_outage(), sample_bribe()};
}

}  // namespace shubbak::cases
