// What the audit trail tells of: a closed list, so that who searches finds all, and totals add up. Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shubbak::audit {

enum class Action : std::uint8_t {
  // What happened to a link; identity::LinkEvent says what each is.
  link_made,
  link_imported,
  link_confirmed,
  link_refused,
  link_expired,
  link_suspended,
  link_resumed,
  link_released,
  link_held,
  link_hold_asked,
  link_recycled,
  link_made_unverified,
  link_verified,
  otp_locked,   // a channel of a person, after wrong codes
  otp_cleared,  // a counter resets what a person failed
  pin_set,
  pin_dropped,
  pin_locked,  // a channel of a person, after wrong PINs
  account_added,
  account_locked,  // after wrong passwords
  account_closed,
  account_opened,  // that was closed
  account_password_set,
  role_granted,
  role_revoked,
  flow_published,
  flow_proposed,
  flow_approved,
  privacy_exported,
  privacy_erased,
  key_rotated,
  account_phone_set,  // without a number: it has none any more
  account_pin_set,
  assist_begun,  // an agent acts for a person who is present
  assist_acted,  // something was carried out for them
  // Of the ledger, by the hand of staff or of a Unix user.
  money_moved,
  money_reserved,
  money_posted,  // a reservation
  money_voided,  // likewise
  money_corrected,
  money_ceiling_set,
  ledger_sealed,   // by the system: a seal of the day before (ledger/seal.hpp); no area of what hands do
  link_code_sent,  // to a phone, for a counter that is to release or relink it
  // Of batches of vouchers, or of some of one.
  voucher_opened,  // issuing has begun
  voucher_issued,  // all are written, and so is the print file
  voucher_activated,
  voucher_blocked,
  voucher_unblocked,
  voucher_voided,
  voucher_expired,
  voucher_locked,  // a number, a person, a PIN or everybody, after wrong PINs
  refund_proposed,
  refund_paid,
  refund_refused,
  reconciliation_imported,  // a company's daily file
  reconciliation_resolved,  // a case
  // By the hand of who keeps a drawer, or of who takes its cash in.
  cash_opened,  // a drawer
  cash_taken,   // for a bill
  cash_topped_up,
  cash_given_back,
  cash_deposited,
  cash_counted,
  // What a gateway of bank cards has taken and nothing explained.
  dispute_proposed,  // where it is to go
  dispute_placed,
  dispute_rejected,  // it stays in dispute
  // What one member of staff has proposed, and another one decided.
  cash_proposed,
  cash_refused,
  cash_corrected,
  cash_written_off,
  cash_handed_over,
  assist_asked,  // an agent had a person's phone sent the code that lets them act for the person
  // Of payments that no company tells any more, as one member of staff has proposed and another one decided.
  payment_end_proposed,
  payment_settled,
  payment_released,
  payment_end_rejected,
  payment_end_overtaken,  // approved when it had ended
  rollout_set,            // a service is switched on or off somewhere
  rollout_cleared,        // what is configured for it holds again
  // What was done to a case of a citizen's (cases::Act).
  case_opened,
  case_taken,
  case_replied,
  case_moved,
  case_resolved,
  case_rated,
  case_reopened,
  case_escalated,
  // By the system: how polls are asked from now on, and that a round of one is over. Never who has answered.
  poll_configured,
  poll_removed,
  poll_round_ended,
  case_quoted,
  case_fee_paid,
  case_offered,
  case_booked,
  case_visit_cancelled,
  case_visited,
  // Messages to many numbers, as one member of staff has written and another one decided.
  broadcast_drafted,
  broadcast_proposed,
  broadcast_approved,
  broadcast_rejected,
  broadcast_paused,
  broadcast_resumed,
  broadcast_cancelled,
  broadcast_done,     // by the system: everybody was told
  broadcast_expired,  // likewise: its time was over before
  fill_redeemed,      // water that was paid before, taken at a station
  fill_locked,        // an account of a station, after wrong codes
  link_email_set,     // where copies go by e-mail; the address is not told
  link_email_removed,
  case_fee_refunded,
  case_joined,
  case_unjoined,
  case_answered,  // by its person
};

// "area.what", in the order of the enumeration. Totals are told by area. A word is never changed or used anew: it is
// in records that stay.
constexpr std::array<std::string_view, 112> action_words{
    "link.made",          "link.imported",        "link.confirmed",       "link.refused",
    "link.expired",       "link.suspended",       "link.resumed",         "link.released",
    "link.held",          "link.hold_asked",      "link.recycled",        "link.made_unverified",
    "link.verified",      "otp.locked",           "otp.cleared",          "pin.set",
    "pin.dropped",        "pin.locked",           "account.added",        "account.locked",
    "account.closed",     "account.opened",       "account.password_set", "role.granted",
    "role.revoked",       "flow.published",       "flow.proposed",        "flow.approved",
    "privacy.exported",   "privacy.erased",       "key.rotated",          "account.phone_set",
    "account.pin_set",    "assist.begun",         "assist.acted",         "money.moved",
    "money.reserved",     "money.posted",         "money.voided",         "money.corrected",
    "money.ceiling_set",  "ledger.sealed",        "link.code_sent",       "voucher.opened",
    "voucher.issued",     "voucher.activated",    "voucher.blocked",      "voucher.unblocked",
    "voucher.voided",     "voucher.expired",      "voucher.locked",       "refund.proposed",
    "refund.paid",        "refund.refused",       "reconcile.imported",   "reconcile.resolved",
    "cash.opened",        "cash.taken",           "cash.topped_up",       "cash.given_back",
    "cash.deposited",     "cash.counted",         "dispute.proposed",     "dispute.placed",
    "dispute.rejected",   "cash.proposed",        "cash.refused",         "cash.corrected",
    "cash.written_off",   "cash.handed_over",     "assist.asked",         "payment.end_proposed",
    "payment.settled",    "payment.released",     "payment.end_rejected", "payment.end_overtaken",
    "rollout.set",        "rollout.cleared",      "case.opened",          "case.taken",
    "case.replied",       "case.moved",           "case.resolved",        "case.rated",
    "case.reopened",      "case.escalated",       "poll.configured",      "poll.removed",
    "poll.round_ended",   "case.quoted",          "case.fee_paid",        "case.offered",
    "case.booked",        "case.visit_cancelled", "case.visited",         "broadcast.drafted",
    "broadcast.proposed", "broadcast.approved",   "broadcast.rejected",   "broadcast.paused",
    "broadcast.resumed",  "broadcast.cancelled",  "broadcast.done",       "broadcast.expired",
    "fill.redeemed",      "fill.locked",          "link.email_set",       "link.email_removed",
    "case.fee_refunded",  "case.joined",          "case.unjoined",        "case.answered"};

constexpr std::string_view word(Action action) {
  return action_words[static_cast<std::size_t>(action)];
}
constexpr std::string_view area(std::string_view action_word) {
  return action_word.substr(0, action_word.find('.'));
}

}  // namespace shubbak::audit
