#include "store/doubt.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <future>
#include <memory>
#include <pthread.h>
#include <string_view>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace shubbak::store {
namespace {

// A reader that is gone is told by an error: a signal would end the process with another exit code.
void write_whole(int file, std::string_view left) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  while (!left.empty()) {
    const ssize_t count = ::write(file, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    left.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

// By a thread of its own: whether a write would wait, no file tells of every kind, and others write to it meanwhile.
void say_last(int file, std::string text) {
  const auto said = std::make_shared<std::promise<void>>();
  const std::future<void> done = said->get_future();
  try {
    std::thread([file, text = std::move(text), said] {
      write_whole(file, text);
      said->set_value();
    }).detach();
  } catch (const std::system_error&) {
    return;  // no thread can be had: ending is what matters
  }
  done.wait_for(last_words_max);
}

void end_in_doubt(const Error& why) {
  say_last(STDERR_FILENO,
           why.message +
               "\nWhether this was written nobody can know now: mend the disk, and look before you repeat it.\n");
  std::_Exit(doubt_exit_code);
}

}  // namespace shubbak::store
