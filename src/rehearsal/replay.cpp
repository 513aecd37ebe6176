#include "rehearsal/replay.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "flows/service_signature.hpp"

namespace shubbak::rehearsal {
namespace {

using Verdict = Comparison::Verdict;
using Kind = Recording::Input::Kind;

// What one input led to.
struct Moment {
  std::string at;  // where the walk is now
  bool moved = false;
  bool ended = false;
  std::vector<std::string> texts{};  // the screen, and what came by SMS
  std::string failure{};
};

std::string dialled(const Profile& profile, const std::string& segments) {
  std::string code = profile.service_code;
  if (!segments.empty() && code.ends_with('#')) code.insert(code.size() - 1, "*" + segments);
  return code;
}

class Again {
 public:
  Again(const Recording& recording, std::shared_ptr<const flows::Revision> revision, const Profile& profile)
      : recording_(recording), revision_(std::move(revision)), profile_(profile) {
    std::map<std::string, std::vector<MockAnswer>> answers;
    for (const Recording::Outcome& one : recording.outcomes)
      answers[one.service].push_back({.outcome = one.outcome, .data = one.data, .later = {}});
    for (auto& [service, of_it] : answers) {
      recorded_[service] = static_cast<std::uint32_t>(of_it.size());
      services_.set(service, std::move(of_it));
    }
  }

  std::vector<Moment> walk() {
    std::vector<Moment> moments;
    const auto locale = revision_->locale_index(recording_.locale);
    if (!locale) {
      moments.push_back({.at = {}, .failure = "does not speak '" + recording_.locale + "'"});
      return moments;
    }
    Rehearsal rehearsal(revision_, profile_, {.linked = recording_.linked, .locale = *locale}, services_);
    for (const Recording::Input& input : recording_.inputs) {
      rehearsal.wait(input.after);
      moments.push_back(moment_of(rehearsal, input));
      if (!moments.back().failure.empty()) break;
    }
    return moments;
  }

 private:
  Moment moment_of(Rehearsal& rehearsal, const Recording::Input& input) {
    const std::size_t visits_before = rehearsal.visits().size();
    const std::size_t messages_before = rehearsal.messages().size();
    give(rehearsal, input);
    Moment moment;
    moment.moved = rehearsal.visits().size() > visits_before;
    if (!rehearsal.visits().empty()) moment.at = name(rehearsal.visits().back().place);
    if (input.kind != Kind::text && rehearsal.screen()) {
      moment.texts.push_back(rehearsal.screen()->text);
      moment.ended = rehearsal.screen()->ended;
    }
    moment.texts.insert(moment.texts.end(),
                        rehearsal.messages().begin() + static_cast<std::ptrdiff_t>(messages_before),
                        rehearsal.messages().end());
    for (std::size_t i = visits_before; i < rehearsal.visits().size() && moment.failure.empty(); ++i)
      moment.failure = not_recorded(rehearsal.visits()[i].place);
    if (moment.failure.empty() && !rehearsal.faults().empty()) moment.failure = rehearsal.faults().front();
    return moment;
  }

  void give(Rehearsal& rehearsal, const Recording::Input& input) const {
    switch (input.kind) {
      case Kind::dial:
      case Kind::redial:
        rehearsal.dial(dialled(profile_, input.text));
        return;
      case Kind::answer:
        rehearsal.send(input.text);
        return;
      case Kind::text:
        rehearsal.sms(input.text);
        return;
    }
  }

  // What is asked there that the recording cannot tell; empty: nothing.
  std::string not_recorded(flows::Place place) const {
    const flows::State& state = revision_->state(place);
    if (std::holds_alternative<flows::Otp>(state.body))
      return asked_more(std::string(flows::otp_send)) + asked_more(std::string(flows::otp_verify));
    const auto* calling = std::get_if<flows::Calling>(&state.body);
    if (calling == nullptr) return {};
    const std::string& service = revision_->service(calling->service).name;
    for (const flows::Calling::Save& save : calling->saves) {
      for (const Recording::Outcome& one : recording_.outcomes) {
        if (one.service == service && one.outcome == "ok" && !one.data.contains(save.member))
          return "saves $." + save.member + " of " + service + ", which was not saved then";
      }
    }
    return asked_more(service);
  }

