// shubbak publish, approve, rollback, revisions, diff: which flows run, since when, and who said so.

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/deployment.hpp"
#include "cli/open_store.hpp"
#include "cli/staff_desk.hpp"
#include "cli/test_runner.hpp"
#include "cli/this_user.hpp"
#include "daemon/load_flows.hpp"
#include "flows/engine.hpp"
#include "flows/sources.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::cli {
namespace {

constexpr std::size_t listed_max = 1'000;
constexpr std::size_t walks_page = 1'000;

struct PublishOptions {
  std::string config;
  std::string author;
  std::string note;
  std::int64_t number = 0;    // rollback
  std::int64_t from = 0;      // diff
  std::int64_t to = 0;        // diff; 0: the folders
  std::int64_t proposal = 0;  // diff: of this one
  bool proposed = false;      // revisions: proposals instead
  bool preview = false;
  bool propose = false;
  std::string as;  // the account of who proposes or approves
};

int publish_failed(const std::string& what) {
  std::fprintf(stderr, "shubbak: %s\n", what.c_str());
  return exit_failed;
}

// Every conversation must hold. Printed: those that do not.
bool rehearse(const Deployment& deployment) {
  const auto conversations = read_rehearsals(rehearsals_of(deployment));
  if (!conversations) return false;
  bool all_hold = true;
  for (const TestResult& result : TestRunner(deployment.revision, deployment.operators).run(*conversations)) {
    if (!result.failure) continue;
    all_hold = false;
    std::fprintf(stderr, "%s: %s (%s, %s): %s\n", to_string(result.failure->at).c_str(), result.conversation.c_str(),
                 result.operator_name.c_str(), result.locale.c_str(), result.failure->message.c_str());
  }
  return all_hold;
}

// What a publication does to walks that wait in the store.
struct Affected {
  std::size_t unchanged = 0;  // on the same revision already
  std::size_t move = 0;
  std::size_t restart = 0;
  std::size_t end = 0;
  std::size_t pinned = 0;
};

Result<Affected> count_affected(store::Store& store, const flows::Revision& candidate) {
  Affected affected;
  std::optional<store::SavedWalk> after;
  for (;;) {
    const auto walks = store.saved_walks(wall_now(), after, walks_page);
    if (!walks) return walks.error();
    if (walks->empty()) return affected;
    for (const store::SavedWalk& walk : *walks) {
      if (walk.revision == candidate.id()) {
        ++affected.unchanged;
      } else if (flows::is_pinned(walk.session)) {
        ++affected.pinned;
      } else {
        switch (flows::move_session(candidate, walk.session).how) {
          case flows::Moved::How::goes_on:
            ++affected.move;
            break;
          case flows::Moved::How::restarts:
            ++affected.restart;
            break;
          case flows::Moved::How::ends:
            ++affected.end;
            break;
        }
      }
    }
    after = walks->back();
  }
}

void print(const Affected& affected) {
  std::printf(
      "walks that wait to be taken up: %zu go on, %zu begin anew with a notice, %zu end with one,\n"
      "%zu finish their payment on the revision they began with, %zu are on this revision already.\n"
      "Dialogues that are open now go on as they are.\n",
      affected.move, affected.restart, affected.end, affected.pinned, affected.unchanged);
}

std::string time_text(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm broken{};
  ::gmtime_r(&seconds, &broken);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &broken);
  return text;
}

// A deployment's configuration and what was published of it.
struct Publishing {
  daemon::Config config;
  std::unique_ptr<store::FlowArchive> archive;
};

// Nothing: the reason has been printed.
std::optional<Publishing> open_publishing(const PublishOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return std::nullopt;
  auto archive = store::FlowArchive::open(config->database);
  if (!archive) {
    publish_failed(archive.error().message);
    return std::nullopt;
  }
  return Publishing{std::move(*config), std::move(*archive)};
}

