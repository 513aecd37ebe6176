#include "cli/open_store.hpp"

#include <optional>

namespace shubbak::cli {

Result<std::unique_ptr<OpenStore>> OpenStore::open(const daemon::Config& config) {
  auto opened = std::make_unique<OpenStore>();
  opened->country_ = config.country;
  const store::StoreConfig store_config{.path = config.database,
                                        .key_file = config.key_file,
                                        .key_command = config.key_command,
                                        .is_daemons = false,
                                        .link_rules = config.links,
                                        .otp = config.codes,
                                        .vouchers = config.vouchers,
                                        .payment_limits = {config.payment_limits, config.utc_offset},
                                        .rollout = config.switches,
                                        .case_kinds = config.case_kinds,
                                        .fills = config.fills.taking};
  auto store = store::open_sqlite(store_config, [reports = opened.get()](std::function<void()> report) {
    const std::lock_guard lock(reports->mutex_);
    reports->waiting_.push_back(std::move(report));
  });
  if (!store) return store.error();
  opened->store_ = std::move(*store);
  return opened;
}

Result<store::Committed> OpenStore::put(std::vector<store::Change> changes) {
  std::optional<Result<store::Committed>> outcome;
  store_->change(std::move(changes),
                 [&outcome](Result<store::Committed> committed) { outcome.emplace(std::move(committed)); });
  store_->flush();
  std::vector<std::function<void()>> reports;
  {
    const std::lock_guard lock(mutex_);
    reports.swap(waiting_);
  }
  for (const auto& report : reports) report();
  SHUBBAK_ASSERT(outcome.has_value());
  return std::move(*outcome);
}

}  // namespace shubbak::cli
