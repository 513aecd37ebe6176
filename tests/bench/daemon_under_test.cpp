#include "daemon_under_test.hpp"

#include <array>
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "domain/msisdn.hpp"
#include "store/store.hpp"

namespace shubbak::bench {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

void die(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

void pin_to(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0)
    std::fprintf(stderr, "bench: cannot pin to processor %d\n", processor);
}

Process::Process(const std::vector<std::string>& command, const std::vector<std::string>& environment, int processor,
                 const std::string& log_file, Prints prints) {
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
  pin_to(processor);
  const int log = ::open(log_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  ::dup2(prints == Prints::answers ? pipe[1] : log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  for (const std::string& entry : environment) ::putenv(strdup(entry.c_str()));
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(strdup(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

Process::~Process() {
  terminate();
  ::close(output_);
}

void Process::terminate() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
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
  std::string name = (std::filesystem::temp_directory_path() / "shubbak-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) die("no temporary folder");
  return name;
}

std::uint64_t phone_number(std::uint32_t k) {
  return 963930000000ULL + k;
}

void make_database(const std::string& folder, std::uint32_t count) {
  const std::string key_file = folder + "/shubbak.key";
  std::ofstream(key_file) << std::string(64, 'a') << '\n';
  ::chmod(key_file.c_str(), S_IRUSR | S_IWUSR);
  auto store =
      store::open_sqlite({.path = folder + "/shubbak.db", .key_file = key_file}, [](const std::function<void()>&) {});
  if (!store) die(store.error().message);
  std::vector<store::Change> changes;
  for (std::uint32_t k = 0; k < count; ++k) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "1%010u", k);
    const auto id = NationalId::parse(Country::syria, digits);
    const auto msisdn = Msisdn::from_value(phone_number(k));
    if (!id || !msisdn) die("sample person");
    changes.emplace_back(store::ChangeLink{
        *msisdn, *id, identity::LinkEvent::import, {Actor::Kind::command_line, "bench"}, wall_now(), {}});
    if (changes.size() == 1000 || k + 1 == count) {
      (*store)->change(std::exchange(changes, {}), [](const Result<store::Committed>&) {});
      (*store)->flush();
    }
  }
}

}  // namespace shubbak::bench