Result<std::vector<flows::SourceFile>> sources_of(store::FlowArchive& archive, std::int64_t number) {
  const auto publication = archive.find(number);
  if (!publication) return publication.error();
  if (!*publication) return Error{Errc::not_found, "there is no publication " + std::to_string(number)};
  return daemon::published_sources(archive, (*publication)->revision);
}

int put_in_force(const PublishOptions& options, const Publishing& publishing, const Deployment& deployment) {
  const auto store = OpenStore::open(publishing.config);
  if (!store) return publish_failed(store.error().message);
  const auto latest = publishing.archive->latest();
  if (!latest) return publish_failed(latest.error().message);
  const std::string& id = deployment.revision->id();
  if (*latest && (*latest)->revision == id)
    return publish_failed("publication " + std::to_string((*latest)->number) +
                          " is these very flows: nothing to publish");
  const auto affected = count_affected((*store)->store(), *deployment.revision);
  if (!affected) return publish_failed(affected.error().message);
  print(*affected);
  if (options.preview) {
    std::printf("revision %s could be published; nothing was changed\n", id.c_str());
    return exit_ok;
  }
  const store::Publication wanted{.number = 0,
                                  .revision = id,
                                  .author = options.author,
                                  .note = options.note,
                                  .at = wall_now(),
                                  .by = this_user()};
  const auto published =
      publishing.archive->publish(wanted, flows::pack_sources(deployment.sources), *latest ? (*latest)->number : 0,
                                  daemon::needs_second_person(publishing.config, *deployment.revision));
  if (!published) return publish_failed(published.error().message);
  std::printf("published %lld: revision %s\n", static_cast<long long>(published->number), id.c_str());
  return exit_ok;
}

int publish(const PublishOptions& options) {
  const auto publishing = open_publishing(options);
  if (!publishing) return exit_failed;
  const auto published = daemon::latest_revision(publishing->config, *publishing->archive);
  if (!published) return publish_failed(published.error().message);
  // Once as they stand there, so that faults are told where they are, and once by their plain names, so that the
  // revision has the same id wherever it is published from.
  auto read = load_deployment(options.config, std::nullopt, published->get());
  if (!read) return exit_failed;
  const auto deployment =
      load_deployment(options.config, flows::with_plain_names(std::move(read->sources)), published->get());
  if (!deployment) return exit_failed;
  if (!rehearse(*deployment)) return publish_failed("the conversations do not hold: nothing was published");
  return put_in_force(options, *publishing, *deployment);
}

// The same checks as before a publication, then the service that the API calls too.
int propose(const PublishOptions& options) {
  if (options.as.empty()) return publish_failed("--as says whose account proposes it");
  const auto deployment = load_deployment(options.config);
  if (!deployment) return exit_failed;
  if (!rehearse(*deployment)) return publish_failed("the conversations do not hold: nothing was proposed");
  auto desk = StaffDesk::open(deployment->config);
  if (!desk) return publish_failed(desk.error().message);
  const auto caller = (*desk)->log_in(options.as, staff::Permission::flow_propose);
  if (!caller) return publish_failed(caller.error().message);
  const auto made = (*desk)->run(admin::propose_flows(
      (*desk)->world(), *caller, admin::WantedFlows{options.note, admin::WantedFlows::folders, {}, {}}));
  (*desk)->log_out(*caller);
  if (!made) return publish_failed(made.error().message);
  std::printf("proposed %lld: revision %s; another person puts it into force: shubbak approve %lld\n",
              static_cast<long long>(made->proposal.number), made->proposal.revision.c_str(),
              static_cast<long long>(made->proposal.number));
  return exit_ok;
}

int approve(const PublishOptions& options) {
  const auto publishing = open_publishing(options);
  if (!publishing) return exit_failed;
  auto desk = StaffDesk::open(publishing->config);
  if (!desk) return publish_failed(desk.error().message);
  const auto caller = (*desk)->log_in(options.as, staff::Permission::flow_approve);
  if (!caller) return publish_failed(caller.error().message);
  const auto published = (*desk)->run(admin::approve_flows((*desk)->world(), *caller, options.number));
  (*desk)->log_out(*caller);
  if (!published) return publish_failed(published.error().message);
  std::printf("published %lld: revision %s\n", static_cast<long long>(published->number),
              published->revision.c_str());
  return exit_ok;
}

