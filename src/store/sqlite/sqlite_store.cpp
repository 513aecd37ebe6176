#include <algorithm>
#include <limits>
#include <memory>
#include <sqlite3.h>

#include "store/key_file.hpp"
#include "store/privacy.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/cash_writer.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/commit_thread.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/payment_writer.hpp"
#include "store/sqlite/person_cache.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/seal_keys.hpp"
#include "store/sqlite/statements.hpp"
#include "store/store.hpp"

namespace shubbak::store {
namespace {

bool fits(const ChangeLink& change) {
  return change.by.name.size() <= ValueLimits::name_octets_max &&
         change.office.size() <= ValueLimits::name_octets_max && change.code.size() <= ValueLimits::name_octets_max &&
         change.carrier.size() <= ValueLimits::name_octets_max &&
         (!change.phone_code || change.phone_code->size() <= ValueLimits::code_octets_max);
}
bool fits(const CountLinkTry&) {
  return true;
}
bool fits(const NoteImsi& change) {
  return change.imsi.size() <= ValueLimits::name_octets_max;
}
bool fits(const ExpireLinks&) {
  return true;
}
bool fits(const NoteOperatorEvent& change) {
  return change.operator_name.size() <= ValueLimits::name_octets_max &&
         change.id.size() <= ValueLimits::name_octets_max && change.body_hash.size() <= ValueLimits::name_octets_max;
}
bool fits(const DropOperatorEvents&) {
  return true;
}
bool fits(const SetLocale& change) {
  return change.locale.size() <= ValueLimits::name_octets_max;
}
bool fits(const SaveWalk& change) {
  return change.walk.revision.size() <= ValueLimits::name_octets_max &&
         change.walk.session.size() <= ValueLimits::session_octets_max;
}
bool fits(const DropWalk&) {
  return true;
}
bool fits(const DropExpiredWalks&) {
  return true;
}
bool fits(const AddReading& change) {
  const Reading& reading = change.reading;
  return std::ranges::all_of(std::array{&reading.reference, &reading.company, &reading.account, &reading.period,
                                        &reading.link, &reading.office},
                             [](const std::string* name) { return name->size() <= ValueLimits::name_octets_max; });
}
bool fits(const SetReadingState& change) {
  return change.reference.size() <= ValueLimits::name_octets_max;
}
bool fits(const OutboxMessage& message) {
  return message.link.size() <= ValueLimits::name_octets_max && message.text.size() <= ValueLimits::text_octets_max;
}
bool fits(const AddOutboxMessage& change) {
  return fits(change.message);
}
bool fits(const RemoveOutboxMessage& change) {
  return !change.outcome || change.outcome->message_id.size() <= ValueLimits::name_octets_max;
}
bool fits(const DropExpiredOutbox&) {
  return true;
}
bool fits_binding(const std::string& binding) {
  return binding.size() <= ValueLimits::binding_octets_max;
}
bool fits(const SendCode& change) {
  return fits_binding(change.binding) && change.code.size() <= ValueLimits::code_octets_max && fits(change.message) &&
         (!change.walk || fits(SaveWalk{*change.walk}));
}
bool fits(const TryCode& change) {
  return fits_binding(change.binding) && change.code.size() <= ValueLimits::code_octets_max;
}
bool fits(const TryPin& change) {
  return fits_binding(change.binding);
}
bool fits(const ConsumeGrant& change) {
  return fits_binding(change.binding);
}
bool fits(const BeginAssist& change) {
  return fits_binding(change.binding);
}
bool fits(const ClearTries& change) {
  return std::ranges::all_of(change.notices, [](const OutboxMessage& notice) { return fits(notice); });
}
bool fits(const SetPin& change) {
  return !change.hash.empty() && change.hash.size() <= ValueLimits::pin_hash_octets_max;
}
bool fits(const DropPin& change) {
  return std::ranges::all_of(change.notices, [](const OutboxMessage& notice) { return fits(notice); });
}
bool fits(const ErasePerson&) {
  return true;
}
bool fits(const DropExpiredCodes&) {
  return true;
}
bool fits(const AddRecording& change) {
  return change.recording.revision.size() <= ValueLimits::name_octets_max &&
         change.recording.content.size() <= ValueLimits::recording_octets_max;
}
bool fits(const DropOldRecordings&) {
  return true;
}
bool fits(const AddStatistics& change) {
  return change.statistics.size() <= ValueLimits::statistics_max &&
         std::ranges::all_of(change.statistics, [](const Statistic& one) {
           return one.key.flow.size() <= ValueLimits::name_octets_max &&
                  one.key.state.size() <= ValueLimits::name_octets_max &&
                  one.key.detail.size() <= ValueLimits::detail_octets_max;
         });
}
bool fits(const AddAudit&) {
  return true;  // bounded by check_told()
}
bool fits(const RequireLink&) {
  return true;
}
bool fits(const StaffChange&) {
  return true;  // staff::check_* say more of what is too long than that
}
bool fits(const LedgerChange&) {
  return true;  // check_told() says more of what is too long than that
}
bool fits(const VoucherChange& change) {
  if (const auto* page = std::get_if<AddVouchers>(&change)) return page->pins.size() <= AddVouchers::at_once_max;
  if (const auto* some = std::get_if<ChangeVouchers>(&change)) {
    return some->range.last < some->range.first || some->range.last - some->range.first < ChangeVouchers::at_once_max;
  }
  return true;
}
bool fits(const PaymentChange& change) {
  const auto* begun = std::get_if<BeginPayment>(&change);
  return begun == nullptr || (begun->link.size() <= ValueLimits::name_octets_max &&
                              begun->account.size() <= ValueLimits::name_octets_max &&
                              begun->revision.size() <= ValueLimits::name_octets_max &&
                              begun->session.size() <= ValueLimits::session_octets_max);
}
bool fits(const BankCardChange& change) {
  if (const auto* placed = std::get_if<ProposePlacement>(&change))
    return placed->link.size() <= ValueLimits::name_octets_max;
  const auto* ordered = std::get_if<OrderByBankCard>(&change);
  return ordered == nullptr || (ordered->link.size() <= ValueLimits::name_octets_max &&
                                ordered->company.size() <= ValueLimits::name_octets_max &&
                                ordered->account.size() <= ValueLimits::name_octets_max);
}
bool fits(const ReconcileChange& change) {
  if (const auto* begun = std::get_if<BeginImport>(&change))
    return begun->company.size() <= ValueLimits::name_octets_max;
  if (const auto* slice = std::get_if<StageLines>(&change)) return slice->lines.size() <= StageLines::at_once_max;
  if (const auto* done = std::get_if<PublishImport>(&change))
    return done->missing.size() <= static_cast<std::size_t>(StageLines::differences_max);
  if (const auto* bank = std::get_if<PutBankDay>(&change))
    return bank->bank.size() <= ValueLimits::name_octets_max &&
           bank->findings.size() <= static_cast<std::size_t>(StageLines::differences_max);
  const auto* resolved = std::get_if<ResolveCase>(&change);
  return resolved == nullptr || resolved->note.size() <= ResolveCase::note_octets_max;
}
bool fits(const CashChange& change) {
  const auto* taken = std::get_if<TakeCash>(&change);
  return taken == nullptr || (taken->link.size() <= ValueLimits::name_octets_max &&
                              taken->account.size() <= ValueLimits::name_octets_max);
}
bool fits(const SubscriptionChange& change) {
  const auto fit = [](const std::string& company, const std::string& account) {
    return company.size() <= ValueLimits::name_octets_max && account.size() <= ValueLimits::name_octets_max;
  };
  if (const auto* asked = std::get_if<Subscribe>(&change);
      asked != nullptr && (asked->link.size() > ValueLimits::name_octets_max ||
                           asked->governorate.value_or("").size() > ValueLimits::name_octets_max))
    return false;
  return std::visit([&](const auto& one) { return fit(one.company, one.account); }, change);
}
bool fits(const RolloutChange&) {
  return true;  // rollout::check() says more of what is too long than that
}
bool fits(const ActOnCitizenCase& act) {
  return act.text.size() <= case_text_octets_max && act.asked.worker.size() <= ValueLimits::name_octets_max &&
         act.asked.account.size() <= ValueLimits::name_octets_max &&
         act.asked.slots.size() <= cases::VisitLimits::slots_most &&
         act.visit_code.size() <= ValueLimits::code_octets_max;
}
bool fits(const OpenCitizenCase& opened) {
  return opened.text.size() <= case_text_octets_max && opened.address.size() <= case_address_octets_max &&
         std::ranges::all_of(std::array{&opened.link, &opened.kind, &opened.from.company, &opened.from.directorate,
                                        &opened.from.accused, &opened.area},
                             [](const std::string* name) { return name->size() <= ValueLimits::name_octets_max; });
}
bool fits(const PollChange& change) {
  const auto* answer = std::get_if<AnswerPoll>(&change);
  return answer == nullptr || answer->company.size() <= ValueLimits::name_octets_max;
}
bool fits(const RequireCaseFee&) {
  return true;  // it is only compared
}
bool fits(const NoteCaseTold&) {
  return true;
}
bool fits(const JoinCitizenCase&) {
  return true;
}
bool fits(const CitizenCaseChange& change) {
  return std::visit([](const auto& one) { return fits(one); }, change);
}
bool fits_segment(const broadcasts::Segment& segment) {
  const broadcasts::OpenCases& of = segment.cases;
  return std::ranges::all_of(std::array{&segment.operator_name, &segment.locale, &segment.company,
                                        &segment.governorate, &of.kind, &of.area, &of.directorate, &of.office},
                             [](const std::string* name) { return name->size() <= ValueLimits::name_octets_max; });
}
bool fits(const BroadcastChange& change) {
  constexpr std::size_t operators_max = 64;
  const auto is_name = [](const std::string& name) { return name.size() <= ValueLimits::name_octets_max; };
  const auto are_texts = [&](const std::vector<broadcasts::Text>& texts, std::size_t octets_max) {
    return texts.size() <= broadcasts::Limits::locales_max &&
           std::ranges::all_of(texts, [&](const broadcasts::Text& one) {
             return is_name(one.locale) && one.text.size() <= octets_max;
           });
  };
  if (const auto* drafted = std::get_if<DraftBroadcast>(&change)) {
    return fits_segment(drafted->segment) && is_name(drafted->default_locale) &&
           are_texts(drafted->texts, broadcasts::Limits::text_octets_max);
  }
  if (const auto* act = std::get_if<ActOnBroadcast>(&change))
    return act->operators.size() <= operators_max && std::ranges::all_of(act->operators, is_name);
  if (const auto* prepared = std::get_if<PrepareBroadcast>(&change))  // with other digits a text is longer
    return is_name(prepared->operator_name) && are_texts(prepared->texts, ValueLimits::text_octets_max);
  if (const auto* receipt = std::get_if<NoteBroadcastReceipt>(&change))
    return is_name(receipt->link) && is_name(receipt->message_id);
  const auto* chosen = std::get_if<ChooseBroadcasts>(&change);
  return chosen == nullptr || is_name(chosen->carrier);
}
bool fits(const RedeemFill& change) {
  return change.office.size() <= ValueLimits::name_octets_max;  // check_told() says more of the key
}
bool fits(const MailChange& change) {
  const auto* added = std::get_if<AddMail>(&change);  // an address is as long as one may be
  return added == nullptr || added->text.size() <= ValueLimits::text_octets_max;
}
bool fits(const PutAuditHead& change) {
  return change.head.totals.size() <= ValueLimits::totals_octets_max;
}

// What the audit trail is told must be something that it takes: at the commit nobody could be told any more.
Status check_told(const Actor& by, const std::string& office) {
  if (!office.empty() && !audit::is_account_name(office)) {
    return Error{Errc::invalid, "an office is named by at most 64 octets and six digits, no quotes"};
  }
  return audit::check(by);
}
Status check_told(const ChangeLink& change) {
  return check_told(change.by, change.office);
}
Status check_told(const TryCode& change) {
  return change.by ? audit::check(*change.by) : Status();
}
Status check_told(const BeginAssist& change) {
  return check_told(change.by, change.office);
}
Status check_told(const ClearTries& change) {
  return check_told(change.by, change.office);
}
Status check_told(const MailChange& change) {
  const auto* address = std::get_if<SetMailAddress>(&change);
  return address != nullptr ? check_told(address->by, address->office) : Status();
}
Status check_told(const SetPin& change) {
  return audit::check(change.by);
}
Status check_told(const DropPin& change) {
  return check_told(change.by, change.office);
}
Status check_told(const ErasePerson& change) {
  return audit::check(change.by);
}
Status check_told(const AddAudit& change) {
  if (Status by = audit::check(change.by); !by.ok()) return by;
  if (Status thing = audit::check_thing(change.thing); !thing.ok()) return thing;
  if (!change.person && !change.number && change.thing.empty()) {
    return Error{Errc::invalid, "an audit record must be about a person, a number or a thing"};
  }
  const auto detail = change.detail.json();
  return detail.ok() ? Status() : Status(detail.error());
}
Status check_told(const SendCode& change) {
  for (const AddAudit& record : change.told) {
    if (Status fits = check_told(record); !fits.ok()) return fits;
  }
  return {};
}
Status check_told(const StaffChange& change) {
  return std::visit(
      [](const auto& one) -> Status {
        if constexpr (requires { one.by; }) return audit::check(one.by);
        return {};
      },
      change);
}
// What the ledger could never take is told before anything is queued, as is what the audit trail would not.
Status check_money(const ledger::Order& order) {
  if (Status checked = ledger::check(order); !checked.ok()) return checked;
  return audit::check(order.by);
}
Status check_amount(std::int64_t amount) {
  return amount > 0 ? Status() : Status(Error{Errc::invalid, "an amount that moves is above 0"});
}
Status check_money(const std::string& key, const ledger::Resolution& resolution) {
  if (Status checked = ledger::check_key(key); !checked.ok()) return checked;
  if (Status checked = ledger::check_evidence(resolution.evidence); !checked.ok()) return checked;
  return audit::check(resolution.by);
}
Status check_told(const MoveMoney& change) {
  return check_money(change.order);
}
Status check_told(const ReserveMoney& change) {
  if (Status checked = ledger::check(change.order, change.terms); !checked.ok()) return checked;
  return check_money(change.order);
}
Status check_told(const PostReservation& change) {
  if (Status checked = check_amount(change.amount.value_or(1)); !checked.ok()) return checked;
  return check_money(change.key, change.resolution);
}
Status check_told(const VoidReservation& change) {
  return check_money(change.key, change.resolution);
}
Status check_told(const MarkReservationSent& change) {
  return ledger::check_key(change.key);
}
Status check_told(const ExpireReservation& change) {
  return ledger::check_key(change.key);
}
Status check_reason(const std::string& reason) {
  const auto told = audit::Detail().add(audit::Key::reason, reason).json();
  return told.ok() ? Status() : Status(told.error());
}
Status check_told(const CorrectTransfer& change) {
  if (Status checked = ledger::check_key(change.key); !checked.ok()) return checked;
  if (Status checked = ledger::check_key(change.corrects); !checked.ok()) return checked;
  if (Status checked = check_amount(change.amount); !checked.ok()) return checked;
  if (Status checked = check_reason(change.reason); !checked.ok()) return checked;
  return audit::check(change.by);
}
Status check_told(const SetCeiling& change) {
  if (Status checked = ledger::check(change.account); !checked.ok()) return checked;
  if (change.ceiling && *change.ceiling < 0) return Error{Errc::invalid, "a ceiling is not below 0"};
  return audit::check(change.by);
}
Status check_told(const LedgerChange& change) {
  return std::visit([](const auto& one) { return check_told(one); }, change);
}
Status check_told(const RedeemVoucher& change) {
  if (Status checked = ledger::check_key(change.key); !checked.ok()) return checked;
  if (Status checked = ledger::check(change.wallet); !checked.ok()) return checked;
  if (change.wallet.kind != ledger::AccountKind::wallet)
    return Error{Errc::invalid, "a voucher is redeemed into a wallet"};
  return audit::check(change.by);
}
Status check_told(const OpenWallet& change) {
  if (is_wallet_number(change.wallet.number)) return {};
  return Error{Errc::invalid, "a card's number is " + std::to_string(wallet_digits) + " digits"};
}
Status check_on_the_way(WallTime at, WallTime not_after) {
  if (not_after >= at && not_after - at <= std::chrono::milliseconds(on_the_way_ms_max)) return {};
  return Error{Errc::invalid, "a payment is on its way for an hour at most"};
}
Status check_told(const BeginPayment& change) {
  if (!is_wallet_number(change.wallet.number)) return Error{Errc::invalid, "a payment is from a card"};
  if (change.fee < 0) return Error{Errc::invalid, "a fee is not below 0"};
  if (Status checked = ledger::check_key(key_of_fee(change.key)); !checked.ok()) return checked;
  if (Status checked = check_on_the_way(change.at, change.not_after); !checked.ok()) return checked;
  if (change.fill && (change.fill->gallons < 1 || change.fill->gallons > FillOrder::gallons_max ||
                      change.fill->lives < std::chrono::milliseconds(1)))
    return Error{Errc::invalid, "a fill has a volume of 1 to 9,999,999 gallons, and lasts"};
  return check_money({.key = change.key,
                      .debit = account_of(change.wallet),
                      .credit = {ledger::AccountKind::company_payable, change.company, change.amount.currency},
                      .amount = change.amount,
                      .by = change.by,
                      .at = change.at});
}
Status check_told(const SettlePayment& change) {
  return check_money(change.key, change.resolution);
}
Status check_told(const ReleasePayment& change) {
  return check_money(change.key, change.resolution);
}
Status check_by_staff(const Actor& by) {
  if (by.kind != Actor::Kind::staff) return Error{Errc::invalid, "that is the affair of members of staff"};
  return audit::check(by);
}
Status check_told(const ProposeRefund& change) {
  if (change.fee < 0) return Error{Errc::invalid, "a fee is not below 0"};
  if (Status checked = check_amount(change.amount); !checked.ok()) return checked;
  if (Status checked = check_reason(change.reason); !checked.ok()) return checked;
  return check_by_staff(change.by);
}
Status check_told(const DecideRefund& change) {
  return check_by_staff(change.by);
}
Status check_told(const ProposeEnding& change) {
  const bool is_blank = change.evidence.find_first_not_of(' ') == std::string::npos;
  if (is_blank || change.evidence.size() > ProposeEnding::evidence_octets_max) {
    return Error{Errc::invalid, "evidence is what the company said in writing, in at most " +
                                    std::to_string(ProposeEnding::evidence_octets_max) +
                                    " printable ASCII characters, no quotes"};
  }
  if (Status checked = ledger::check_evidence(change.evidence); !checked.ok()) return checked;
  return check_by_staff(change.by);
}
Status check_told(const DecideEnding& change) {
  return check_by_staff(change.by);
}
Status check_told(const PaymentChange& change) {
  return std::visit([](const auto& one) { return check_told(one); }, change);
}
Status check_told(const OrderByBankCard& change) {
  if (!is_wallet_number(change.wallet.number) || change.wallet.currency != change.amount.currency)
    return Error{Errc::invalid, "an order by bank card names a card of its currency"};
  if (change.company.empty() != change.account.empty())
    return Error{Errc::invalid, "an order by bank card names company and account, or neither"};
  if (change.fee < 0) return Error{Errc::invalid, "a fee is not below 0"};
  const Result<Money> total = add(change.amount, {change.fee, change.amount.currency});
  if (!total.ok()) return total.error();
  if (Status checked = check_amount(change.amount.minor); !checked.ok()) return checked;
  if (change.expires <= change.at || change.expires - change.at > std::chrono::days(7))
    return Error{Errc::invalid, "a link is good for a week at most"};
  if (!ledger::is_ledger_name(change.gateway, ledger::AccountId::owner_octets_max))
    return Error{Errc::invalid, "a gateway's name is letters, digits and . _ -"};
  if (Status checked = ledger::check_key(change.key); !checked.ok()) return checked;
  return audit::check(change.by);
}
Status check_told(const NoteOrderOpen& change) {
  return ledger::check_key(change.key);
}
Status check_told(const CloseOrder& change) {
  if (change.evidence.empty()) return Error{Errc::invalid, "an order is over by evidence only"};
  if (Status checked = ledger::check_evidence(change.evidence); !checked.ok()) return checked;
  return ledger::check_key(change.key);
}
Status check_told(const TakeCharge& change) {
  if (!ledger::is_ledger_name(change.gateway, ledger::AccountId::owner_octets_max) ||
      !ledger::is_ledger_name(change.transaction, transaction_octets_max))
    return Error{Errc::invalid, "names of a gateway and of its charge are letters, digits and . _ -"};
  if (Status checked = ledger::check_key(change.reference); !checked.ok()) return checked;
  return check_amount(change.amount.minor);
}
Status check_told(const ProposePlacement& change) {
  if (change.card.empty() == change.refund.empty())
    return Error{Errc::invalid, "money in dispute goes to a service card, or was paid back by the gateway: say one"};
  if (!change.card.empty() && !is_wallet_number(change.card))
    return Error{Errc::invalid, "a card's number is " + std::to_string(wallet_digits) + " digits"};
  if (!change.refund.empty() && !ledger::is_ledger_name(change.refund, transaction_octets_max))
    return Error{Errc::invalid, "the gateway's name of its refund is 1 to 40 letters, digits and . _ -"};
  const auto reason = audit::Detail().add(audit::Key::reason, change.reason).json();
  return reason.ok() ? check_by_staff(change.by) : Status(reason.error());
}
Status check_told(const DecidePlacement& change) {
  return check_by_staff(change.by);
}
Status check_told(const BankCardChange& change) {
  return std::visit([](const auto& one) { return check_told(one); }, change);
}
Status check_told(const VoucherChange& change) {
  return std::visit(
      []<class One>(const One& one) -> Status {
        if constexpr (std::is_same_v<One, RedeemVoucher>) {
          return check_told(one);
        } else if constexpr (requires { one.batch.by; }) {
          return audit::check(one.batch.by);
        } else if constexpr (requires { one.by; }) {
          return audit::check(one.by);
        } else {
          return {};
        }
      },
      change);
}
Status check_told(const ReconcileChange& change) {
  return std::visit(
      [](const auto& one) -> Status {
        if constexpr (requires { one.by; }) return audit::check(one.by);
        return {};
      },
      change);
}
Status check_cash_key(const std::string& key) {
  if (ledger::is_ledger_name(key, cash_key_octets_max) && key.find('.') == std::string::npos) return {};
  return Error{Errc::invalid, "a key is 1 to 56 letters, digits and _ -"};
}
Status check_drawer(const std::string& name, const Actor& by) {
  if (Status checked = ledger::check(drawer_account(name, Currency::SYP)); !checked.ok()) return checked;
  return audit::check(by);
}
// Who takes cash is an agent: limits count them as such, and the trail is told by the drawer's records alone.
Status check_by_agent(const std::string& drawer, const Actor& by) {
  if (by.kind != Actor::Kind::agent) return Error{Errc::invalid, "cash is taken by agents"};
  return check_drawer(drawer, by);
}
Status check_told(const OpenDrawer& change) {
  if (change.ceiling < 0) return Error{Errc::invalid, "a ceiling is not below 0"};
  audit::Detail detail;
  detail.add(audit::Key::author, change.account)
      .add(audit::Key::directorate, change.directorate)
      .add(audit::Key::office, change.office);
  if (const auto told = detail.json(); !told.ok()) return told.error();
  return check_drawer(drawer_name(change.account, change.office), change.by);
}
Status check_told(const TakeCash& change) {
  if (change.fee < 0 || change.amount.minor > std::numeric_limits<std::int64_t>::max() - change.fee)
    return Error{Errc::invalid, "a fee is not below 0, and can be added"};
  if (Status checked = check_amount(change.amount.minor); !checked.ok()) return checked;
  if (Status checked = check_cash_key(change.key); !checked.ok()) return checked;
  if (Status checked = check_on_the_way(change.at, change.not_after); !checked.ok()) return checked;
  const ledger::AccountId payable{ledger::AccountKind::company_payable, change.company, change.amount.currency};
  if (Status checked = ledger::check(payable); !checked.ok()) return checked;
  const auto told = audit::Detail().add(audit::Key::company, change.company).json();
  return told.ok() ? check_by_agent(change.drawer, change.by) : Status(told.error());
}
Status check_told(const TopUpByCash& change) {
  if (!is_wallet_number(change.wallet.number)) return Error{Errc::invalid, "a card's number is 10 digits"};
  if (Status checked = check_amount(change.amount); !checked.ok()) return checked;
  if (Status checked = check_cash_key(change.key); !checked.ok()) return checked;
  return check_by_agent(change.drawer, change.by);
}
Status check_told(const GiveBackCash& change) {
  if (Status checked = check_amount(change.amount.minor); !checked.ok()) return checked;
  if (Status checked = check_cash_key(change.key); !checked.ok()) return checked;
  return check_by_agent(change.drawer, change.by);
}
Status check_told(const DepositCash& change) {
  if (Status checked = check_amount(change.amount.minor); !checked.ok()) return checked;
  if (Status checked = check_cash_key(change.key); !checked.ok()) return checked;
  if (!ledger::is_ledger_name(change.reference, deposit_reference_octets_max))
    return Error{Errc::invalid, "a slip's reference is 1 to 40 letters, digits and . _ -"};
  if (change.by.kind != Actor::Kind::staff)
    return Error{Errc::invalid, "deposits are the affair of members of staff"};
  return check_drawer(change.drawer, change.by);
}
Status check_told(const CountCash& change) {
  if (change.counted.minor < 0) return Error{Errc::invalid, "what is counted is not below 0"};
  return check_by_agent(change.drawer, change.by);
}
Status check_told(const ProposeCash& change) {
  std::int64_t amount = 0;
  if (const auto* corrected = std::get_if<CorrectCash>(&change.what)) {
    amount = corrected->amount;
    if (amount == 0) return Error{Errc::invalid, "an amount that is taken back is above 0"};
    if ((corrected->top_up != 0) == !corrected->slip.empty())
      return Error{Errc::invalid, "either a top-up or the slip of a deposit is corrected"};
  } else if (const auto* over = std::get_if<HandOverCash>(&change.what)) {
    amount = over->counted;
    if (amount > 0 && over->to.empty())
      return Error{Errc::invalid, "what is in the drawer is handed over to another one: name it"};
  }
  if (amount < 0) return Error{Errc::invalid, "an amount is not below 0"};
  if (Status checked = check_reason(change.reason); !checked.ok()) return checked;
  if (change.by.kind != Actor::Kind::staff) return Error{Errc::invalid, "corrections are the affair of staff"};
  return check_drawer(change.drawer, change.by);
}
Status check_told(const DecideCash& change) {
  if (change.by.kind != Actor::Kind::staff) return Error{Errc::invalid, "corrections are the affair of staff"};
  return audit::check(change.by);
}
Status check_told(const CashChange& change) {
  return std::visit([](const auto& one) { return check_told(one); }, change);
}
Status check_told(const SubscriptionChange& change) {
  const auto* asked = std::get_if<Subscribe>(&change);
  if (asked != nullptr && (asked->company.empty() || asked->account.empty()))
    return Error{Errc::invalid, "a subscription names company and account"};
  if (asked != nullptr && asked->governorate == "")
    return Error{Errc::invalid, "a governorate has a code, or is not told"};
  const auto* noted = std::get_if<NoteNotice>(&change);
  if (noted != nullptr && noted->told < 0) return Error{Errc::invalid, "what is due is not below 0"};
  return {};
}
Status check_told(const RolloutChange& change) {
  if (const auto* cleared = std::get_if<ClearSwitch>(&change)) return audit::check(cleared->by);
  const auto* wanted = std::get_if<SetSwitch>(&change);
  if (wanted == nullptr) return {};
  if (Status checked = rollout::check(wanted->rule); !checked.ok()) return checked;
  audit::Detail detail;
  if (wanted->rule.company != rollout::everything) detail.add(audit::Key::company, wanted->rule.company);
  if (const auto told = detail.json(); !told.ok()) return told.error();
  return audit::check(wanted->by);
}
Status check_told(const OpenCitizenCase& change) {
  audit::Detail detail;
  if (!change.from.company.empty()) detail.add(audit::Key::company, change.from.company);
  if (const auto told = detail.json(); !told.ok()) return told.error();
  return audit::check(change.by);
}
Status check_told(const CitizenCaseChange& change) {
  if (const auto* opened = std::get_if<OpenCitizenCase>(&change)) return check_told(*opened);
  if (const auto* joined = std::get_if<JoinCitizenCase>(&change)) return audit::check(joined->by);
  const auto* act = std::get_if<ActOnCitizenCase>(&change);
  return act == nullptr ? Status() : audit::check(act->by);
}
Status check_told(const DraftBroadcast& change) {
  if (Status checked = broadcasts::check(change.texts, change.default_locale, change.expires, change.at); !checked)
    return checked;
  audit::Detail detail;
  if (!change.segment.company.empty()) detail.add(audit::Key::company, change.segment.company);
  if (const auto told = detail.json(); !told.ok()) return told.error();
  if (!change.segment.governorate.empty() && change.segment.company.empty())
    return Error{Errc::invalid, "a governorate is of the company that owns it"};
  if (change.segment.is_whole_company && change.segment.governorate.empty())
    return Error{Errc::invalid, "only a governorate may be the whole of its company"};
  return check_by_staff(change.by);
}
Status check_told(const ActOnBroadcast& change) {
  using broadcasts::Act;
  if (change.act == Act::start || change.act == Act::finish || change.act == Act::expire)
    return Error{Errc::invalid, "a broadcast starts and ends by itself"};
  const bool has_operator = !change.operators.empty() && std::ranges::none_of(change.operators, &std::string::empty);
  if (change.act == Act::approve && !has_operator)
    return Error{Errc::invalid, "a broadcast is told by an operator's link"};
  if (change.act == Act::pause && change.by.kind == Actor::Kind::system) return {};
  return check_by_staff(change.by);
}
Status check_told(const PrepareBroadcast& change) {
  const bool is_whole = !change.operator_name.empty() && !change.texts.empty();
  return is_whole ? Status()
                  : Status(Error{Errc::invalid, "a broadcast is prepared for an operator, with its texts"});
}
Status check_told(const BroadcastChange& change) {
  if (const auto* drafted = std::get_if<DraftBroadcast>(&change)) return check_told(*drafted);
  if (const auto* act = std::get_if<ActOnBroadcast>(&change)) return check_told(*act);
  if (const auto* prepared = std::get_if<PrepareBroadcast>(&change)) return check_told(*prepared);
  return {};
}
Status check_told(const RedeemFill& change) {
  if (!ledger::is_ledger_name(change.key, RedeemFill::key_octets_max))
    return Error{Errc::invalid, "a key is 1 to 64 letters, digits and . _ -"};
  if (change.gallons && (*change.gallons < 1 || *change.gallons > FillOrder::gallons_max))
    return Error{Errc::invalid, "a volume is 1 to 9,999,999 gallons"};
  audit::Detail detail;
  if (!change.office.empty()) detail.add(audit::Key::office, change.office);
  if (const auto told = detail.json(); !told.ok()) return told.error();
  return check_by_staff(change.by);
}
template <class Other>
Status check_told(const Other&) {
  return {};
}

// Whose person a committed change makes stale in the cache.
void forget(PersonCache& persons, const Change& change) {
  if (const auto* link = std::get_if<ChangeLink>(&change)) persons.forget_link(link->msisdn);
  if (const auto* imsi = std::get_if<NoteImsi>(&change)) persons.forget_link(imsi->msisdn);
  if (const auto* locale = std::get_if<SetLocale>(&change)) persons.forget(locale->msisdn);
  if (const auto* saved = std::get_if<SaveWalk>(&change)) persons.forget(saved->walk.msisdn);
  if (const auto* sent = std::get_if<SendCode>(&change); sent != nullptr && sent->walk) persons.forget(sent->msisdn);
  if (const auto* dropped = std::get_if<DropWalk>(&change)) persons.forget(dropped->msisdn);
}

// The reports of one transaction, on the user's thread. What was cached while the changes were under way may be of
// before them: it is forgotten first, so that a read from any of the callbacks goes to the database and sees them
// all.
void deliver(const std::weak_ptr<PersonCache>& persons, std::vector<PendingChange>& batch) {
  if (const auto cache = persons.lock()) {  // gone: the store was destroyed meanwhile
    for (const PendingChange& pending : batch) {
      for (const Change& change : pending.changes) forget(*cache, change);
      if (!pending.outcome) continue;
      for (const Msisdn msisdn : pending.outcome->expired_links) cache->forget_link(msisdn);
      for (const Msisdn msisdn : pending.outcome->erased_links) cache->forget_link(msisdn);
    }
  }
  for (PendingChange& pending : batch) {
    if (pending.on_committed) pending.on_committed(std::move(pending.outcome));
  }
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<ChangeWriter> writer, SQLite::Database reading, Sealer sealer,
              const StoreConfig& config, Post post)
      : post_(std::move(post)),
        persons_(std::make_shared<PersonCache>(config.cached_persons_max)),
        commit_thread_(std::move(writer), reporter(post_, persons_), config.on_doubt, config.queue_max),
        reader_(std::move(reading), std::move(sealer), config.rollout) {}

