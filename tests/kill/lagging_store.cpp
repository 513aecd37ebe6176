#include "tests/kill/lagging_store.hpp"

#include <deque>
#include <filesystem>

#include "tests/under_test/forwarding_store.hpp"

namespace shubbak::kill {
namespace {

using namespace store;
namespace fs = std::filesystem;

constexpr std::size_t sets_behind = 8;

class LaggingStore final : public under_test::ForwardingStore {
 public:
  LaggingStore(std::unique_ptr<Store> front, std::unique_ptr<Store> back)
      : ForwardingStore(std::move(front)), back_(std::move(back)) {}

  void change(std::vector<Change> changes, OnCommitted on_committed) override {
    auto same = changes;
    to().change(std::move(changes),
                [this, same = std::move(same), told = std::move(on_committed)](Result<Committed> committed) mutable {
                  if (committed) late_.push_back(std::move(same));
                  catch_up(sets_behind);
                  if (told) told(std::move(committed));
                });
  }
  void flush() override {
    to().flush();
    catch_up(0);
    back_->flush();
  }

 private:
  void catch_up(std::size_t behind) {
    while (late_.size() > behind) {
      back_->change(std::move(late_.front()), {});
      late_.pop_front();
    }
  }

  std::deque<std::vector<Change>> late_;
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
