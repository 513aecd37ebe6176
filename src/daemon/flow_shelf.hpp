// Which revision of the flows runs: the latest publication in the database, or, while nothing was ever published, the
// deployment's folders, which are kept in the database before anything begins on them. A new one is compiled beside
// the event loop and put in place between two events; dialogues go on on the revision they began with, and one that
// cannot be loaded leaves everything as it is. Thread: the event loop's, but for the compiling.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "daemon/config.hpp"
#include "daemon/load_flows.hpp"
#include "store/flow_archive.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

class FlowShelf {
 public:
  using Faults = std::vector<flows::Diagnostic>;
  // The new revision, or why there is none.
  using OnLoaded = std::function<void(Result<std::shared_ptr<const flows::Revision>, Faults>)>;

  FlowShelf(boost::asio::any_io_executor executor, const Config& config, OnLoaded on_loaded);
  ~FlowShelf();
  FlowShelf(const FlowShelf&) = delete;
  FlowShelf& operator=(const FlowShelf&) = delete;

  // At the start, before anybody is served. Also the revisions of saved walks, on which confirmed payments finish,
  // and in whose words payments that are not over will be told.
  Result<std::shared_ptr<const flows::Revision>, Faults> open(store::Store& store);
  // To be called about every second: looks whether something was published since.
  void tick();
  // Reads what runs anew: the folders, or the latest publication.
  void reload();

  // The one that runs (0: the folders), for metrics and logs.
  [[nodiscard]] std::int64_t publication() const { return publication_; }
  // One that runs no more: walks and payments that began on it still name it.
  void keep(std::shared_ptr<const flows::Revision> revision, store::Store& store);
  // A revision that saved walks or payments still need; nothing if it is not known.
  [[nodiscard]] std::shared_ptr<const flows::Revision> kept(const std::string& id) const;

 private:
  using Loaded = Result<std::shared_ptr<const flows::Revision>, Faults>;
  using Sources = Result<std::vector<flows::SourceFile>, Faults>;
  Loaded load(const std::optional<store::Publication>& publication);
  // Compiles what stands in the folders, and keeps it there. Also beside the loop.
  Loaded load_folders(store::FlowArchive& archive, const Sources& sources,
                      const std::vector<std::string>& spared) const;
  Loaded load_folders_beside(const Sources& sources, const std::vector<std::string>& spared) const;
  [[nodiscard]] std::vector<std::string> ids_in_use() const;
  static Result<std::unordered_set<std::string>> needed(store::Store& store);
  void start_loading(std::optional<store::Publication> publication);
  [[nodiscard]] Faults fault(const std::string& message) const;

  boost::asio::any_io_executor executor_;
  const Config& config_;
  OnLoaded on_loaded_;
  std::unique_ptr<store::FlowArchive> archive_;
  std::unordered_map<std::string, std::shared_ptr<const flows::Revision>> kept_;
  std::string running_{};  // its id
  std::int64_t publication_ = 0;
  std::int64_t refused_ = 0;  // a publication that could not be loaded: told once
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::thread compiling_;
  bool is_compiling_ = false;
};

}  // namespace shubbak::daemon
