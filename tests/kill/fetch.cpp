#include "tests/kill/fetch.hpp"

#include <curl/curl.h>

#include "tests/under_test/process.hpp"

namespace shubbak::kill {
namespace {

std::size_t keep(char* octets, std::size_t size, std::size_t count, void* kept) {
  static_cast<std::string*>(kept)->append(octets, size * count);
  return size * count;
}

struct Fetched {
  long status = 0;
  std::string body;
};

// Nothing to post: a get.
Fetched exchange(const std::string& url, const std::string* posted) {
  CURL* const request = curl_easy_init();
  Fetched fetched;
  curl_easy_setopt(request, CURLOPT_URL, url.c_str());
  if (posted != nullptr) curl_easy_setopt(request, CURLOPT_POSTFIELDS, posted->c_str());
  curl_easy_setopt(request, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(request, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(request, CURLOPT_WRITEDATA, &fetched.body);
  const CURLcode code = curl_easy_perform(request);
  curl_easy_getinfo(request, CURLINFO_RESPONSE_CODE, &fetched.status);
  curl_easy_cleanup(request);
  if (code != CURLE_OK) under_test::die(url + ": " + curl_easy_strerror(code));
  return fetched;
}

}  // namespace

std::string fetch(const std::string& url, const std::string& body) {
  Fetched fetched = exchange(url, body.empty() ? nullptr : &body);
  if (fetched.status != 200) under_test::die(url + ": status " + std::to_string(fetched.status));
  return std::move(fetched.body);
}

long press(const std::string& url) {
  const std::string nothing;
  return exchange(url, &nothing).status;
}

}  // namespace shubbak::kill