  std::string asked_more(const std::string& service) const {
    const auto known = recorded_.find(service);
    if (known == recorded_.end())
      return services_.asked(service) > 0 ? "asks " + service + ", which was not asked then" : std::string();
    return services_.asked(service) > known->second ? "asks " + service + " more often than then" : std::string();
  }

  std::string name(flows::Place place) const {
    return std::string(revision_->flow_name(place)) + "." + std::string(revision_->state_name(place));
  }

  const Recording& recording_;
  std::shared_ptr<const flows::Revision> revision_;
  const Profile& profile_;
  MockServices services_;
  std::map<std::string, std::uint32_t> recorded_;  // how often each service was asked
};

bool is_as_recorded(const Recording& recording, const std::vector<Moment>& moments) {
  if (moments.size() != recording.inputs.size() || !moments.back().failure.empty()) return false;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    if (moments[i - 1].at != recording.inputs[i].at) return false;
  }
  return recording.channel == flows::Channel::sms || moments.back().ended == recording.ended;
}

// What a state of the recorded flows is called in others.
std::string renamed(const flows::Revision& revision, const std::string& at) {
  const std::size_t dot = at.find('.');
  const auto flow = revision.flow_index(std::string_view(at).substr(0, dot));
  if (!flow || dot == std::string::npos) return at;
  const auto& names = revision.flows()[*flow].migration.renamed;
  const auto found = names.find(std::string_view(at).substr(dot + 1));
  return found == names.end() ? at : at.substr(0, dot + 1) + found->second;
}

std::string told(const Recording::Input& input, const Profile& profile) {
  if (input.is_secret) return "a secret";
  switch (input.kind) {
    case Kind::dial:
    case Kind::redial:
      return dialled(profile, input.text);
    case Kind::answer:
    case Kind::text:
      break;
  }
  return input.text;
}

std::string told(const Moment& moment) {
  return (moment.at.empty() ? "nowhere" : moment.at) + (moment.ended ? " (ends)" : "");
}

std::string text_at(const std::vector<std::string>& texts, std::size_t i) {
  return i < texts.size() ? texts[i] : std::string();
}

}  // namespace

Comparison compare(const Recording& recording, std::shared_ptr<const flows::Revision> recorded,
                   const std::shared_ptr<const flows::Revision>& candidate, const Profile& profile) {
  Comparison result;
  const std::vector<Moment> before = Again(recording, std::move(recorded), profile).walk();
  if (!is_as_recorded(recording, before)) {
    result.verdict = Verdict::not_reproduced;
    return result;
  }
  const std::vector<Moment> after = Again(recording, candidate, profile).walk();
  for (std::size_t i = 0; i < after.size(); ++i) {
    const Moment& was = before[i];
    const Moment& is = after[i];
    result.at = recording.inputs[i].at;
    result.input = told(recording.inputs[i], profile);
    const bool is_refused = was.moved && !is.moved && i > 0;
    result.reason = is.failure.empty() && is_refused ? "does not take that answer" : is.failure;
    if (!result.reason.empty()) {
      result.verdict = Verdict::failed;
      return result;
    }
    if ((is.at != was.at && is.at != renamed(*candidate, was.at)) || is.ended != was.ended) {
      result.verdict = Verdict::way;
      result.before = told(was);
      result.after = told(is);
      return result;
    }
    for (std::size_t one = 0; one < std::max(was.texts.size(), is.texts.size()); ++one) {
      if (text_at(was.texts, one) != text_at(is.texts, one))
        result.texts.push_back({was.at, text_at(was.texts, one), text_at(is.texts, one)});
    }
  }
  result.verdict = result.texts.empty() ? Verdict::same : Verdict::texts;
  return result;
}

}  // namespace shubbak::rehearsal
