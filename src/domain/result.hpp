// Result<T>: a value or an error, for everything that can fail on input, peers, files or the network.
// Programmer errors are asserted with SHUBBAK_ASSERT instead, which stays on in release builds.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace shubbak {

enum class Errc : unsigned char {
  malformed,     // the bytes or text do not have the form they must have
  invalid,       // well formed, but not an allowed value
  not_found,     // nothing there under that name
  conflict,      // clashes with what is already there
  limit,         // over a named limit
  denied,        // the caller may not
  insufficient,  // less is there than is to be taken
  unavailable,   // a peer or resource is down; trying later may help
  timed_out,     // no answer in time; the outcome at the peer is unknown
  io,            // disk or socket error
};

struct Error {
  Errc code;
  std::string message;  // for people: where it is and what to do; never holds personal data
};

template <class T = std::monostate, class E = Error>
class [[nodiscard]] Result {
 public:
  Result() requires std::is_same_v<T, std::monostate> : held_(std::in_place_index<0>) {}
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *get(); }
  const T& value() const& { return *std::as_const(*this).get(); }
  T&& value() && { return std::move(*get()); }
  T& operator*() & { return *get(); }
  const T& operator*() const& { return *std::as_const(*this).get(); }
  T&& operator*() && { return std::move(*get()); }
  T* operator->() { return get(); }
  const T* operator->() const { return std::as_const(*this).get(); }

  [[nodiscard]] const E& error() const {
    const E* error = std::get_if<1>(&held_);
    if (error == nullptr) std::abort();
    return *error;
  }

 private:
  T* get() {
    T* value = std::get_if<0>(&held_);
    if (value == nullptr) std::abort();
    return value;
  }
  const T* get() const {
    const T* value = std::get_if<0>(&held_);
    if (value == nullptr) std::abort();
    return value;
  }
  std::variant<T, E> held_;
};

using Status = Result<std::monostate>;

}  // namespace shubbak

// A broken assumption of ours, never of input: stops the process, so that nothing is done on a wrong belief.
#define SHUBBAK_ASSERT(condition)                                                                      \
  do {                                                                                                 \
    if (!(condition)) [[unlikely]] {                                                                   \
      std::fprintf(stderr, "shubbak: assertion failed: %s (%s:%d)\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                                    \
    }                                                                                                  \
  } while (false)