  void change(std::vector<Change> changes, OnCommitted on_committed) override {
    const bool all_fit = std::ranges::all_of(
        changes, [](const Change& one) { return std::visit([](const auto& c) { return fits(c); }, one); });
    Status told;
    for (auto one = changes.begin(); told.ok() && one != changes.end(); ++one) {
      told = std::visit([](const auto& c) { return check_told(c); }, *one);
    }
    PendingChange pending{std::move(changes), std::move(on_committed)};
    if (!all_fit) {
      refuse(std::move(pending), {Errc::limit, "a value of the change is too long"});
    } else if (!told.ok()) {
      refuse(std::move(pending), told.error());
    } else if (!commit_thread_.queue(pending)) {
      refuse(std::move(pending), {Errc::unavailable, "too many changes wait for the disk"});
    }
  }

  void flush() override { commit_thread_.flush(); }

  Result<Person> find_person(Msisdn msisdn) override {
    const std::uint64_t foreign_changes = commit_thread_.foreign_changes();
    if (foreign_changes != foreign_changes_seen_) {
      foreign_changes_seen_ = foreign_changes;
      persons_->forget_all();
    }
    if (auto person = persons_->find(msisdn)) return *std::move(person);
    Result<Person> person = reader_.find_person(msisdn);
    if (person.ok()) persons_->put(msisdn, *person);
    return person;
  }

