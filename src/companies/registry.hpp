// The register of persons that a deployment may ask before it links somebody: is there such a person, are they alive,
// and are these their initials? The national number travels in the body of a POST, never in a URL. Its answers are
// checked like a company's. Thread: the event loop's; a Registry and its HttpClient must outlive the calls that are
// under way.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "companies/http_client.hpp"
#include "domain/national_id.hpp"

namespace shubbak::companies {

struct RegistryConfig {
  std::string url;            // of the question itself; empty: there is no register to ask
  std::string authorization;  // secret; value of the Authorization header
  std::chrono::milliseconds timeout{3'000};
  // What becomes of a link while the register cannot be asked.
  enum class OnDown : std::uint8_t {
    refuse,   // it is not made
    pending,  // it is made, but its phone is asked, and it becomes active, only once the person has been verified
  };
  OnDown on_down = OnDown::refuse;
};

enum class PersonStanding : std::uint8_t { exists, unknown, deceased };
struct RegistryAnswer {
  PersonStanding standing = PersonStanding::unknown;
  std::string initials;  // of who exists; "" where the register tells none
};

class Registry {
 public:
  Registry(RegistryConfig config, HttpClient& http) : config_(std::move(config)), http_(http) {}
  [[nodiscard]] const RegistryConfig& config() const { return config_; }

  // Errors: timed_out, unavailable (also where the answer is none: garbage, too large, another status than 200).
  boost::asio::awaitable<Result<RegistryAnswer>> ask(NationalId person);

 private:
  RegistryConfig config_;
  HttpClient& http_;
};

}  // namespace shubbak::companies
