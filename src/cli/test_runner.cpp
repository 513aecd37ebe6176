#include "cli/test_runner.hpp"

#include <algorithm>
#include <chrono>

#include "cli/judgement.hpp"
#include "flows/graph.hpp"

namespace shubbak::cli {
namespace {

using rehearsal::Rehearsal;

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        break;
    }
  }
  return out;
}

std::optional<Golden> golden(const Expectation& wanted, const std::string& text) {
  if (!wanted.equals || *wanted.equals == text) return std::nullopt;
  return Golden{wanted.equals_at, text};
}

}  // namespace

void Coverage::add(const std::vector<Rehearsal::Visit>& visits) {
  std::optional<std::uint32_t> before;
  for (const Rehearsal::Visit& visit : visits) {
    const std::uint32_t here = key(visit.place);
    states_.insert(here);
    if (before && !visit.begins) edges_.emplace(*before, here);
    before = here;
  }
}

std::string Coverage::report(const flows::Revision& revision) const {
  std::string out;
  for (std::size_t f = 0; f < revision.flows().size(); ++f) {
    const flows::Flow& flow = revision.flows()[f];
    std::size_t states = 0;
    std::size_t edges = 0;
    std::size_t edges_all = 0;
    std::string missed;
    for (std::size_t s = 0; s < flow.states.size(); ++s) {
      const FlowPlace place{static_cast<std::uint16_t>(f), static_cast<std::uint16_t>(s)};
      if (has(place)) {
        ++states;
      } else {
        missed += (missed.empty() ? "" : ", ") + flow.states[s].name;
      }
      std::set<std::uint32_t> targets;
      for (const FlowPlace target : flows::successors(flow.states[s])) targets.insert(key(target));
      edges_all += targets.size();
      for (const std::uint32_t target : targets) edges += edges_.contains({key(place), target}) ? 1U : 0U;
    }
    out += "  " + flow.name + ": " + std::to_string(states) + " of " + std::to_string(flow.states.size()) +
           " states, " + std::to_string(edges) + " of " + std::to_string(edges_all) + " edges";
    if (!missed.empty()) out += "; never: " + missed;
    out += '\n';
  }
  return out;
}

std::vector<TestResult> TestRunner::run(const Conversation& conversation) {
  std::vector<TestResult> results;
  const auto add = [&](const std::string& on, const std::string& in) -> TestResult& {
    return results.emplace_back(TestResult{conversation.name, on, in, conversation.at.file, 0, {}});
  };
  const std::vector<std::string> locales =
      conversation.locales.empty() ? std::vector{revision_->locales().front()} : conversation.locales;
  for (const std::string& name : conversation.operators) {
    const bool is_known = std::ranges::any_of(operators_, [&](const auto& one) { return one.name == name; });
    if (!is_known) add(name, "").failure = TestFailure{conversation.at, "there is no operator '" + name + "'", {}};
  }
  for (const rehearsal::Profile& profile : operators_) {
    const bool is_meant = conversation.operators.empty() ||
                          std::ranges::find(conversation.operators, profile.name) != conversation.operators.end();
    if (!is_meant) continue;
    for (const std::string& name : locales) {
      TestResult& result = add(profile.name, name);
      const auto began = std::chrono::steady_clock::now();
      if (const auto locale = revision_->locale_index(name)) {
        result.failure = rehearse(conversation, profile, *locale);
      } else {
        result.failure = TestFailure{conversation.at, "the deployment does not speak '" + name + "'", {}};
      }
      result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    }
  }
  return results;
}

std::vector<TestResult> TestRunner::run(std::span<const Conversation> conversations) {
  std::vector<TestResult> results;
  for (const Conversation& conversation : conversations) {
    for (TestResult& result : run(conversation)) results.push_back(std::move(result));
  }
  return results;
}

TestRunner::Failure TestRunner::rehearse(const Conversation& conversation, const rehearsal::Profile& profile,
                                         std::uint8_t locale) {
  rehearsal::MockServices services;
  for (const auto& [name, answers] : conversation.services) services.set(name, answers);
  Rehearsal walk(revision_, profile,
                 {.linked = conversation.linked, .locale = locale, .serves_people = conversation.staff.has_value()},
                 services);
  messages_claimed_ = 0;
  Failure failure;
  for (const ScriptStep& step : conversation.steps) {
    failure = act(walk, step);
    if (!failure && !walk.faults().empty())
      failure = TestFailure{step.at, "the service broke a rule: " + walk.faults().front(), {}};
    if (failure) break;
  }
  if (!failure) failure = judge_end(walk, services, conversation);
  coverage_.add(walk.visits());
  return failure;
}

// As the person types it, who has read the SMS that came.
std::string TestRunner::typed(const Rehearsal& walk, const ScriptStep& step) {
  for (auto message = walk.messages().rbegin(); message != walk.messages().rend(); ++message) {
    if (const auto code = code_in(*message)) return typed_text(step.text, code);
  }
  return step.text;
}

