#include "flows/checker.hpp"

#include "flows/confirm_words.hpp"
#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

void tell_unused_strings(const Revision& revision, Faults& faults) {
  for (const Revision::UnusedString& unused : revision.unused_strings())
    faults.add(unused.at, "no flow uses the string '" + unused.name + "'", "take it out", Rule::unused_string);
}

// A word for both would be a yes to whoever means no.
void tell_words_for_both(const Revision& revision, Faults& faults) {
  for (std::uint8_t locale = 0; locale < static_cast<std::uint8_t>(revision.locales().size()); ++locale) {
    const ConfirmWords yes(revision, locale, SystemString::yes, SystemString::yes_words);
    const ConfirmWords no(revision, locale, SystemString::no, SystemString::no_words);
    const auto tell = [&](const std::string& word, SystemString where) {
      faults.add(revision.text_at(locale, static_cast<TextId>(where)), "'" + word + "' means yes and no",
                 "keep it in one of sys_yes, sys_yes_words, sys_no and sys_no_words", Rule::keyword_clash);
    };
    if (!no.label().empty() && yes.has(no.label())) tell(no.label(), SystemString::no);
    for (const std::string& word : no.others()) {
      if (yes.has(word)) tell(word, SystemString::no_words);
    }
  }
}

}  // namespace

std::vector<Diagnostic> check(const Revision& revision, const CheckOptions& options) {
  Faults faults(revision.files());
  tell_unused_strings(revision, faults);
  tell_words_for_both(revision, faults);
  if (prove_subflows(revision, faults)) {
    const Reach reach(revision);
    prove_ends(revision, faults);
    prove_steps(revision, faults);
    prove_slots(revision, reach, faults);
    prove_choices(revision, faults);
    prove_secrets(revision, faults);
    prove_screens(revision, reach, options.operators, faults);
    prove_time(revision, reach, options.operators, faults);
    prove_assurance(revision, faults);
    if (options.published != nullptr) prove_codes(revision, *options.published, faults);
  }
  return std::move(faults).take();
}

}  // namespace shubbak::flows
