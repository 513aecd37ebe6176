// shubbak replay: walks recordings again, on their own flows and on a candidate, and tells what differs.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/deployment.hpp"
#include "cli/open_store.hpp"
#include "cli/replay_report.hpp"
#include "daemon/load_flows.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::cli {
namespace {

constexpr std::size_t recordings_page = 500;

enum ReplayExit : int { exit_same = 0, exit_differs = 1, exit_not_told = 2 };

struct ReplayOptions {
  std::string config;
  std::string against;
  std::size_t sample = 0;  // 0: all
  std::string format = "text";
};

int not_told(const std::string& what) {
  std::fprintf(stderr, "shubbak replay: %s\n", what.c_str());
  return exit_not_told;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
}

// A publication by its number, a folder in place of the deployment's own, or the folders as they are.
Result<std::vector<flows::SourceFile>> candidate_sources(const ReplayOptions& options, daemon::Config config,
                                                         store::FlowArchive& archive) {
  if (is_number(options.against)) {
    const auto publication = archive.find(std::stoll(options.against));
    if (!publication) return publication.error();
    if (!*publication) return Error{Errc::not_found, "there is no publication " + options.against};
    return daemon::published_sources(archive, (*publication)->revision);
  }
  if (!options.against.empty()) {
    if (!std::filesystem::is_directory(std::filesystem::path(options.against) / "flows"))
      return Error{Errc::not_found, options.against + " is neither a publication's number nor a folder with flows/"};
    config.folders.back() = options.against;
  }
  auto read = daemon::read_flow_sources(config);
  if (!read) return Error{Errc::invalid, to_string(read.error().front())};
  return std::move(*read);
}

// The recordings' own flows, each compiled once.
class Revisions {
 public:
  Revisions(const daemon::Config& config, store::FlowArchive& archive) : config_(config), archive_(archive) {
    // The folders may be what the daemon runs, and what it recorded.
    if (const auto sources = daemon::read_flow_sources(config)) {
      if (const auto folders = daemon::compile(config, *sources)) known_[(*folders)->id()] = *folders;
    }
  }

  // Nothing: nobody has it.
  std::shared_ptr<const flows::Revision> find(const std::string& id) {
    const auto [known, is_new] = known_.try_emplace(id);
    if (!is_new) return known->second;
    const auto sources = daemon::published_sources(archive_, id);
    auto compiled = sources ? daemon::compile(config_, *sources) : std::vector<flows::Diagnostic>();
    // Of other languages now, or with services that are gone, it is not what it was.
    if (compiled && (*compiled)->id() == id) known->second = std::move(*compiled);
    return known->second;
  }

 private:
  const daemon::Config& config_;
  store::FlowArchive& archive_;
  std::map<std::string, std::shared_ptr<const flows::Revision>> known_;
};

using Visit = std::function<void(const store::StoredRecording&)>;

// All as they are read, or as many as are wanted, drawn evenly: the same ones each time, as long as no other is
// recorded.
Status visit_recordings(store::Store& store, std::size_t sample, const Visit& visit) {
  std::vector<store::StoredRecording> drawn;
  std::mt19937_64 chance(1);
  std::size_t seen = 0;
  for (std::int64_t last = 0;;) {
    auto page = store.recordings(last, recordings_page);
    if (!page) return page.error();
    if (page->empty()) break;
    last = page->back().id;
    for (store::StoredRecording& one : *page) {
      ++seen;
      if (sample == 0) {
        visit(one);
      } else if (drawn.size() < sample) {
        drawn.push_back(std::move(one));
      } else if (const std::size_t place = chance() % seen; place < sample) {
        drawn[place] = std::move(one);
      }
    }
  }
  for (const store::StoredRecording& one : drawn) visit(one);
  return seen > 0
             ? Status()
             : Error{Errc::not_found, "nothing was recorded yet: set recordings.share, and wait for walks to end"};
}

void compare_one(const store::StoredRecording& stored, const Deployment& deployment, Revisions& revisions,
                 ReplayReport& report) {
  const auto recording = rehearsal::unpack(stored.revision, stored.content);
  if (!recording) {
    report.add_damaged();
    return;
  }
  const auto profile = std::ranges::find(deployment.operators, recording->operator_name, &rehearsal::Profile::name);
  const auto own = revisions.find(recording->revision);
  if (profile == deployment.operators.end()) {
    report.add_unknown_operator();
  } else if (!own) {
    report.add_unknown_revision();
  } else {
    report.add(rehearsal::compare(*recording, own, deployment.revision, *profile));
  }
}

int replay(const ReplayOptions& options) {
  const auto config = read_configuration(options.config);
  if (!config) return exit_not_told;
  if (!std::filesystem::exists(config->database))
    return not_told("there is no database " + config->database + ": nothing was recorded");
  const auto archive = store::FlowArchive::open(config->database);
  if (!archive) return not_told(archive.error().message);
  auto sources = candidate_sources(options, *config, **archive);
  if (!sources) return not_told(sources.error().message);
  const auto deployment = load_deployment(options.config, std::move(*sources));
  if (!deployment) return exit_not_told;
  const auto store = OpenStore::open(*config);
  if (!store) return not_told(store.error().message);
  Revisions revisions(*config, **archive);
  ReplayReport report;
  const Status visited = visit_recordings(
      (*store)->store(), options.sample,
      [&](const store::StoredRecording& recording) { compare_one(recording, *deployment, revisions, report); });
  if (!visited) return not_told(visited.error().message);
  std::fputs((options.format == "json" ? report.json() : report.text()).c_str(), stdout);
  if (report.compared() == 0) return not_told("none of the recordings could be compared");
  return report.has_differences() ? exit_differs : exit_same;
}

}  // namespace

void add_replay_command(CLI::App& app, int& exit_code) {
  static ReplayOptions options;
  CLI::App* command = app.add_subcommand("replay", "Walk recordings again on changed flows, and tell what differs");
  command->description(
      "Takes the walks that the daemon recorded (setting recordings.share; nothing in them tells whose they were) "
      "and\n"
      "walks each again, on the flows it was made with and on a candidate: which read otherwise, which lead\n"
      "elsewhere, which cannot go on. Exit codes: 0 no difference, 1 differences, 2 nothing could be told.");
  add_config_option(*command, options.config);
  command->add_option("--against", options.against,
                      "The candidate: a publication's number, or a folder in place of the deployment's own (else the "
                      "deployment's folders as they are)");
  command->add_option("--sample", options.sample, "At most so many recordings, drawn evenly")
      ->check(CLI::PositiveNumber);
  command->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->callback([&exit_code] { exit_code = replay(options); });
}

}  // namespace shubbak::cli
