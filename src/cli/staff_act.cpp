#include "cli/staff_act.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace shubbak::cli {
namespace {

namespace asio = boost::asio;

// This program once more, with a pipe that holds what they type as its input. -1: it could not be started.
pid_t begin_process(const StaffAct& act) {
  std::vector<std::string> texts{"shubbak"};
  texts.insert(texts.end(), act.words.begin(), act.words.end());
  texts.insert(texts.end(), {"--config", act.config, "--as", act.account});
  std::vector<char*> arguments;
  arguments.reserve(texts.size() + 1);
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const std::string typed = act.password + "\n" + (act.typed.empty() ? "" : act.typed + "\n");
  const bool is_typed = ::write(ends[1], typed.data(), typed.size()) == static_cast<ssize_t>(typed.size());
  ::close(ends[1]);
  const pid_t process = is_typed ? ::fork() : -1;
  if (process == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);  // what it prints is no part of the conversation
    ::dup2(ends[0], STDIN_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    ::execv("/proc/self/exe", arguments.data());
    ::_exit(127);
  }
  ::close(ends[0]);
  return process;
}

}  // namespace

asio::awaitable<Result<int>> carry_out(asio::any_io_executor executor, StaffAct act) {
  asio::signal_set ended(executor, SIGCHLD);  // before it begins, so that its end is not missed
  const pid_t process = begin_process(act);
  if (process < 0) co_return Error{Errc::io, "the command could not be started"};
  int status = 0;
  pid_t done = 0;
  while ((done = ::waitpid(process, &status, WNOHANG)) == 0)
    co_await ended.async_wait(asio::as_tuple(asio::use_awaitable));
  if (done == process && WIFEXITED(status)) co_return WEXITSTATUS(status);
  co_return Error{Errc::io, "the command was ended by force"};
}

}  // namespace shubbak::cli
