// Any octets as a flow, its strings and what people and services do with it. The input is up to three parts with the
// octet 0x1E between them: flows/f.yaml, strings/ar.yaml (added to what every deployment needs), and a script, one
// action a line:
//   d7*1      dial            aTEXT     an answer          sTEXT   an SMS
//   ook {..}  an outcome      r         show again
// Properties: loading ends and tells each fault at a place inside the files; a flow that loads never fails however it
// is walked, every screen fits, and a session is taken up from its saved text as it was.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "domain/result.hpp"
#include "flows/engine.hpp"
#include "flows/loader.hpp"
#include "flows/revision.hpp"

using namespace shubbak;
using namespace shubbak::flows;

namespace {

constexpr std::string_view home =
    "flow: home\nschema: 1\nstates: {main: {menu: {text: sys_yes, items: [{key: \"1\", text: sys_no, flow: f}]}}}\n";
constexpr std::size_t actions_max = 60;

const std::vector<ServiceSignature>& services() {
  static const std::vector<ServiceSignature> all{
      {"ask", {}, {"not_found"}, {"number", "text", "id", "money", "list"}, false, false},
      {"tell", {"id", "value"}, {}, {"reference"}, true, true},
  };
  return all;
}

std::string system_strings() {
  std::string yaml;
  for (const std::string_view name : system_string_names) yaml.append(name).append(": ").append(name).append("\n");
  return yaml;
}

std::vector<std::string> split(std::string_view text, char separator, std::size_t parts_max) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size() && parts.size() < parts_max;) {
    const std::size_t end =
        parts.size() + 1 == parts_max ? text.size() : std::min(text.find(separator, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

void check_faults(const std::vector<Diagnostic>& faults) {
  SHUBBAK_ASSERT(!faults.empty());
  for (const Diagnostic& fault : faults)
    SHUBBAK_ASSERT(!fault.file.empty() && fault.line >= 1 && fault.column >= 1 && !fault.message.empty());
}

class Walk {
 public:
  explicit Walk(const Revision& revision) : revision_(revision) { context_.linked = true; }

  void act(const std::string& line) {
    const std::string_view rest = std::string_view(line).substr(1);
    switch (line[0]) {
      case 'd':
        check(dial(revision_, session_, split(rest, '*', 20), context_));
        break;
      case 's':
        if (auto step = command(revision_, session_, rest, context_)) check(*step);
        break;
      case 'o':
        come(rest);
        break;
      case 'r':
        check(show(revision_, session_, context_));
        break;
      case 'l':
        context_.linked = !context_.linked;
        break;
      default:
        check(answer(revision_, session_, rest, context_));
        break;
    }
  }

 private:
  void come(std::string_view text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    CallOutcome outcome{std::string(text.substr(0, end)), {}};
    boost::json::error_code error;
    const std::string_view json = text.substr(end);
    boost::json::value parsed = boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
    if (!error && parsed.is_object()) outcome.data = std::move(parsed.get_object());
    check(flows::outcome(revision_, session_, outcome, context_));
  }

  void check(const Step& step) {
    SHUBBAK_ASSERT(step.call.has_value() == (step.kind == Step::Kind::call));
    SHUBBAK_ASSERT(session_.waits_for_call == (step.kind == Step::Kind::call));
    SHUBBAK_ASSERT(ussd::octets_on_air(step.text) <= context_.screen.octets_max);
    SHUBBAK_ASSERT(session_.back.size() <= back_max);
    if (step.kind == Step::Kind::end) return;
    const std::string saved = save(revision_, session_);
    auto loaded = load_session(revision_, saved);
    SHUBBAK_ASSERT(loaded.ok());
    session_ = std::move(*loaded);
    SHUBBAK_ASSERT(save(revision_, session_) == saved);
  }

  const Revision& revision_;
  Session session_;
  Context context_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  std::vector<std::string> parts = split(text, '\x1E', 3);
  parts.resize(3);
  const std::vector<SourceFile> files{{"flows/home.yaml", std::string(home)},
                                      {"flows/f.yaml", parts[0]},
                                      {"common/strings/ar.yaml", system_strings()},
                                      {"strings/ar.yaml", parts[1]}};
  LoadOptions options;
  options.locales = {"ar"};
  options.services = services();
  const auto revision = load(files, options);
  if (!revision) {
    check_faults(revision.error());
    return 0;
  }
  Walk walk(**revision);
  walk.act("d1");
  for (const std::string& line : split(parts[2], '\n', actions_max)) {
    if (!line.empty()) walk.act(line);
  }
  return 0;
}
