#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <openssl/crypto.h>

#include "store/key_file.hpp"
#include "store/key_text.hpp"

namespace shubbak::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds wait_step{10};

// Both ends are closed in the program, but for its standard output.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  [[nodiscard]] bool is_open() const { return ends_[0] >= 0; }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_writing() { close_end(1); }

 private:
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

// What the program begins with: no input, its output into the pipe, signals as a program expects them.
class Surroundings {
 public:
  explicit Surroundings(const Pipe& pipe) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, pipe.writing(), STDOUT_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t none{};
    sigset_t all{};
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;
  ~Surroundings() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  // 0 or what went wrong.
  int spawn(const std::vector<std::string>& command, pid_t& process) const {
    std::vector<std::string> texts = command;
    std::vector<char*> arguments;
    arguments.reserve(texts.size() + 1);
    for (std::string& text : texts) arguments.push_back(text.data());
    arguments.push_back(nullptr);
    return posix_spawnp(&process, arguments.front(), &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

Error too_slow(const std::string& named) {
  return Error{Errc::timed_out, named + " has not ended in time; it must ask nobody for anything"};
}

// Until the program closes its output.
Status read_all(int descriptor, Clock::time_point deadline, const std::string& named, std::string& text) {
  std::array<char, 4'096> piece{};
  Status read;
  while (read.ok()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      read = too_slow(named);
      break;
    }
    pollfd waiting{descriptor, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;  // the deadline, or a signal
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) read = Error{Errc::io, named + ": its output cannot be read: " + std::strerror(errno)};
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > keys_octets_max) {
      read = Error{Errc::limit, named + " prints more than " + std::to_string(keys_octets_max) + " octets"};
    }
  }
  OPENSSL_cleanse(piece.data(), piece.size());
  return read;
}

Status wait_for_end(pid_t process, Clock::time_point deadline, const std::string& named) {
  int status = 0;
  while (true) {
    const pid_t ended = ::waitpid(process, &status, WNOHANG);
    if (ended == process) break;
    if (ended < 0 && errno != EINTR) {
      return Error{Errc::io, named + " cannot be waited for: " + std::strerror(errno)};
    }
    if (Clock::now() >= deadline) {
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
      return too_slow(named);
    }
    std::this_thread::sleep_for(wait_step);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const std::string how = WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                                            : "signal " + std::to_string(WTERMSIG(status));
  return Error{Errc::unavailable, named + " has failed with " + how};
}

}  // namespace

Result<KeyRing> run_key_command(const std::vector<std::string>& command, std::chrono::milliseconds patience) {
  if (command.empty() || command.front().empty()) return Error{Errc::invalid, "the key command names no program"};
  const std::string named = KeySource{{}, command}.name();
  const Clock::time_point deadline = Clock::now() + patience;
  Pipe pipe;
  if (!pipe.is_open()) return Error{Errc::unavailable, named + ": no pipe for it: " + std::strerror(errno)};
  pid_t process = 0;
  if (const int failed = Surroundings(pipe).spawn(command, process); failed != 0) {
    return Error{Errc::unavailable, named + " cannot be run: " + std::strerror(failed)};
  }
  pipe.close_writing();
  std::string text;
  text.reserve(2 * keys_octets_max);  // never moved: what is left behind would not be wiped
  Status done = read_all(pipe.reading(), deadline, named, text);
  if (!done.ok()) ::kill(process, SIGKILL);
  if (Status ended = wait_for_end(process, deadline + wait_step, named); done.ok()) done = std::move(ended);
  if (!done.ok()) {
    OPENSSL_cleanse(text.data(), text.size());
    return done.error();
  }
  return parse_keys(text, named);
}

}  // namespace shubbak::store
