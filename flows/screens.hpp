// What a waiting state or an end shows to one person: its texts printed, its items offered, its page laid out.
// Thread: one for each Revision; the content lives in scratch space of the thread until the next one is painted.
#pragma once

#include <string>
#include <string_view>

#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "ussd/screen.hpp"

namespace shubbak::flows {

class Painter {
 public:
  Painter(const Revision& revision, const Session& session, const Context& context)
      : revision_(revision), session_(session), context_(context) {}

  // Of the state that the session is at. Items stand in the order of what they are made from: a menu's offered items,
  // a list's entries, yes and no.
  [[nodiscard]] ussd::Content content() const;
  [[nodiscard]] ussd::Page page(const ussd::Content& content) const {
    return ussd::lay_out(content, session_.page, context_.screen);
  }

  // In the channel's words: what is shown of a page, and what goes out as an SMS.
  [[nodiscard]] std::string finished(std::string text) const;
  [[nodiscard]] std::string printed(TextId id) const;
  // A text alone, cut to one page.
  [[nodiscard]] std::string alone(std::string_view text) const;

  [[nodiscard]] bool offers_back() const { return !session_.back.empty(); }
  [[nodiscard]] bool offers_home() const { return !(session_.at == revision_.home()); }

 private:
  struct Scratch;
  static Scratch& scratch();

  [[nodiscard]] std::string_view text(TextId id, const Record* entry = nullptr) const;
  [[nodiscard]] std::string_view text(SystemString id) const { return text(static_cast<TextId>(id)); }
  [[nodiscard]] std::string_view body(const State& state, const ChannelText& own) const;
  [[nodiscard]] std::string_view body(const End& end) const;
  void add_items(const Menu& menu) const;
  void add_items(const ListMenu& menu) const;
  [[nodiscard]] ussd::Navigation navigation() const;

  const Revision& revision_;
  const Session& session_;
  const Context& context_;
};

// The entries of a list slot; nothing if it is not set.
const List* list_in(const Session& session, std::uint16_t slot);
bool is_set(const Session& session, std::uint16_t slot);

}  // namespace shubbak::flows
