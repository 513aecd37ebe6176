// A flow under the fuzzer, and a walk through it, one action a line:
//   d7*1      dial            aTEXT     an answer          sTEXT   an SMS
//   ook {..}  an outcome      r         show again         l       link or unlink the number
//   cX        what dialogues from now on are shown on: the bits of X choose length and digits
// Checked after each: the step is whole, its text fits, and the session is taken up from its saved text as it was.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "domain/result.hpp"
#include "flows/engine.hpp"
#include "flows/loader.hpp"
#include "flows/revision.hpp"

namespace shubbak::fuzz {

inline std::vector<std::string> split(std::string_view text, char separator, std::size_t parts_max) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size() && parts.size() < parts_max;) {
    const std::size_t end =
        parts.size() + 1 == parts_max ? text.size() : std::min(text.find(separator, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// The flow "f" with its strings, beside a home menu that leads to it, two services and what every deployment needs.
inline Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>> load_flow(
    const std::string& flow, const std::string& strings) {
  static const std::vector<flows::ServiceSignature> services{
      {.name = "ask", .outcomes = {"not_found"}, .results = {"number", "text", "id", "money", "list"}},
      {.name = "tell",
       .args = {"id", "value"},
       .results = {"reference"},
       .changes = true,
       .assurance = flows::Assurance::link},
  };
  const std::string home =
      "flow: home\nschema: 1\nstates: {main: {menu: {text: sys_yes, items: [{key: \"1\", text: sys_no, flow: "
      "f}]}}}\n";
  std::string common;
  for (const std::string_view name : flows::system_string_names)
    common.append(name).append(": ").append(name) += '\n';
  const std::vector<flows::SourceFile> files{{"flows/home.yaml", home},
                                             {"flows/f.yaml", flow},
                                             {"common/strings/ar.yaml", common},
                                             {"strings/ar.yaml", strings}};
  flows::LoadOptions options;
  options.locales = {"ar"};
  options.services = services;
  return flows::load(files, options);
}

class Walk {
 public:
  static constexpr std::size_t actions_max = 60;

  explicit Walk(const flows::Revision& revision) : revision_(revision) { choose(0); }

  void act_all(std::string_view script) {
    for (const std::string& line : split(script, '\n', actions_max)) {
      if (!line.empty()) act(line);
    }
  }

  void act(const std::string& line) {
    const std::string_view rest = std::string_view(line).substr(1);
    switch (line[0]) {
      case 'd':
        check(flows::dial(revision_, session_, split(rest, '*', 20), shown(flows::Channel::ussd)));
        break;
      case 's':
        if (auto step = flows::command(revision_, session_, rest, shown(flows::Channel::sms))) check(*step);
        break;
      case 'o':
        come(rest);
        break;
      case 'r':
        check(flows::show(revision_, session_, context()));
        break;
      case 'l':
        linked_ = !linked_;
        break;
      case 'c':
        choose(rest.empty() ? 0U : static_cast<unsigned char>(rest[0]));
        break;
      default:
        check(flows::answer(revision_, session_, rest, context()));
        break;
    }
  }

  // Goes on from a session that was saved somewhere.
  void take_up(flows::Session session) {
    session_ = std::move(session);
    check_saving();
    if (!session_.waits_for_call) check(flows::show(revision_, session_, context()));
  }

 private:
  // Screens as gateways have them; texts of one to four short messages.
  void choose(unsigned bits) {
    constexpr std::array<std::uint32_t, 4> screen_octets{160, 40, 120, 223};
    constexpr std::array<std::uint32_t, 4> text_octets{530, 140, 266, 398};
    ussd_.screen.octets_max = screen_octets[bits & 3U];
    sms_.screen.octets_max = text_octets[(bits >> 2U) & 3U];
    sms_.screen.shows_navigation = false;
    ussd_.digits = (bits & 16U) != 0 ? flows::DigitStyle::arabic : flows::DigitStyle::latin;
    sms_.digits = (bits & 32U) != 0 ? flows::DigitStyle::arabic : flows::DigitStyle::latin;
  }
  const flows::Context& shown(flows::Channel channel) {
    flows::Context& context = channel == flows::Channel::sms ? sms_ : ussd_;
    context.linked = linked_;
    return context;
  }
  const flows::Context& context() { return shown(session_.channel); }

  void come(std::string_view text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    flows::CallOutcome outcome{std::string(text.substr(0, end)), {}};
    boost::json::error_code error;
    const std::string_view json = text.substr(end);
    boost::json::value parsed = boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
    if (!error && parsed.is_object()) outcome.data = std::move(parsed.get_object());
    check(flows::outcome(revision_, session_, outcome, context()));
  }

  void check(const flows::Step& step) {
    SHUBBAK_ASSERT(step.call.has_value() == (step.kind == flows::Step::Kind::call));
    SHUBBAK_ASSERT(session_.waits_for_call == (step.kind == flows::Step::Kind::call));
    SHUBBAK_ASSERT(ussd::octets_on_air(step.text) <= context().screen.octets_max);
    SHUBBAK_ASSERT(session_.back.size() <= flows::back_max);
    if (step.kind != flows::Step::Kind::end) check_saving();
  }

  void check_saving() {
    const std::string saved = flows::save(revision_, session_);
    auto loaded = flows::load_session(revision_, saved);
    SHUBBAK_ASSERT(loaded.ok());
    session_ = std::move(*loaded);
    SHUBBAK_ASSERT(flows::save(revision_, session_) == saved);
  }

  const flows::Revision& revision_;
  flows::Session session_;
  flows::Context ussd_;
  flows::Context sms_;
  bool linked_ = true;
};

}  // namespace shubbak::fuzz
