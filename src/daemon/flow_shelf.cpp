#include "daemon/flow_shelf.hpp"

#include <boost/asio/post.hpp>

#include "daemon/doubt.hpp"
#include "daemon/log.hpp"
#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "flows/sources.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t kept_max = 16;  // beyond, those that nothing names any more are let go

}  // namespace

FlowShelf::FlowShelf(boost::asio::any_io_executor executor, const Config& config, OnLoaded on_loaded)
    : executor_(std::move(executor)), config_(config), on_loaded_(std::move(on_loaded)) {}

FlowShelf::~FlowShelf() {
  *alive_ = false;
  if (compiling_.joinable()) compiling_.join();
}

FlowShelf::Faults FlowShelf::fault(const std::string& message) const {
  return {{.file = config_.database, .line = 1, .column = 1, .message = message, .hint = {}}};
}

Result<std::shared_ptr<const flows::Revision>, FlowShelf::Faults> FlowShelf::open(store::Store& store) {
  auto archive = store::FlowArchive::open(config_.database, end_in_doubt);
  if (!archive) return fault(archive.error().message);
  archive_ = std::move(*archive);
  const auto latest = archive_->latest();
  if (!latest) return fault(latest.error().message);
  auto loaded = load(*latest);
  if (!loaded) return loaded;
  if (*latest) publication_ = (*latest)->number;
  running_ = (*loaded)->id();
  const auto ids = needed(store);
  if (!ids) return fault(ids.error().message);
  for (const std::string& id : *ids) {
    if (id == (*loaded)->id()) continue;
    const auto sources = published_sources(*archive_, id);
    if (!sources) {  // as of folders that a version of before has not kept: its walks begin anew
      log::warning("revision_missing", {{"revision", id}, {"reason", sources.error().message}});
      continue;
    }
    auto revision = load_to_finish(config_, *sources);
    if (revision) {
      kept_.emplace(id, *std::move(revision));
    } else {
      log::error("revision_refused", {{"revision", id}, {"fault", to_string(revision.error().front())}});
    }
  }
  return loaded;
}

Result<std::shared_ptr<const flows::Revision>, FlowShelf::Faults> FlowShelf::load(
    const std::optional<store::Publication>& publication) {
  return publication ? load_publication(config_, *archive_, *publication)
                     : load_folders(*archive_, read_flow_sources(config_), {});
}

FlowShelf::Loaded FlowShelf::load_folders(store::FlowArchive& archive, const Sources& sources,
                                          const std::vector<std::string>& spared) const {
  if (!sources) return sources.error();
  Loaded loaded = load_sources_of(config_, *sources);
  if (!loaded) return loaded;
  const std::string packed = flows::pack_sources(flows::with_plain_names(*sources));
  if (const Status kept = archive.keep_folders((*loaded)->id(), packed, spared, wall_now()); !kept)
    return fault(kept.error().message);
  return loaded;
}

FlowShelf::Loaded FlowShelf::load_folders_beside(const Sources& sources,
                                                 const std::vector<std::string>& spared) const {
  const auto archive = store::FlowArchive::open(config_.database, end_in_doubt);
  return archive ? load_folders(**archive, sources, spared) : Loaded(fault(archive.error().message));
}

std::vector<std::string> FlowShelf::ids_in_use() const {
  std::vector<std::string> ids{running_};
  for (const auto& [id, revision] : kept_) ids.push_back(id);
  return ids;
}

// A payment that was confirmed goes on on the revision that it was confirmed on, and is told of in its words. Which
// walks have confirmed one, only their sealed sessions tell: the revisions of all walks are few.
Result<std::unordered_set<std::string>> FlowShelf::needed(store::Store& store) {
  std::unordered_set<std::string> ids;
  const auto revisions = store.payments().revisions_of_open_payments();
  if (!revisions) return revisions.error();
  ids.insert(revisions->begin(), revisions->end());
  const auto walks = store.revisions_of_walks(wall_now());
  if (!walks) return walks.error();
  ids.insert(walks->begin(), walks->end());
  return ids;
}

void FlowShelf::keep(std::shared_ptr<const flows::Revision> revision, store::Store& store) {
  const std::string id = revision->id();
  kept_.insert_or_assign(id, std::move(revision));
  if (kept_.size() <= kept_max) return;
  const auto ids = needed(store);
  if (!ids) return;  // nothing is let go of that may be needed; the next publication looks again
  std::erase_if(kept_, [&](const auto& one) { return one.first != id && !ids->contains(one.first); });
}

std::shared_ptr<const flows::Revision> FlowShelf::kept(const std::string& id) const {
  const auto found = kept_.find(id);
  return found == kept_.end() ? nullptr : found->second;
}

void FlowShelf::tick() {
  if (is_compiling_) return;
  const auto latest = archive_->latest();
  if (!latest || !*latest || (*latest)->number == publication_ || (*latest)->number == refused_) return;
  start_loading(*latest);
}

void FlowShelf::reload() {
  if (is_compiling_) return;  // it reads what is newest anyway
  const auto latest = archive_->latest();
  if (!latest) {
    on_loaded_(fault(latest.error().message));
    return;
  }
  start_loading(*latest);
}

// The sources are read here, compiled there, and the result comes back through the loop.
void FlowShelf::start_loading(std::optional<store::Publication> publication) {
  Sources sources = std::vector<flows::SourceFile>();
  if (publication) {
    auto published = published_sources(*archive_, publication->revision);
    if (published) {
      sources = std::move(*published);
    } else {
      sources = fault(published.error().message);
    }
  } else {
    sources = read_flow_sources(config_);
  }
  if (compiling_.joinable()) compiling_.join();
  is_compiling_ = true;
  compiling_ = std::thread([this, alive = alive_, sources = std::move(sources), publication = std::move(publication),
                            spared = ids_in_use()] {
    Loaded loaded = !publication ? load_folders_beside(sources, spared)
                    : sources    ? load_sources_of(config_, *sources)
                                 : Loaded(sources.error());
    if (!loaded && publication) loaded = faults_of_publication(config_, *publication, loaded.error());
    boost::asio::post(executor_, [this, alive, publication, loaded = std::move(loaded)]() mutable {
      if (!*alive) return;
      is_compiling_ = false;
      if (loaded) {
        running_ = (*loaded)->id();
        publication_ = publication ? publication->number : 0;
      } else if (publication) {
        refused_ = publication->number;
      }
      on_loaded_(std::move(loaded));
    });
  });
}

}  // namespace shubbak::daemon
