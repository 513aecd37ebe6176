#include "flows/grammar.hpp"

#include <algorithm>

#include "flows/grammar_keys.hpp"
#include "flows/slots.hpp"

namespace shubbak::flows::grammar {

// --- the head of a flow
namespace {

constexpr std::array entry_sms_keys{
    of_each(may("keywords", Form::list, "The words that begin this flow when they are texted; spelling is tolerant."),
            Form::text, keywords_bounds),
    may("start", Form::name, "The state that a text begins at, if it is not the first one."),
    of_each(may("numbers", Form::list, "Texts of numbers alone that begin this flow: [least, most] digits of each."),
            Form::range, numbers_bounds),
};
constexpr std::array<Words, 2> keywords_or_numbers{"keywords", "numbers"};

}  // namespace

constinit const Mapping entry_sms{.id = "entry_sms",
                                  .what = "entry.sms",
                                  .says = "The texts to the short code that begin this flow.",
                                  .keys = entry_sms_keys,
                                  .any_of = keywords_or_numbers};

namespace {

constexpr std::array entry_keys{
    may("ussd", Form::code, "What is dialled behind the service code: \"1\" for *123*1#."),
    with(may("sms", Form::mapping, "The texts to the short code that begin this flow."), entry_sms),
};
constexpr std::array nav_keys{
    may("back", Form::navigation_key, "Back to the screen before; 0 if not given."),
    may("home", Form::navigation_key, "To the home menu; 00 if not given."),
    may("next", Form::navigation_key, "The next page; 9 if not given."),
    may("prev", Form::navigation_key, "The page before; 8 if not given."),
};
constexpr std::array limits_keys{
    with(may("max_stages", Form::integer, "No path through the flow may show more screens than this."),
         stages_bounds),
    may("budget", Form::duration, "No path through the flow may take longer than this."),
    may("resume_ttl", Form::duration, "How long a dropped walk can be taken up again; without it, it cannot be."),
};
constexpr std::array<Words, 2> restart_or_end{"restart", "end"};
constexpr std::array migrate_keys{
    of_each(may("renamed", Form::map, "Old names of states, each with the state's new name."), Form::name),
    with(may("deleted", Form::word,
             "What becomes of walks at states that are gone: they restart, or they end; restart if not given."),
         restart_or_end),
};

}  // namespace

constinit const Mapping entry{.id = "entry",
                              .what = "entry",
                              .says = "How this flow is begun: by dialling, by texting, or only from other flows.",
                              .keys = entry_keys};
constinit const Mapping nav{.id = "nav",
                            .what = "nav",
                            .says = "The keys of navigation, where they are not to be the usual ones.",
                            .keys = nav_keys};
constinit const Mapping limits{.id = "limits",
                               .what = "limits",
                               .says = "What the flow promises, and how long a dropped walk waits.",
                               .keys = limits_keys};
constinit const Mapping migrate{.id = "migrate",
                                .what = "migrate",
                                .says = "Where walks go that were begun before states were renamed or deleted.",
                                .keys = migrate_keys};

// --- slots
namespace {

constexpr std::array<Words, 5> currencies{"EGP", "IQD", "KWD", "SYP", local_currency};
constexpr std::array<Words, 1> day{"day"};
constexpr Bounds integer_bounds{-integer_max, integer_max};
constexpr Bounds most_money_bounds{1, integer_max};

constexpr Key money_key =
    with(must("money", Form::word, "An amount of money in this currency; local: the deployment's own."),
         std::span<const Words>(currencies));
constexpr Key money_min_key =
    with(may("min", Form::integer, "The least amount, in minor units (100 for one pound); 0 if not given."),
         integer_bounds);
constexpr Key money_max_key =
    with(must("max", Form::integer, "The largest amount, in minor units (100 for one pound)."), most_money_bounds);
constexpr Key int_key =
    with(must("int", Form::range, "A whole number between the least and the most."), integer_bounds);
constexpr Key text_key = with(
    must("text", Form::lengths, "A text of so many characters at most; longer ones are cut."), text_length_bounds);
constexpr Key digits_key =
    with(must("digits", Form::lengths, "Digits whose leading zeros count: the most, or [least, most]."),
         digits_length_bounds);
constexpr Key date_key = with(must("date", Form::word, "A day, as 2026-11-25."), std::span<const Words>(day));
constexpr Key secret_key = may("secret", Form::flag, "A secret: it is never shown, sent, logged or saved.");

constexpr std::array money_type_keys{money_key, money_min_key, money_max_key};
constexpr std::array int_type_keys{int_key};
constexpr std::array text_type_keys{text_key};
constexpr std::array digits_type_keys{digits_key};
constexpr std::array date_type_keys{date_key};
constexpr Mapping money_type{
    .id = "money_type", .what = "money", .says = "An amount of money.", .keys = money_type_keys};
constexpr Mapping int_type{.id = "int_type", .what = "int", .says = "A whole number.", .keys = int_type_keys};
constexpr Mapping text_type{.id = "text_type", .what = "text", .says = "A text.", .keys = text_type_keys};
constexpr Mapping digits_type{
    .id = "digits_type", .what = "digits", .says = "A number whose leading zeros count.", .keys = digits_type_keys};
constexpr Mapping date_type{.id = "date_type", .what = "date", .says = "A day.", .keys = date_type_keys};

constexpr std::array<const Mapping*, 5> field_variants{&money_type, &int_type, &text_type, &digits_type, &date_type};
constexpr std::array field_keys{money_key, int_key, text_key, digits_key, date_key, money_min_key, money_max_key};

}  // namespace

constinit const Mapping field{.id = "field",
                              .what = "a field",
                              .says = "What one field of a list's entries holds.",
                              .keys = field_keys,
                              .variants = field_variants};

namespace {

constexpr Key list_key =
    of_each(must("list", Form::map, "A list that a service fills: the fields of each entry."), field, fields_bounds);
constexpr Key list_max_key =
    with(must("max", Form::integer, "How many entries the list holds at most."), list_entries_bounds);
constexpr Key ref_key = must("ref", Form::name, "One entry of the list slot of this name: what a list menu saves.");

constexpr std::array list_slot_keys{list_key, list_max_key};
constexpr std::array ref_slot_keys{ref_key};
constexpr std::array text_slot_keys{text_key, secret_key};
constexpr std::array digits_slot_keys{digits_key, secret_key};
constexpr Mapping list_slot{
    .id = "list_slot", .what = "list", .says = "A list of entries, from a service.", .keys = list_slot_keys};
constexpr Mapping ref_slot{
    .id = "ref_slot", .what = "ref", .says = "The entry of a list that was chosen.", .keys = ref_slot_keys};
constexpr Mapping text_slot{.id = "text_slot", .what = "text", .says = "A text.", .keys = text_slot_keys};
constexpr Mapping digits_slot{
    .id = "digits_slot", .what = "digits", .says = "A number whose leading zeros count.", .keys = digits_slot_keys};

constexpr std::array<const Mapping*, 7> slot_variants{&list_slot, &ref_slot,    &money_type, &int_type,
                                                      &text_slot, &digits_slot, &date_type};
constexpr std::array slot_keys{list_key,   ref_key,  money_key,     int_key,       text_key,
                               digits_key, date_key, money_min_key, money_max_key, secret_key};

}  // namespace

constinit const Mapping slot{.id = "slot",
                             .what = "a slot",
                             .says = "What one slot holds, with its bounds.",
                             .keys = slot_keys,
                             .variants = slot_variants};

namespace {

constexpr std::array<Words, 1> versions{"1"};
constexpr std::array<Words, 2> requirements{"active_link", "staff"};

constexpr Key requires_key() {
  Key key = of_each(may("requires", Form::list,
                        "What the person must have; active_link: a number that is linked; staff: a phone that serves "
                        "people, for everybody else the flow is not there."),
                    Form::word);
  key.words = requirements;
  return key;
}

constexpr std::array flow_keys{
    must("flow", Form::name, "The flow's name, the same as its file's."),
    with(must("schema", Form::word, "The version of the language: 1."), std::span<const Words>(versions)),
    with(may("entry", Form::mapping, "How this flow is begun."), entry),
    requires_key(),
    with(may("nav", Form::mapping, "The keys of navigation, where they are not to be the usual ones."), nav),
    with(may("limits", Form::mapping, "What the flow promises, and how long a dropped walk waits."), limits),
    of_each(may("slots", Form::map, "What the flow remembers during a walk, by name."), slot, slots_bounds),
    of_each(may("takes", Form::list, "The slots that whoever uses this flow as a subflow must pass."), Form::name),
    of_each(must("states", Form::map, "The steps of the walk, by name; the first one is where it begins."), state,
            states_bounds),
    with(may("migrate", Form::mapping, "Where walks go that were begun before states were renamed or deleted."),
         migrate),
};

}  // namespace

constinit const Mapping flow_file{
    .id = "flow", .what = "a flow file", .says = "One service, as people walk through it.", .keys = flow_keys};

const Key* Mapping::key(std::string_view name) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& known) { return known.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string_view> Mapping::names() const {
  std::vector<std::string_view> all;
  for (const Key& known : keys) all.push_back(known.name);
  return all;
}

const Mapping* Mapping::variant(std::string_view told_by) const {
  for (const Mapping* one : variants) {
    const Key* own = one->key(told_by);
    if (own != nullptr && own->is_required) return one;
    const Key* type = one->key("type");
    if (type != nullptr && std::find(type->words.begin(), type->words.end(), told_by) != type->words.end())
      return one;
  }
  return nullptr;
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

}  // namespace shubbak::flows::grammar
