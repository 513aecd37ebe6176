// shubbak check: does a deployment's configuration hold together with its flows and strings?

#include <cstdio>
#include <map>
#include <string>

#include "cli/command.hpp"
#include "cli/deployment.hpp"
#include "cli/diagnostics.hpp"
#include "daemon/load_flows.hpp"

namespace shubbak::cli {
namespace {

enum class Format : std::uint8_t { text, json, sarif };
struct CheckCommand {
  std::string file;
  Format format = Format::text;
  Colour colour = Colour::automatic;
};

// Tools get their document also when there is nothing to tell.
int tell(const std::vector<flows::Diagnostic>& faults, const CheckCommand& command) {
  switch (command.format) {
    case Format::text:
      print_diagnostics(faults, command.colour);
      if (!faults.empty()) std::fprintf(stderr, "%zu %s\n", faults.size(), faults.size() == 1 ? "fault" : "faults");
      break;
    case Format::json:
      std::fputs(to_json(faults).c_str(), stdout);
      break;
    case Format::sarif:
      std::fputs(to_sarif(faults).c_str(), stdout);
      break;
  }
  return faults.empty() ? exit_ok : exit_failed;
}

// What people know by now, if this machine has a database that says so.
daemon::LoadedFlows find_published(const daemon::Config& config) {
  const auto archive = store::FlowArchive::open_for_reading(config.database);
  if (archive && *archive == nullptr) return std::shared_ptr<const flows::Revision>();
  const auto published = archive ? daemon::latest_revision(config, **archive)
                                 : Result<std::shared_ptr<const flows::Revision>>(archive.error());
  if (published) return *published;
  return std::vector<flows::Diagnostic>{
      {.file = config.database, .line = 1, .column = 1, .message = published.error().message, .hint = {}}};
}

int check_deployment(const CheckCommand& command) {
  const auto config = daemon::read_config(command.file, daemon::process_environment);
  if (!config) return tell(config.error(), command);
  const auto sources = daemon::read_flow_sources(*config);
  if (!sources) return tell(sources.error(), command);
  const auto published = find_published(*config);
  if (!published) return tell(published.error(), command);
  const auto loaded = daemon::load_sources_of(*config, *sources, published->get());
  if (!loaded) return tell(loaded.error(), command);
  if (command.format == Format::text) {
    std::printf("ok: %s, %zu files, %zu languages, %zu operators\n", config->deployment.c_str(), sources->size(),
                config->locales.size(), config->operators.size());
  }
  return tell({}, command);
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  static CheckCommand options;
  CLI::App* command = app.add_subcommand("check", "Check a deployment's configuration, flows and strings");
  command->description(
      "Reads a deployment as the daemon would, proves what docs/rules.md lists, and prints every fault with\n"
      "file:line:column, its rule and what to do. Nothing is started and nothing is changed.");
  add_config_option(*command, options.file);
  const std::map<std::string, Format> formats{
      {"text", Format::text}, {"json", Format::json}, {"sarif", Format::sarif}};
  command->add_option("--format", options.format, "text for people; json or sarif for editors and CI, to stdout")
      ->transform(CLI::CheckedTransformer(formats));
  const std::map<std::string, Colour> colours{
      {"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}};
  command->add_option("--colour,--color", options.colour, "auto, always or never")
      ->transform(CLI::CheckedTransformer(colours));
  command->callback([&exit_code] { exit_code = check_deployment(options); });
}

}  // namespace shubbak::cli