  // Both only grow, so their sum tells of either.
  [[nodiscard]] std::uint64_t links_version() const override {
    return commit_thread_.foreign_changes() + persons_->link_changes();
  }
  [[nodiscard]] std::uint64_t foreign_changes() const override { return commit_thread_.foreign_changes(); }
  std::uint32_t imsi_mark(std::string_view imsi) override { return reader_.imsi_mark(imsi); }

  Result<std::optional<SavedWalk>> find_walk(Msisdn msisdn, WalkChannel channel, WallTime now) override {
    return reader_.find_walk(msisdn, channel, now);
  }
  Result<std::vector<Reading>> undelivered_readings(std::string_view company, std::int64_t after_id,
                                                    std::size_t rows_max) override {
    return reader_.undelivered_readings(company, after_id, rows_max);
  }
  Result<std::vector<Reading>> readings_of_account(std::string_view company, std::string_view account,
                                                   std::size_t rows_max) override {
    return reader_.readings_of_account(company, account, rows_max);
  }
  Result<std::optional<Reading>> find_reading(const std::string& reference) override {
    return reader_.find_reading(reference);
  }
  Result<OutboxPage> outbox_page(std::string_view link, std::int64_t after_id, std::size_t rows_max) override {
    return reader_.outbox_page(link, after_id, rows_max);
  }
  Result<bool> is_in_outbox(std::int64_t id) override { return reader_.is_in_outbox(id); }
  Result<std::vector<std::pair<std::string, std::size_t>>> outbox_sizes() override { return reader_.outbox_sizes(); }
  Status ping() override { return reader_.ping(); }
  Result<std::vector<SavedWalk>> saved_walks(WallTime now, const std::optional<SavedWalk>& after,
                                             std::size_t rows_max) override {
    return reader_.saved_walks(now, after, rows_max);
  }
  Result<std::vector<std::string>> revisions_of_walks(WallTime now) override {
    return reader_.revisions_of_walks(now);
  }
  Result<std::vector<StoredRecording>> recordings(std::int64_t after_id, std::size_t rows_max) override {
    return reader_.recordings(after_id, rows_max);
  }
  Result<std::optional<ServicePin>> service_pin(const NationalId& person) override {
    return reader_.service_pin(person);
  }
  Result<std::vector<Statistic>> statistics(std::chrono::sys_days from, std::chrono::sys_days to) override {
    return reader_.statistics(from, to);
  }
  Result<std::vector<StoredLink>> links_of(const NationalId& national_id) override {
    return reader_.links_of(national_id);
  }
  StaffReads& staff() override { return reader_; }
  Result<PersonFile> person_file(const NationalId& person) override { return reader_.person_file(person); }
  std::string pseudonym(const NationalId& person) override { return reader_.pseudonym(person); }
  std::string pseudonym(Msisdn number) override { return reader_.pseudonym(number); }
  std::string top_up_key(const vouchers::Pin& pin, const Wallet& wallet) override {
    return reader_.top_up_key(pin, wallet);
  }
  LedgerReads& ledger() override { return reader_.ledger(); }
  VoucherReads& vouchers() override { return reader_.vouchers(); }
  PaymentReads& payments() override { return reader_.payments(); }
  BankCardReads& bank_cards() override { return reader_.bank_cards(); }
  ReconcileReads& reconciliation() override { return reader_.reconciliation(); }
  CashReads& cash() override { return reader_.cash(); }
  SubscriptionReads& subscriptions() override { return reader_.subscriptions(); }
  RolloutReads& rollout() override { return reader_.rollout(); }
  CitizenCaseReads& cases() override { return reader_.cases(); }
  PollReads& polls() override { return reader_.polls(); }
  BroadcastReads& broadcasts() override { return reader_.broadcasts(); }
  FillReads& fills() override { return reader_.fills(); }
  MailReads& mail() override { return reader_.mail(); }
  Result<std::optional<StoredLink>> find_link(Msisdn msisdn) override { return reader_.find_link(msisdn); }
  Result<LinkCodeCheck> check_link_code(Msisdn msisdn, std::string_view code, WallTime now) override {
    return reader_.check_link_code(msisdn, code, now);
  }
  Result<std::optional<std::string>> find_operator_event(const std::string& operator_name,
                                                         const std::string& id) override {
    return reader_.find_operator_event(operator_name, id);
  }
  Result<std::vector<LinkHistoryEntry>> link_history(Msisdn msisdn) override { return reader_.link_history(msisdn); }

