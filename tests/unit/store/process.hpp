// A process of its own for a part of a test, told through a pipe.
#pragma once

#include <array>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <catch2/catch.hpp>

namespace shubbak::store {

// Runs `act` in a process of its own, which must end by itself, with that exit code, or by SIGKILL; told() waits for
// it.
class Process {
 public:
  template <class Act>
  explicit Process(const Act& act, int exit_code = 0) : exit_code_(exit_code) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      ::close(ends[0]);
      act(ends[1]);
      ::_exit(0);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }
  // Each octet that it wrote.
  std::vector<unsigned char> told() {
    std::vector<unsigned char> told;
    unsigned char one = 0;
    while (::read(pipe_, &one, 1) == 1) told.push_back(one);
    ::close(pipe_);
    int status = 0;
    REQUIRE(::waitpid(child_, &status, 0) == child_);
    REQUIRE((WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == exit_code_));
    return told;
  }

 private:
  int exit_code_ = 0;
  pid_t child_ = -1;
  int pipe_ = -1;
};

}  // namespace shubbak::store
