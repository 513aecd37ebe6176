#include "cli/published_words.hpp"

#include "cli/diagnostics.hpp"
#include "daemon/load_flows.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::cli {

Result<std::shared_ptr<const flows::Revision>> words_of(const daemon::Config& config) {
  const auto archive = store::FlowArchive::open(config.database);
  if (!archive) return archive.error();
  const auto latest = (*archive)->latest();
  if (!latest) return latest.error();
  daemon::LoadedFlows loaded = std::vector<flows::Diagnostic>{};
  if (*latest) {
    const auto sources = daemon::published_sources(**archive, (*latest)->revision);
    if (!sources) return sources.error();
    loaded = daemon::load_sources_of(config, *sources);
  } else {
    loaded = daemon::load_flows(config);
  }
  if (loaded) return *loaded;
  print_diagnostics(loaded.error(), Colour::automatic);
  return Error{Errc::invalid, "the flows have faults"};
}

std::shared_ptr<const flows::Revision> kept_words_of(const daemon::Config& config, const std::string& revision) {
  const auto archive = store::FlowArchive::open(config.database);
  if (!archive) return nullptr;
  const auto sources = daemon::published_sources(**archive, revision);
  if (!sources) return nullptr;
  const auto loaded = daemon::load_to_finish(config, *sources);
  return loaded ? *loaded : nullptr;
}

}  // namespace shubbak::cli
