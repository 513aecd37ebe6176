// A deployment as the commands of designers need it: its configuration, its flows and what its operators are like.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/conversation.hpp"
#include "daemon/config.hpp"
#include "daemon/load_flows.hpp"
#include "flows/loader.hpp"
#include "flows/revision.hpp"
#include "rehearsal/rehearsal.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::cli {

struct Deployment {
  daemon::Config config;
  std::vector<flows::SourceFile> sources;
  std::shared_ptr<const flows::Revision> revision;
  std::vector<rehearsal::Profile> operators;
  std::string folder;  // where the configuration stands
};

// Nothing: every fault has been printed. Without sources those in the folders; `published` is what people know by
// now, if anything.
std::optional<Deployment> load_deployment(const std::string& config_file,
                                          std::optional<std::vector<flows::SourceFile>> sources = std::nullopt,
                                          const flows::Revision* published = nullptr);

// The conversations in tests/ beside the configuration, by name.
std::vector<std::string> rehearsals_of(const Deployment& deployment);
// Nothing: every fault has been printed.
std::optional<std::vector<Conversation>> read_rehearsals(const std::vector<std::string>& files);

}  // namespace shubbak::cli