TestRunner::Failure TestRunner::act(Rehearsal& walk, const ScriptStep& step) {
  switch (step.kind) {
    case ScriptStep::Kind::dial:
      walk.dial(typed(walk, step));
      return std::nullopt;
    case ScriptStep::Kind::send:
      if (!walk.in_dialogue() && walk.screen() && walk.screen()->ended)
        return TestFailure{
            step.at, "there is no dialogue to send into: it ended with" + got(walk.screen()->text), {}};
      walk.send(typed(walk, step));
      return std::nullopt;
    case ScriptStep::Kind::sms:
      walk.sms(typed(walk, step));
      return std::nullopt;
    case ScriptStep::Kind::expect:
      return expect_screen(walk, step);
    case ScriptStep::Kind::expect_sms:
      return expect_message(walk, step);
    case ScriptStep::Kind::wait:
      walk.wait(step.wait);
      return std::nullopt;
    case ScriptStep::Kind::drop:
      walk.drop();
      return std::nullopt;
    case ScriptStep::Kind::redial:
      walk.redial();
      return std::nullopt;
    case ScriptStep::Kind::hang_up:
      walk.hang_up();
      return std::nullopt;
    case ScriptStep::Kind::page:
      return TestFailure{step.at, "a page can only be opened on the whole system: shubbak handset --script", {}};
    case ScriptStep::Kind::staff:
      return TestFailure{step.at, "staff act on the whole system only: shubbak handset --script", {}};
    case ScriptStep::Kind::slow:
      walk.slow(step.wait);
      return std::nullopt;
    case ScriptStep::Kind::late:
      walk.late();
      return std::nullopt;
    case ScriptStep::Kind::duplicate:
      walk.duplicate();
      return std::nullopt;
    case ScriptStep::Kind::crash:
      walk.crash();
      return std::nullopt;
  }
  return std::nullopt;
}

TestRunner::Failure TestRunner::expect_screen(const Rehearsal& walk, const ScriptStep& step) {
  if (!walk.screen()) return TestFailure{step.at, "there is no screen", {}};
  const rehearsal::Screen& screen = *walk.screen();
  const Expectation& wanted = step.expectation;
  if (auto failure = judge_text(screen.text, wanted, "the screen", checks_, locale_name(walk)))
    return TestFailure{step.at, std::move(*failure), golden(wanted, screen.text)};
  if (wanted.max_octets && screen.octets > *wanted.max_octets)
    return TestFailure{step.at,
                       "the screen takes " + std::to_string(screen.octets) + " octets, at most " +
                           std::to_string(*wanted.max_octets) + " expected" + got(screen.text),
                       {}};
  if (wanted.ended && *wanted.ended != screen.ended) {
    const std::string should = *wanted.ended ? "have ended with" : "have gone on after";
    return TestFailure{step.at, "the dialogue should " + should + " this screen" + got(screen.text), {}};
  }
  checks_ += (wanted.max_octets ? 1U : 0U) + (wanted.ended ? 1U : 0U) + 1U;  // its length is always looked at
  return std::nullopt;
}

TestRunner::Failure TestRunner::expect_message(const Rehearsal& walk, const ScriptStep& step) {
  if (walk.messages().size() <= messages_claimed_) return TestFailure{step.at, "no SMS came", {}};
  const std::string& message = walk.messages()[messages_claimed_++];
  const Expectation& wanted = step.expectation;
  if (auto failure = judge_text(message, wanted, "the message", checks_, locale_name(walk)))
    return TestFailure{step.at, std::move(*failure), golden(wanted, message)};
  return std::nullopt;
}

TestRunner::Failure TestRunner::judge_end(const Rehearsal& walk, const rehearsal::MockServices& services,
                                          const Conversation& conversation) {
  const Assertions& wanted = conversation.assertions;
  for (const Expectation& expectation : wanted.messages) {
    const bool came = std::ranges::any_of(walk.messages(), [&](const std::string& message) {
      std::size_t ignored = 0;
      return !judge_text(message, expectation, "", ignored, locale_name(walk));
    });
    if (!came) {
      std::string all;
      for (const std::string& message : walk.messages()) all += got(message);
      return TestFailure{conversation.at, "no SMS is as assert.sms says" + all, {}};
    }
    ++checks_;
  }
  for (const auto& [service, count] : wanted.services_called) {
    if (services.asked(service) != count)
      return TestFailure{
          conversation.at,
          service + " was called " + std::to_string(services.asked(service)) + " times, not " + std::to_string(count),
          {}};
    ++checks_;
  }
  if (wanted.ledger_balanced && *wanted.ledger_balanced != services.is_balanced())
    return TestFailure{conversation.at, "what was paid is not what the person was told", {}};
  // With assert.sms the messages are spoken for as a whole.
  if (wanted.messages.empty() && walk.messages().size() > messages_claimed_)
    return TestFailure{
        conversation.at, "a message came that no expect_sms asks for" + got(walk.messages()[messages_claimed_]), {}};
  return std::nullopt;
}

std::string junit(std::span<const TestResult> results) {
  const auto failed = std::ranges::count_if(results, [](const TestResult& one) { return one.failure.has_value(); });
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"shubbak test\" tests=\"" +
                    std::to_string(results.size()) + "\" failures=\"" + std::to_string(failed) + "\">\n";
  for (const TestResult& one : results) {
    out += "  <testcase classname=\"" + xml(one.file) + "\" name=\"" +
           xml(one.conversation + " (" + one.operator_name + ", " + one.locale + ")") + "\" time=\"" +
           std::to_string(one.seconds) + "\"";
    if (!one.failure) {
      out += "/>\n";
      continue;
    }
    const std::string& message = one.failure->message;
    out += ">\n    <failure message=\"" + xml(message.substr(0, message.find('\n'))) + "\">" +
           xml(to_string(one.failure->at) + ": " + message) + "</failure>\n  </testcase>\n";
  }
  return out + "</testsuite>\n";
}

}  // namespace shubbak::cli
