#include "cli/graph.hpp"

#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "domain/text.hpp"

namespace shubbak::cli {
namespace {

using flows::none;
constexpr std::size_t label_letters_max = 28;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string shortened(std::string_view utf8) {
  std::string out;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (c == U'\n' || ++letters > label_letters_max) return out + "…";
    append_code_point(out, c);
  }
  return out;
}

// What a state looks like.
struct Look {
  const char* kind;
  const char* shape;
  const char* fill;
};
struct LookOf {
  Look operator()(const flows::Menu&) const { return {"menu", "box", "#e8f0fe"}; }
  Look operator()(const flows::ListMenu&) const { return {"list", "box", "#e8f0fe"}; }
  Look operator()(const flows::Input&) const { return {"input", "box", "#e6f4ea"}; }
  Look operator()(const flows::Collect&) const { return {"collect", "box", "#e6f4ea"}; }
  Look operator()(const flows::Confirm& confirm) const {
    return confirm.shows.empty() ? Look{"confirm", "box", "#e6f4ea"} : Look{"confirm payment", "octagon", "#fef7e0"};
  }
  Look operator()(const flows::Otp&) const { return {"code", "octagon", "#fde7c8"}; }
  Look operator()(const flows::Calling& calling) const {
    return calling.moves_money ? Look{"money", "doubleoctagon", "#fce8e6"} : Look{"call", "ellipse", "#f1f3f4"};
  }
  Look operator()(const flows::Switch&) const { return {"switch", "diamond", "#ffffff"}; }
  Look operator()(const flows::Set&) const { return {"set", "ellipse", "#ffffff"}; }
  Look operator()(const flows::Subflow&) const { return {"subflow", "component", "#f3e8fd"}; }
  Look operator()(const flows::Return&) const { return {"return", "house", "#f3e8fd"}; }
  Look operator()(const flows::End&) const { return {"end", "box", "#dadce0"}; }
};

class Drawing {
 public:
  Drawing(const flows::Revision& revision, std::uint16_t flow, std::uint8_t locale)
      : revision_(revision), flow_(flow), locale_(locale) {}

  std::string draw() {
    const flows::Flow& flow = revision_.flows()[flow_];
    out_ = "digraph \"" + escaped(flow.name) +
           "\" {\n  rankdir=TB; nodesep=0.35; ranksep=0.45; fontname=\"DejaVu Sans\";\n"
           "  node [fontname=\"DejaVu Sans\", fontsize=10, style=\"filled,rounded\", color=\"#5f6368\"];\n"
           "  edge [fontname=\"DejaVu Sans\", fontsize=9, color=\"#5f6368\"];\n";
    entries(flow);
    for (std::size_t i = 0; i < flow.states.size(); ++i) node(flow.states[i], i);
    for (std::size_t i = 0; i < flow.states.size(); ++i) edges(flow.states[i], i);
    for (const auto& [ways, label] : edges_) {
      out_ += "  " + ways.first + " -> " + ways.second + " [label=\"" + escaped(label) + "\"];\n";
    }
    for (const auto& [name, id] : outside_)
      out_ += "  " + id + " [label=\"" + escaped(name) + "\", shape=cds, fillcolor=\"#ffffff\"];\n";
    return out_ + "}\n";
  }

 private:
  static std::string id(std::size_t state) { return "s" + std::to_string(state); }

  void entries(const flows::Flow& flow) {
    if (flow.is_subflow()) return;
    const std::string name = flow.code.empty() ? flow.name : flow.name + " *" + flow.code;
    out_ += "  start [label=\"" + escaped(name) + "\", shape=circle, fillcolor=\"#ffffff\"];\n";
    edges_[{"start", id(0)}] = "";
    if (flow.sms_start != 0) edges_[{"start", id(flow.sms_start)}] = "SMS";
  }

  [[nodiscard]] std::string text(flows::TextId text_id) const {
    const flows::Text& text = revision_.text(locale_, text_id);
    std::string out;
    if (text.is_literal()) {
      out = text.literal();
    } else {
      text.print(out, {}, revision_.plurals(locale_));
    }
    return shortened(out);
  }

