// A store that hands everything on to another one: what a planted fault changes of it, it overrides. Thread: as
// Store.
#pragma once

#include "store/privacy.hpp"
#include "store/store.hpp"

namespace shubbak::under_test {

class ForwardingStore : public store::Store {
 public:
  explicit ForwardingStore(std::unique_ptr<store::Store> to) : to_(std::move(to)) {}

  void change(std::vector<store::Change> changes, store::OnCommitted on_committed) override {
    to_->change(std::move(changes), std::move(on_committed));
  }
  void flush() override { to_->flush(); }

  Result<store::Person> find_person(Msisdn msisdn) override { return to_->find_person(msisdn); }
  [[nodiscard]] std::uint64_t links_version() const override { return to_->links_version(); }
  [[nodiscard]] std::uint64_t foreign_changes() const override { return to_->foreign_changes(); }
  [[nodiscard]] std::uint32_t imsi_mark(std::string_view imsi) override { return to_->imsi_mark(imsi); }
  Result<std::optional<store::SavedWalk>> find_walk(Msisdn msisdn, store::WalkChannel channel,
                                                    WallTime now) override {
    return to_->find_walk(msisdn, channel, now);
  }
  Result<std::vector<store::Reading>> undelivered_readings(std::string_view company, std::int64_t after_id,
                                                           std::size_t rows_max) override {
    return to_->undelivered_readings(company, after_id, rows_max);
  }
  Result<std::vector<store::Reading>> readings_of_account(std::string_view company, std::string_view account,
                                                          std::size_t rows_max) override {
    return to_->readings_of_account(company, account, rows_max);
  }
  Result<std::optional<store::Reading>> find_reading(const std::string& reference) override {
    return to_->find_reading(reference);
  }
  Result<std::vector<std::string>> revisions_of_walks(WallTime now) override { return to_->revisions_of_walks(now); }
  Result<store::OutboxPage> outbox_page(std::string_view link, std::int64_t after_id, std::size_t rows_max) override {
    return to_->outbox_page(link, after_id, rows_max);
  }
  Result<bool> is_in_outbox(std::int64_t id) override { return to_->is_in_outbox(id); }
  Result<std::vector<std::pair<std::string, std::size_t>>> outbox_sizes() override { return to_->outbox_sizes(); }
  Status ping() override { return to_->ping(); }
  Result<std::vector<store::SavedWalk>> saved_walks(WallTime now, const std::optional<store::SavedWalk>& after,
                                                    std::size_t rows_max) override {
    return to_->saved_walks(now, after, rows_max);
  }
  Result<std::vector<store::StoredRecording>> recordings(std::int64_t after_id, std::size_t rows_max) override {
    return to_->recordings(after_id, rows_max);
  }
  Result<std::optional<store::ServicePin>> service_pin(const NationalId& person) override {
    return to_->service_pin(person);
  }
  Result<std::vector<store::Statistic>> statistics(std::chrono::sys_days from, std::chrono::sys_days to) override {
    return to_->statistics(from, to);
  }
  Result<std::vector<store::StoredLink>> links_of(const NationalId& national_id) override {
    return to_->links_of(national_id);
  }
  Result<std::optional<store::StoredLink>> find_link(Msisdn msisdn) override { return to_->find_link(msisdn); }
  Result<store::LinkCodeCheck> check_link_code(Msisdn msisdn, std::string_view code, WallTime now) override {
    return to_->check_link_code(msisdn, code, now);
  }
  Result<std::optional<std::string>> find_operator_event(const std::string& operator_name,
                                                         const std::string& id) override {
    return to_->find_operator_event(operator_name, id);
  }
  Result<std::vector<store::LinkHistoryEntry>> link_history(Msisdn msisdn) override {
    return to_->link_history(msisdn);
  }
  store::StaffReads& staff() override { return to_->staff(); }
  Result<store::PersonFile> person_file(const NationalId& person) override { return to_->person_file(person); }
  std::string pseudonym(const NationalId& person) override { return to_->pseudonym(person); }
  std::string pseudonym(Msisdn number) override { return to_->pseudonym(number); }
  std::string top_up_key(const vouchers::Pin& pin, const store::Wallet& wallet) override {
    return to_->top_up_key(pin, wallet);
  }
  store::LedgerReads& ledger() override { return to_->ledger(); }
  store::VoucherReads& vouchers() override { return to_->vouchers(); }
  store::PaymentReads& payments() override { return to_->payments(); }
  store::CashReads& cash() override { return to_->cash(); }
  store::BankCardReads& bank_cards() override { return to_->bank_cards(); }
  store::ReconcileReads& reconciliation() override { return to_->reconciliation(); }
  store::SubscriptionReads& subscriptions() override { return to_->subscriptions(); }
  store::CitizenCaseReads& cases() override { return to_->cases(); }
  store::FillReads& fills() override { return to_->fills(); }
  store::RolloutReads& rollout() override { return to_->rollout(); }
  store::PollReads& polls() override { return to_->polls(); }
  store::BroadcastReads& broadcasts() override { return to_->broadcasts(); }
  store::MailReads& mail() override { return to_->mail(); }

 protected:
  store::Store& to() { return *to_; }

 private:
  std::unique_ptr<store::Store> to_;
};

}  // namespace shubbak::under_test
