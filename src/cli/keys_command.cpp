// shubbak keys: which key seals what, and sealing anew with the newest one.

#include <chrono>
#include <cstdio>
#include <string>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/keys_report.hpp"
#include "cli/this_user.hpp"
#include "daemon/config.hpp"
#include "store/key_rotation.hpp"

namespace shubbak::cli {
namespace {

struct KeysOptions {
  std::string config;
  bool no_daemon = false;
};

Result<daemon::Config, int> config_in(const std::string& file) {
  auto config = read_configuration(file);
  if (config) return std::move(*config);
  return int{exit_failed};
}

store::KeySource source_of(const daemon::Config& config) {
  return {config.key_file, config.key_command};
}

int show_status(const KeysOptions& options) {
  const auto config = config_in(options.config);
  if (!config) return config.error();
  const auto uses = store::KeyRotation::status(config->database);
  if (!uses) return failed("keys", uses.error().message);
  const auto keys = store::read_keys(source_of(*config));
  std::fputs(keys_report(*uses, keys ? *keys : store::KeyRing({})).c_str(), stdout);
  if (!keys) return failed("keys", keys.error().message);
  if (uses->empty()) return exit_ok;
  const auto fits = store::KeyRotation::check(config->database, source_of(*config));
  return fits ? exit_ok : failed("keys", "shubbakd would not start: " + fits.error().message);
}

// At most once a second.
class ProgressTeller {
 public:
  void operator()(const store::RotationProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.sealed_anew == 0 || now - told_ < std::chrono::seconds(1)) return;
    told_ = now;
    std::fprintf(stderr, "%s: %lld sealed anew\n", std::string(progress.what).c_str(),
                 static_cast<long long>(progress.sealed_anew));
  }

 private:
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

int rotate(const KeysOptions& options) {
  const auto config = config_in(options.config);
  if (!config) return config.error();
  auto rotation = store::KeyRotation::open(config->database, source_of(*config), options.no_daemon);
  if (!rotation) {
    const bool is_new = rotation.error().code == Errc::unavailable && !options.no_daemon;
    return failed("keys", rotation.error().message + (is_new ? " (where none runs: --no-daemon)" : ""));
  }
  const auto done = (*rotation)->rotate(this_user(), ProgressTeller());
  if (!done) return failed("keys", done.error().message + "; nothing is lost, run it again");
  std::printf("%lld fields sealed anew, with key %u\n", static_cast<long long>(done->sealed_anew),
              unsigned{done->newest});
  if (done->damaged > 0) {
    return failed("keys", std::to_string(done->damaged) + " fields do not open and were left as they are");
  }
  if (done->remaining > 0) {
    return failed(
        "keys", std::to_string(done->remaining) +
                    " fields were sealed with an older key meanwhile: restart the shubbakd that was started before " +
                    "the newest key was added, then run this again");
  }
  return exit_ok;
}

CLI::App* add_with_config(CLI::App& command, const std::string& name, const std::string& what, KeysOptions& options) {
  CLI::App* added = command.add_subcommand(name, what);
  add_config_option(*added, options.config);
  return added;
}

}  // namespace

void add_keys_command(CLI::App& app, int& exit_code) {
  static KeysOptions options;
  CLI::App* command = app.add_subcommand("keys", "Which key seals what, and sealing anew with the newest one");
  command->description(
      "The keys that seal personal fields in the database. A new one is added as a line `ID HEX` to the key file "
      "and\n"
      "comes into use when shubbakd is started again; docs/operating.md tells the steps.");
  command->require_subcommand(1);
  add_with_config(*command, "status", "How many fields each key seals", options)->callback([&exit_code] {
    exit_code = show_status(options);
  });
  CLI::App* rotating = add_with_config(
      *command, "rotate", "Seal with the newest key what older ones have sealed, beside the running daemon", options);
  rotating->add_flag("--no-daemon", options.no_daemon, "No daemon runs: a key that none was started with is taken");
  rotating->callback([&exit_code] { exit_code = rotate(options); });
}

}  // namespace shubbak::cli