int roll_back(const PublishOptions& options) {
  const auto publishing = open_publishing(options);
  if (!publishing) return exit_failed;
  auto sources = sources_of(*publishing->archive, options.number);
  if (!sources) return publish_failed(sources.error().message);
  // Services may have changed since: it must still hold together.
  const auto deployment = load_deployment(options.config, std::move(*sources));
  if (!deployment) return exit_failed;
  return put_in_force(options, *publishing, *deployment);
}

int list_proposals(store::FlowArchive& archive) {
  const auto all = archive.proposals(listed_max);
  if (!all) return publish_failed(all.error().message);
  if (all->empty()) std::printf("nothing was proposed\n");
  for (const store::Proposal& one : *all) {
    const std::string became =
        one.publication == 0 ? "waits" : "publication " + std::to_string(one.publication) + " by " + one.approver;
    std::printf("%lld  %s  %s  %s  %s  %s\n", static_cast<long long>(one.number), one.revision.c_str(),
                time_text(one.at).c_str(), one.author.c_str(), became.c_str(), one.note.c_str());
  }
  return exit_ok;
}

int list(const PublishOptions& options) {
  const auto publishing = open_publishing(options);
  if (!publishing) return exit_failed;
  if (options.proposed) return list_proposals(*publishing->archive);
  const auto all = publishing->archive->list(listed_max);
  if (!all) return publish_failed(all.error().message);
  if (all->empty()) std::printf("nothing was published: the folders run\n");
  for (const store::Publication& one : *all) {
    std::printf("%s%lld  %s  %s  %s  %s\n", &one == all->data() ? "* " : "  ", static_cast<long long>(one.number),
                one.revision.c_str(), time_text(one.at).c_str(), one.author.c_str(), one.note.c_str());
  }
  return exit_ok;
}

bool write_tree(const std::filesystem::path& folder, const std::vector<flows::SourceFile>& files) {
  for (const flows::SourceFile& file : files) {
    const auto path = folder / file.name;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    if (!out.flush()) return false;
  }
  return true;
}

// diff's words, as everybody reads them. Its exit code 1 says that there are differences.
int run_diff(const std::filesystem::path& folder) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::chdir(folder.c_str()) != 0) ::_exit(2);
    ::execlp("diff", "diff", "-ruN", "from", "to", nullptr);
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) <= 1 ? exit_ok : exit_failed;
}

// 0: those in the folders.
Result<std::vector<flows::SourceFile>> sources_to_compare(const Publishing& publishing, std::int64_t number) {
  if (number != 0) return sources_of(*publishing.archive, number);
  auto read = daemon::read_flow_sources(publishing.config);
  if (!read) return Error{Errc::invalid, to_string(read.error().front())};
  return flows::with_plain_names(std::move(*read));
}

