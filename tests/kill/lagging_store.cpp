#include "tests/kill/lagging_store.hpp"

#include <deque>
#include <filesystem>

#include "store/privacy.hpp"

namespace shubbak::kill {
namespace {

using namespace store;
namespace fs = std::filesystem;

constexpr std::size_t sets_behind = 8;

class LaggingStore final : public Store {
 public:
  LaggingStore(std::unique_ptr<Store> front, std::unique_ptr<Store> back)
      : front_(std::move(front)), back_(std::move(back)) {}

  void change(std::vector<Change> changes, OnCommitted on_committed) override {
    auto same = changes;
    front_->change(std::move(changes), [this, same = std::move(same),
                                        told = std::move(on_committed)](Result<Committed> committed) mutable {
      if (committed) late_.push_back(std::move(same));
      catch_up(sets_behind);
      if (told) told(std::move(committed));
    });
  }
  void flush() override {
    front_->flush();
    catch_up(0);
    back_->flush();
  }

  Result<Person> find_person(Msisdn msisdn) override { return front_->find_person(msisdn); }
  [[nodiscard]] std::uint64_t links_version() const override { return front_->links_version(); }
  [[nodiscard]] std::uint64_t foreign_changes() const override { return front_->foreign_changes(); }
  [[nodiscard]] std::uint32_t imsi_mark(std::string_view imsi) override { return front_->imsi_mark(imsi); }
  Result<std::optional<SavedWalk>> find_walk(Msisdn msisdn, WalkChannel channel, WallTime now) override {
    return front_->find_walk(msisdn, channel, now);
  }
  Result<std::vector<Reading>> undelivered_readings(std::string_view company, std::int64_t after_id,
                                                    std::size_t rows_max) override {
    return front_->undelivered_readings(company, after_id, rows_max);
  }
  Result<std::vector<Reading>> readings_of_account(std::string_view company, std::string_view account,
                                                   std::size_t rows_max) override {
    return front_->readings_of_account(company, account, rows_max);
  }
  Result<std::optional<Reading>> find_reading(const std::string& reference) override {
    return front_->find_reading(reference);
  }
  Result<OutboxPage> outbox_page(std::string_view link, std::int64_t after_id, std::size_t rows_max) override {
    return front_->outbox_page(link, after_id, rows_max);
  }
  Result<bool> is_in_outbox(std::int64_t id) override { return front_->is_in_outbox(id); }
  Result<std::vector<std::pair<std::string, std::size_t>>> outbox_sizes() override { return front_->outbox_sizes(); }
  Status ping() override { return front_->ping(); }
  Result<std::vector<SavedWalk>> saved_walks(WallTime now, const std::optional<SavedWalk>& after,
                                             std::size_t rows_max) override {
    return front_->saved_walks(now, after, rows_max);
  }
  Result<std::vector<std::string>> revisions_of_walks(WallTime now) override {
    return front_->revisions_of_walks(now);
  }
  Result<std::vector<StoredRecording>> recordings(std::int64_t after_id, std::size_t rows_max) override {
    return front_->recordings(after_id, rows_max);
  }
  Result<std::optional<ServicePin>> service_pin(const NationalId& person) override {
    return front_->service_pin(person);
  }
  Result<std::vector<Statistic>> statistics(std::chrono::sys_days from, std::chrono::sys_days to) override {
    return front_->statistics(from, to);
  }
  Result<std::vector<StoredLink>> links_of(const NationalId& national_id) override {
    return front_->links_of(national_id);
  }
  Result<std::optional<StoredLink>> find_link(Msisdn msisdn) override { return front_->find_link(msisdn); }
  Result<LinkCodeCheck> check_link_code(Msisdn msisdn, std::string_view code, WallTime now) override {
    return front_->check_link_code(msisdn, code, now);
  }
  Result<std::optional<std::string>> find_operator_event(const std::string& operator_name,
                                                         const std::string& id) override {
    return front_->find_operator_event(operator_name, id);
  }
  Result<std::vector<LinkHistoryEntry>> link_history(Msisdn msisdn) override { return front_->link_history(msisdn); }
  StaffReads& staff() override { return front_->staff(); }
  Result<PersonFile> person_file(const NationalId& person) override { return front_->person_file(person); }
  std::string pseudonym(const NationalId& person) override { return front_->pseudonym(person); }
  std::string pseudonym(Msisdn number) override { return front_->pseudonym(number); }
  std::string top_up_key(const vouchers::Pin& pin, const Wallet& wallet) override {
    return front_->top_up_key(pin, wallet);
  }
  LedgerReads& ledger() override { return front_->ledger(); }
  VoucherReads& vouchers() override { return front_->vouchers(); }
  PaymentReads& payments() override { return front_->payments(); }
  CashReads& cash() override { return front_->cash(); }
  SubscriptionReads& subscriptions() override { return front_->subscriptions(); }
  CitizenCaseReads& cases() override { return front_->cases(); }
  BankCardReads& bank_cards() override { return front_->bank_cards(); }
  ReconcileReads& reconciliation() override { return front_->reconciliation(); }
  RolloutReads& rollout() override { return front_->rollout(); }

 private:
  void catch_up(std::size_t behind) {
    while (late_.size() > behind) {
      back_->change(std::move(late_.front()), {});
      late_.pop_front();
    }
  }

  std::deque<std::vector<Change>> late_;
  std::unique_ptr<Store> front_;
  std::unique_ptr<Store> back_;
};

// Nobody has either of them open.
Status copy_database(const std::string& from, const std::string& to) {
  std::error_code failed;
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(to + part, failed);
  for (const char* part : {"", "-wal"}) {
    if (!fs::exists(from + part, failed)) continue;
    fs::copy_file(from + part, to + part, failed);
    if (failed) return Error{Errc::io, to + part + ": " + failed.message()};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Store>> open_lagging(const StoreConfig& config, Post post) {
  StoreConfig copy = config;
  copy.path.append(".front");
  if (const Status copied = copy_database(config.path, copy.path); !copied) return copied.error();
  auto back = open_sqlite(config, post);
  if (!back) return back;
  auto front = open_sqlite(copy, std::move(post));
  if (!front) return front;
  return std::unique_ptr<Store>(std::make_unique<LaggingStore>(std::move(*front), std::move(*back)));
}

}  // namespace shubbak::kill
