#include "companies/registry.hpp"

#include <boost/json.hpp>

namespace shubbak::companies {
namespace {

constexpr std::size_t initials_octets_max = 32;

Error unreadable() {
  return Error{Errc::unavailable, "the register of persons gave no answer that can be read"};
}

// What the register says of this person; an answer about another one is none.
Result<RegistryAnswer> read(const HttpResponse& response, const NationalId& person) {
  if (response.status != 200) {
    return Error{Errc::unavailable,
                 "the register of persons answered with status " + std::to_string(response.status)};
  }
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(response.body, failed);
  const auto* answer = failed ? nullptr : parsed.if_object();
  const auto* standing = answer == nullptr ? nullptr : answer->if_contains("standing");
  if (standing == nullptr || !standing->is_string()) return unreadable();
  const auto* about = answer->if_contains("national_id");
  if (about == nullptr || !about->is_string() || about->get_string() != person.reveal()) return unreadable();
  RegistryAnswer told;
  if (const auto* initials = answer->if_contains("initials"); initials != nullptr) {
    if (!initials->is_string() || initials->get_string().size() > initials_octets_max) return unreadable();
    told.initials = std::string(initials->get_string());
  }
  const auto& word = standing->get_string();
  if (word == "exists") {
    told.standing = PersonStanding::exists;
  } else if (word == "unknown") {
    told.standing = PersonStanding::unknown;
  } else if (word == "deceased") {
    told.standing = PersonStanding::deceased;
  } else {
    return unreadable();
  }
  return told;
}

}  // namespace

boost::asio::awaitable<Result<RegistryAnswer>> Registry::ask(NationalId person) {
  HttpRequest request;
  request.url = config_.url;
  request.authorization = config_.authorization;
  request.timeout = config_.timeout;
  request.body = boost::json::serialize(
      boost::json::object{{"national_id", person.reveal()}, {"country", std::string(to_string(person.country()))}});
  auto fetching = http_.fetch(std::move(request));
  const HttpResult response = co_await std::move(fetching);
  if (!response) {
    const Errc code = response.error().code == Errc::timed_out ? Errc::timed_out : Errc::unavailable;
    co_return Error{code, "the register of persons: " + response.error().message};
  }
  co_return read(*response, person);
}

}  // namespace shubbak::companies
