// shubbak privacy: what is kept of one person, told to them or erased.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/open_store.hpp"
#include "cli/person_json.hpp"
#include "cli/this_user.hpp"
#include "domain/text.hpp"
#include "store/audit_trail.hpp"
#include "store/privacy.hpp"

namespace shubbak::cli {
namespace {

struct PrivacyOptions {
  std::string config;
  std::string national_id;
  std::string output;
  bool yes = false;
};

struct Found {
  daemon::Config config;
  NationalId person;
  std::unique_ptr<OpenStore> open;
};

// What both begin with.
Result<Found, int> open_for(const PrivacyOptions& options) {
  std::string digits = options.national_id;
  if (digits == "-" && !std::getline(std::cin, digits)) {
    return wrong_usage("privacy", "no national number on the standard input");
  }
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  auto person = NationalId::parse(config->country, latin_digits(digits));
  if (!person) return wrong_usage("privacy", "--national-id: " + person.error().message);
  auto open = OpenStore::open(*config);
  if (!open) return failed("privacy", open.error().message);
  return Found{std::move(*config), std::move(*person), std::move(*open)};
}

Result<std::vector<audit::Record>> records_of(const daemon::Config& config, const std::string& pseudonym) {
  auto trail = store::AuditTrail::open(config.database);
  if (!trail) return trail.error();
  std::vector<audit::Record> records;
  const auto read = (*trail)->each({.person = pseudonym}, [&](const audit::Record& record) {
    records.push_back(record);
    return true;
  });
  if (!read) return read.error();
  return records;
}

// A new file that nobody else may read. It is never written over another one.
Status write_file(const std::string& path, const std::string& text) {
  const auto error = [&path](const std::string& doing) {
    return Error{Errc::io, path + " cannot be " + doing + ": " + std::strerror(errno)};
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return error("made");
  Status written;
  for (std::size_t done = 0; written.ok() && done < text.size();) {
    const ssize_t put = ::write(file, text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      written = error("written");
    } else {
      done += static_cast<std::size_t>(put);
    }
  }
  if (::close(file) != 0 && written.ok()) written = error("written");
  if (!written.ok()) ::unlink(path.c_str());
  return written;
}

Status write_out(const std::string& path, const std::string& text) {
  if (!path.empty()) return write_file(path, text);
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return whole ? Status() : Status(Error{Errc::io, "the output could not be written whole"});
}

int export_person(const PrivacyOptions& options) {
  const auto opened = open_for(options);
  if (!opened) return opened.error();
  store::Store& store = opened->open->store();
  const auto file = store.person_file(opened->person);
  if (!file) return failed("privacy", file.error().message);
  const auto records = records_of(opened->config, store.pseudonym(opened->person));
  if (!records) return failed("privacy", records.error().message);
  // Told before it is out of the house.
  const auto told = opened->open->put({store::AddAudit{
      .at = wall_now(), .by = this_user(), .action = audit::Action::privacy_exported, .person = opened->person}});
  if (!told) return failed("privacy", told.error().message);
  const auto written = write_out(options.output, person_json(opened->person, *file, *records));
  if (!written) return failed("privacy", written.error().message);
  return exit_ok;
}

int erase_person(const PrivacyOptions& options) {
  if (!options.yes) return wrong_usage("privacy", "what is erased never comes back: --yes says that it is meant");
  auto opened = open_for(options);
  if (!opened) return opened.error();
  const std::string masked = opened->person.masked();
  const auto erased = opened->open->put({store::ErasePerson{opened->person, this_user(), wall_now()}});
  // Where nothing is kept, an erasure may have been cut off before its last step.
  if (!erased && erased.error().code != Errc::not_found)
    return failed("privacy", masked + ": " + erased.error().message);
  opened->open.reset();
  if (const auto emptied = store::empty_log(opened->config.database); !emptied) {
    std::fprintf(stderr, "shubbak privacy: sealed copies may stay in the database's log for a while: %s\n",
                 emptied.error().message.c_str());
  }
  if (!erased) return failed("privacy", masked + ": " + erased.error().message);
  std::printf("%s: erased; readings and the audit trail stay\n", masked.c_str());
  return exit_ok;
}

CLI::App* add_with_person(CLI::App& command, const std::string& name, const std::string& what,
                          PrivacyOptions& options) {
  CLI::App* added = command.add_subcommand(name, what);
  add_config_option(*added, options.config);
  added->add_option("--national-id", options.national_id, "Of whom; '-' reads it from stdin")->required();
  return added;
}

}  // namespace

void add_privacy_command(CLI::App& app, int& exit_code) {
  static PrivacyOptions options;
  CLI::App* command = app.add_subcommand("privacy", "What is kept of one person: told, or erased");
  command->description(
      "What is kept of one person, for them to have or to be erased, beside the running daemon. The audit trail is\n"
      "told of either. The key file must be readable, so run it as the daemon's user.");
  command->require_subcommand(1);
  CLI::App* exporting = add_with_person(*command, "export", "All that is kept, as JSON, in full", options);
  exporting->add_option("--output", options.output, "A new file, readable by its owner only; without it stdout");
  exporting->callback([&exit_code] { exit_code = export_person(options); });
  CLI::App* erasing = add_with_person(
      *command, "erase", "Erase what no law demands to keep; the person's links must be released", options);
  erasing->add_flag("--yes", options.yes, "It is meant: nothing of it comes back");
  erasing->callback([&exit_code] { exit_code = erase_person(options); });
}

}  // namespace shubbak::cli