 private:
  static CommitThread::Report reporter(const Post& post, const std::weak_ptr<PersonCache>& persons) {
    return [post, persons](std::vector<PendingChange> batch) {
      // Shared only because std::function must be copyable.
      auto held = std::make_shared<std::vector<PendingChange>>(std::move(batch));
      post([persons, held = std::move(held)] { deliver(persons, *held); });
    };
  }

  void refuse(PendingChange pending, Error why) {
    if (!pending.on_committed) return;
    post_([on_committed = std::move(pending.on_committed), why = std::move(why)] { on_committed(why); });
  }

  Post post_;
  std::shared_ptr<PersonCache> persons_;
  std::uint64_t foreign_changes_seen_ = 0;
  CommitThread commit_thread_;
  // After the writer, so that it closes first: the last connection to close copies the log into the file and removes
  // it, which one that only reads cannot.
  Reader reader_;
};

// Where a process has ended since a sync had failed, the kernel may show what it has given up writing, and would not
// write it with any sync to come. What is built upon such a log, or copied from it into the database file, would be
// lost or torn with the power. So what is found is written once more, as it is; nobody else writes to it meanwhile.
void write_log_anew(SQLite::Database& database) {
  constexpr sqlite3_int64 piece_octets = 65'536;
  const auto must = [](int result) {
    if (result != SQLITE_OK)
      throw SQLite::Exception("what is found in its log cannot be written to the disk", result);
  };
  database.exec(std::string(statement("begin")));
  sqlite3_file* log = nullptr;
  must(sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log));
  sqlite3_int64 size = 0;
  must(log->pMethods->xFileSize(log, &size));
  std::vector<char> piece(static_cast<std::size_t>(piece_octets));
  for (sqlite3_int64 at = 0; at < size; at += piece_octets) {
    const int count = static_cast<int>(std::min(piece_octets, size - at));
    must(log->pMethods->xRead(log, piece.data(), count, at));
    must(log->pMethods->xWrite(log, piece.data(), count, at));
  }
  if (size > 0) must(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL));
  database.exec(std::string(statement("rollback")));
}

