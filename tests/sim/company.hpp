// The companies' side of payments: accounts with what is due on them, and a book of what was posted under which
// reference, as the company API of samples/README.md demands it. Pure: requests in, answers out, told the time.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "companies/http_client.hpp"
#include "domain/clock.hpp"

namespace shubbak::sim {

struct CompanyPosted {
  std::string reference;
  std::string account;
  std::int64_t minor = 0;
};

class CompanyBook {
 public:
  CompanyBook(std::string name, std::chrono::milliseconds clock_is_off)
      : name_(std::move(name)), off_(clock_is_off) {}

  void open_account(const std::string& national_id, const std::string& account);
  // `declines`: it does not want this payment, for a reason of its own.
  companies::HttpResponse answer(const companies::HttpRequest& request, WallTime now, bool declines);

  [[nodiscard]] const std::vector<CompanyPosted>& posted() const { return posted_; }
  // What no company may be asked: the same reference with another body.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  struct Kept {
    std::string body;  // of the request
    std::string answer;
  };
  companies::HttpResponse pay(const companies::HttpRequest& request, WallTime now, bool declines);
  [[nodiscard]] std::int64_t due(const std::string& account) const;

  std::string name_;
  std::chrono::milliseconds off_;
  std::map<std::string, std::vector<std::string>> accounts_;  // by person
  std::map<std::string, std::int64_t> paid_;                  // by account
  std::map<std::string, Kept> kept_;                          // by reference
  std::vector<CompanyPosted> posted_;
  std::vector<std::string> faults_;
};

}  // namespace shubbak::sim
