// Small deployments in memory, and a phone that walks through them.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flows/checker.hpp"
#include "flows/engine.hpp"
#include "flows/loader.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows::test {

// The services of the deployments, as the services room registers them.
std::span<const ServiceSignature> services();

// The strings that the loader demands, in both languages, with short texts.
std::string system_strings(std::string_view locale);

// Flows by name and text; strings of ar and en besides the system strings.
struct Deployment {
  std::vector<std::pair<std::string, std::string>> flows;
  std::string ar{};
  std::string en{};
  std::vector<std::string> locales{"ar", "en"};
  std::map<std::string, Assurance, std::less<>> raised{};
  bool only_finishes = false;
  std::string keywords{};  // keywords.yaml
  // Leave a home flow out of `flows` and a plain one is there.
  [[nodiscard]] Result<std::shared_ptr<const Revision>, std::vector<Diagnostic>> load() const;
};
std::shared_ptr<const Revision> must_load(const Deployment& deployment);
// The faults, one a line, as `shubbak check` prints them; empty if there are none.
std::string faults_of(const Deployment& deployment);
// What the checker finds in a deployment that loads, for one operator with the usual limits unless others are given.
std::vector<Diagnostic> check_faults(const Deployment& deployment, const OperatorProfile& profile = {.name = "op"});
std::string joined(const std::vector<Diagnostic>& faults);

// A phone on a revision: every reply is kept, and between every two inputs the session goes through the store's text.
class Phone {
 public:
  explicit Phone(std::shared_ptr<const Revision> revision, std::string_view locale = "en");

  Context context;
  Session session;
  Step step;  // the last one

  Phone& dial(std::vector<std::string> segments = {});
  bool sms(std::string_view text);  // false: no command
  Phone& send(std::string_view text);
  Phone& outcome(std::string_view name, std::string_view json = "{}");
  Phone& redial();  // show()

  [[nodiscard]] std::string state() const;
  [[nodiscard]] std::string called() const;  // "bills.due {\"company\":\"x\"}" of the pending call
  [[nodiscard]] const std::string& text() const { return step.text; }
  [[nodiscard]] bool ended() const { return step.kind == Step::Kind::end; }

 private:
  void came(Step next);
  std::shared_ptr<const Revision> revision_;
};

}  // namespace shubbak::flows::test