Result<std::unique_ptr<Store>> open_guarded(const StoreConfig& config, Post post, const KeyRing& keys,
                                            const std::string& source) {
  SQLite::Database database = open_for_writing(config.path, config.database_pages_max);
  if (config.is_daemons) write_log_anew(database);
  if (const Status migrated = migrate(database, schema_migrations(), wall_now(), config.on_doubt); !migrated.ok())
    return migrated.error();
  database.exec(std::string(statement("begin")));  // two processes may make the database at the same time
  const NewKeys new_keys = config.is_daemons ? NewKeys::take : NewKeys::leave;
  const Result<KeysInUse> use = match_keys(database, keys, source, new_keys, wall_now());
  if (!use.ok()) {
    database.exec(std::string(statement("rollback")));
    return use.error();
  }
  commit_surely(config.on_doubt, [&] { database.exec(std::string(statement("commit"))); });
  Result<Sealer> writers_sealer = Sealer::create(keys, *use);
  if (!writers_sealer.ok()) return writers_sealer.error();
  Result<Sealer> readers_sealer = Sealer::create(keys, *use);
  if (!readers_sealer.ok()) return readers_sealer.error();
  Result<audit::HashFunction> hash = sha256();
  if (!hash.ok()) return hash.error();
  auto writer =
      std::make_unique<ChangeWriter>(std::move(database), *std::move(writers_sealer), *std::move(hash), config);
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(writer), open_for_reading(config.path),
                                                              *std::move(readers_sealer), config, std::move(post)));
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const StoreConfig& config, Post post) {
  if (config.path.empty() || config.path.starts_with(':') || config.path.starts_with("file:")) {
    return Error{Errc::invalid, "the path of the database must name a file on disk"};
  }
  if (const Status checked = otp::check(config.otp); !checked.ok()) return checked.error();
  if (const Status checked = vouchers::check(config.vouchers); !checked.ok()) return checked.error();
  if (const Status checked = payments::check(config.payment_limits); !checked.ok()) return checked.error();
  if (const Status checked = rollout::check(config.rollout); !checked.ok()) return checked.error();
  if (const Status checked = cases::check(config.case_kinds); !checked.ok()) return checked.error();
  if (const Status checked = polls::check(config.polls.polls); !checked.ok()) return checked.error();
  if (const Status checked = vouchers::check(config.fills); !checked.ok()) return checked.error();
  const KeySource source{config.key_file, config.key_command};
  const Result<KeyRing> keys = read_keys(source);
  if (!keys.ok()) return keys.error();
  try {
    Result<std::unique_ptr<Store>> opened = open_guarded(config, std::move(post), *keys, source.name());
    if (!opened.ok()) return Error{opened.error().code, config.path + ": " + opened.error().message};
    return opened;
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, config.path + ": " + error.message};
  }
}

}  // namespace shubbak::store
