// The deployment's store as a command uses it, beside the daemon: from one thread, waiting for each change.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/config.hpp"
#include "domain/national_id.hpp"
#include "store/store.hpp"

namespace shubbak::cli {

// What the store's writer reports waits here until it is asked for.
class OpenStore {
 public:
  static Result<std::unique_ptr<OpenStore>> open(const daemon::Config& config);

  [[nodiscard]] Country country() const { return country_; }
  store::Store& store() { return *store_; }
  Result<store::Committed> put(std::vector<store::Change> changes);  // all or none; durable on return

 private:
  Country country_ = Country::syria;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
  std::unique_ptr<store::Store> store_;  // last: its writer reports into the above
};

}  // namespace shubbak::cli
