// shubbak graph: a flow as a picture.

#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/deployment.hpp"
#include "cli/graph.hpp"

namespace shubbak::cli {
namespace {

struct GraphOptions {
  std::string config;
  std::string flow;
  std::string locale;
  std::string format = "dot";
  std::string output;
};

// Graphviz makes the picture; it reads the DOT from a pipe.
int render(const GraphOptions& options, const std::string& dot) {
  int ends[2];
  if (::pipe(ends) != 0) return exit_failed;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    const std::string format = "-T" + options.format;
    ::execlp("dot", "dot", format.c_str(), "-o", options.output.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[0]);
  FILE* pipe = ::fdopen(ends[1], "w");
  const bool written = pipe != nullptr && std::fwrite(dot.data(), 1, dot.size(), pipe) == dot.size();
  if (pipe != nullptr) std::fclose(pipe);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (written && WIFEXITED(status) && WEXITSTATUS(status) == 0) return exit_ok;
  std::fprintf(stderr, "shubbak graph: Graphviz' dot did not make %s (is the package graphviz installed?)\n",
               options.output.c_str());
  return exit_failed;
}

int draw(const GraphOptions& options) {
  const auto deployment = load_deployment(options.config);
  if (!deployment) return exit_failed;
  const flows::Revision& revision = *deployment->revision;
  const auto flow = revision.flow_index(options.flow);
  const auto locale = revision.locale_index(options.locale.empty() ? revision.locales().front() : options.locale);
  if (!flow || !locale) {
    std::fprintf(stderr, "shubbak graph: there is no %s '%s'\n", flow ? "language" : "flow",
                 (flow ? options.locale : options.flow).c_str());
    return exit_failed;
  }
  const std::string dot = dot_of(revision, *flow, *locale);
  if (options.format != "dot") return render(options, dot);
  std::FILE* out = options.output == "-" ? stdout : std::fopen(options.output.c_str(), "w");
  const bool written = out != nullptr && std::fwrite(dot.data(), 1, dot.size(), out) == dot.size();
  if (out != nullptr && out != stdout) std::fclose(out);
  if (!written) std::fprintf(stderr, "shubbak graph: cannot write %s\n", options.output.c_str());
  return written ? exit_ok : exit_failed;
}

}  // namespace

void add_graph_command(CLI::App& app, int& exit_code) {
  static GraphOptions options;
  CLI::App* command = app.add_subcommand("graph", "Draw a flow");
  command->description("Draws the states of a flow and the ways between them, with what takes each way.");
  add_config_option(*command, options.config);
  command->add_option("--flow", options.flow, "The flow's name")->required();
  command->add_option("--locale", options.locale, "The language of the labels (else the deployment's first)");
  command->add_option("--format", options.format, "svg and png need Graphviz")
      ->check(CLI::IsMember({"dot", "svg", "png"}))
      ->capture_default_str();
  command->add_option("--output,-o", options.output, "The file; - is the standard output, for dot")->default_val("-");
  command->callback([&exit_code] {
    if (options.format != "dot" && options.output == "-") {
      std::fprintf(stderr, "shubbak graph: name a file for the picture: -o FLOW.%s\n", options.format.c_str());
      exit_code = exit_usage;
      return;
    }
    exit_code = draw(options);
  });
}

}  // namespace shubbak::cli