  void node(const flows::State& state, std::size_t index) {
    const Look look = std::visit(LookOf{}, state.body);
    std::string label = state.name + "\n" + look.kind;
    if (const auto* calling = std::get_if<flows::Calling>(&state.body))
      label += ": " + revision_.service(calling->service).name;
    if (const auto* subflow = std::get_if<flows::Subflow>(&state.body))
      label += ": " + revision_.flows()[subflow->flow].name;
    if (const auto* back = std::get_if<flows::Return>(&state.body)) label += ": " + back->outcome;
    out_ += "  " + id(index) + " [label=\"" + escaped(label) + "\", shape=" + look.shape + ", fillcolor=\"" +
            look.fill + "\"];\n";
  }

  void edge(std::size_t from, flows::Place to, const std::string& label) {
    std::string target = id(to.state);
    if (to.flow != flow_) {
      const std::string& name = revision_.flows()[to.flow].name;
      target = outside_.emplace(name, "f" + std::to_string(to.flow)).first->second;
    }
    std::string& all = edges_[{id(from), target}];
    if (!all.empty() && !label.empty()) all += "\n";
    all += label;
  }

  void branch(std::size_t from, const flows::Branch& branch, const std::string& label) {
    for (const flows::Choice& choice : branch) {
      const std::string when =
          choice.condition == none ? std::string() : "[" + revision_.condition(choice.condition).text() + "]";
      std::string both = label;
      if (!label.empty() && !when.empty()) both += ' ';
      edge(from, choice.to, both += when);
    }
  }

  void outcomes(std::size_t from, const std::vector<flows::Calling::Outcome>& all,
                const std::vector<flows::Branch>& branches) {
    for (std::size_t i = 0; i < branches.size(); ++i) {
      std::string names;
      for (const flows::Calling::Outcome& outcome : all) {
        if (outcome.branch == i) names += (names.empty() ? "" : "|") + outcome.name;
      }
      branch(from, branches[i], names);
    }
  }

  void edges(const flows::State& state, std::size_t from) {
    if (const auto* menu = std::get_if<flows::Menu>(&state.body)) {
      for (const flows::MenuItem& item : menu->items) branch(from, item.to, item.key + " " + text(item.label.ussd));
    } else if (const auto* list = std::get_if<flows::ListMenu>(&state.body)) {
      branch(from, list->pick, "picked");
    } else if (const auto* input = std::get_if<flows::Input>(&state.body)) {
      branch(from, input->then, "");
    } else if (const auto* collect = std::get_if<flows::Collect>(&state.body)) {
      branch(from, collect->then, collect->done);
    } else if (const auto* confirm = std::get_if<flows::Confirm>(&state.body)) {
      branch(from, confirm->yes, "yes");
      branch(from, confirm->no, "no");
    } else if (const auto* otp = std::get_if<flows::Otp>(&state.body)) {
      branch(from, otp->ok, "ok");
      branch(from, otp->fail, "fail");
      branch(from, otp->locked, "locked");
    } else if (const auto* calling = std::get_if<flows::Calling>(&state.body)) {
      outcomes(from, calling->outcomes, calling->branches);
    } else if (const auto* chosen = std::get_if<flows::Switch>(&state.body)) {
      branch(from, chosen->then, "");
    } else if (const auto* set = std::get_if<flows::Set>(&state.body)) {
      branch(from, set->then, "");
    } else if (const auto* subflow = std::get_if<flows::Subflow>(&state.body)) {
      outcomes(from, subflow->outcomes, subflow->branches);
    }
    branch(from, state.invalid.to, "invalid");
  }

  const flows::Revision& revision_;
  std::uint16_t flow_;
  std::uint8_t locale_;
  std::string out_;
  std::map<std::pair<std::string, std::string>, std::string> edges_;
  std::map<std::string, std::string> outside_;  // other flows: name, id
};

}  // namespace

std::string dot_of(const flows::Revision& revision, std::uint16_t flow, std::uint8_t locale) {
  return Drawing(revision, flow, locale).draw();
}

}  // namespace shubbak::cli