int tell_difference(const std::vector<flows::SourceFile>& from, const std::vector<flows::SourceFile>& to) {
  std::string name = (std::filesystem::temp_directory_path() / "shubbak-diff-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return publish_failed("no temporary folder");
  const std::filesystem::path folder(name);
  const bool written = write_tree(folder / "from", from) && write_tree(folder / "to", to);
  const int result = written ? run_diff(folder) : publish_failed("cannot write below " + name);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return result;
}

int show_difference(const PublishOptions& options) {
  const auto publishing = open_publishing(options);
  if (!publishing) return exit_failed;
  const auto from = sources_to_compare(*publishing, options.from);
  const auto to = sources_to_compare(*publishing, options.to);
  if (!from) return publish_failed(from.error().message);
  if (!to) return publish_failed(to.error().message);
  return tell_difference(*from, *to);
}

// What whoever approves it would put into force.
int show_proposal(const PublishOptions& options) {
  const auto publishing = open_publishing(options);
  if (!publishing) return exit_failed;
  const auto proposal = publishing->archive->find_proposal(options.proposal);
  if (!proposal) return publish_failed(proposal.error().message);
  if (!*proposal) return publish_failed("there is no proposal " + std::to_string(options.proposal));
  const auto to = daemon::published_sources(*publishing->archive, (*proposal)->revision);
  if (!to) return publish_failed(to.error().message);
  if ((*proposal)->base == 0) return tell_difference({}, *to);
  const auto from = sources_of(*publishing->archive, (*proposal)->base);
  if (!from) return publish_failed(from.error().message);
  return tell_difference(*from, *to);
}

void add_config(CLI::App& command, PublishOptions& options) {
  add_config_option(command, options.config);
}

void add_reason(CLI::App& command, PublishOptions& options) {
  command.add_option("--note", options.note, "Why")->required();
  command.add_flag("--preview", options.preview, "Only tell what it would do to walks that wait; change nothing");
}

}  // namespace

void add_publish_commands(CLI::App& app, int& exit_code) {
  static PublishOptions options;
  CLI::App* publishing = app.add_subcommand("publish", "Put a deployment's flows into force");
  publishing->description(
      "Checks the flows, rehearses their conversations, and puts them into force as a new publication. A running\n"
      "daemon takes it over within seconds, without a pause; dialogues that are open go on as they are.");
  add_config(*publishing, options);
  add_reason(*publishing, options);
  CLI::Option* author = publishing->add_option("--author", options.author, "Who publishes");
  CLI::Option* proposing = publishing->add_flag("--propose", options.propose,
                                                "Only propose it, for another person to approve; flows that move "
                                                "money are published in no other way");
  publishing
      ->add_option("--as", options.as,
                   "With --propose: your account; its password is asked for, or read from "
                   "the standard input")
      ->needs(proposing);
  author->excludes(proposing);
  publishing->callback([author, &exit_code] {
    if (!options.propose && author->count() == 0) throw CLI::RequiredError("--author or --propose");
    exit_code = options.propose ? propose(options) : publish(options);
  });

  CLI::App* approving = app.add_subcommand("approve", "Put into force what another person proposed");
  add_config(*approving, options);
  approving->add_option("number", options.number, "The number of the proposal")->required();
  approving
      ->add_option("--as", options.as, "Your account; its password is asked for, or read from the standard input")
      ->required();
  approving->callback([&exit_code] { exit_code = approve(options); });

  CLI::App* rolling_back = app.add_subcommand("rollback", "Put an earlier publication into force again");
  add_config(*rolling_back, options);
  rolling_back->add_option("--to", options.number, "The number of the publication")->required();
  add_reason(*rolling_back, options);
  rolling_back->add_option("--author", options.author, "Who publishes")->required();
  rolling_back->callback([&exit_code] { exit_code = roll_back(options); });

  CLI::App* listing = app.add_subcommand("revisions", "List what was published");
  add_config(*listing, options);
  listing->add_flag("--proposed", options.proposed, "What was proposed instead, and what became of it");
  listing->callback([&exit_code] { exit_code = list(options); });

  CLI::App* differing = app.add_subcommand("diff", "Compare publications, or one with the folders");
  add_config(*differing, options);
  CLI::Option* from = differing->add_option("from", options.from, "The number of a publication");
  differing->add_option("to", options.to, "The number of another one (else the folders)");
  CLI::Option* proposal = differing->add_option("--proposal", options.proposal,
                                                "What this proposal changes of the publication it was made upon");
  proposal->excludes(from);
  differing->callback([from, proposal, &exit_code] {
    if (proposal->count() == 0 && from->count() == 0) throw CLI::RequiredError("from or --proposal");
    exit_code = proposal->count() != 0 ? show_proposal(options) : show_difference(options);
  });
}

}  // namespace shubbak::cli
