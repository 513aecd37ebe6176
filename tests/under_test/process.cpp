#include "tests/under_test/process.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace shubbak::under_test {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

void die(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, what.c_str());
  std::exit(1);
}

void pin_to(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0)
    std::fprintf(stderr, "%s: cannot pin to processor %d\n", program_invocation_short_name, processor);
}

Process::Process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                 std::optional<int> processor, const std::string& log_file, Prints prints) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) die("no pipe");
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ != 0) {
    ::close(pipe[1]);
    output_ = pipe[0];
    return;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  if (processor) pin_to(*processor);
  const int log = ::open(log_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  ::dup2(prints == Prints::answers ? pipe[1] : log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  for (const std::string& entry : environment) ::putenv(strdup(entry.c_str()));
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(strdup(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

Process::~Process() {
  terminate();
  ::close(output_);
}

void Process::ask_to_stop() {
  ::kill(pid_, SIGTERM);
}

void Process::terminate() {
  end_by(SIGTERM);
}

void Process::kill() {
  end_by(SIGKILL);
}

void Process::end_by(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  static_cast<void>(wait());
}

int Process::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string Process::read_until(std::string_view text, std::chrono::milliseconds timeout) {
  const auto give_up = std::chrono::steady_clock::now() + timeout;
  while (printed_.find(text) == std::string::npos) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(give_up - std::chrono::steady_clock::now()).count();
    pollfd waiting{output_, POLLIN, 0};
    std::array<char, 4096> octets{};
    const ssize_t got = left > 0 && ::poll(&waiting, 1, static_cast<int>(left)) > 0
                            ? ::read(output_, octets.data(), octets.size())
                            : 0;
    if (got <= 0) die("'" + std::string(text) + "' did not come, but:\n" + printed_);
    printed_.append(octets.data(), static_cast<std::size_t>(got));
  }
  return printed_;
}

double Process::cpu_seconds() const {
  const std::string stat = read_file("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t Process::resident_octets() const {
  std::istringstream fields(read_file("/proc/" + std::to_string(pid_) + "/statm"));
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  fields >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string temporary_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "shubbak-under-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) die("no temporary folder");
  return name;
}

}  // namespace shubbak::under_test
