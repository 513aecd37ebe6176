#include "flows/grammar_keys.hpp"

namespace shubbak::flows::grammar {

// --- what is used in many places
namespace {

constexpr std::array target_keys{
    may("to", Form::name, "The state of this flow that comes next."),
    may("flow", Form::name, "The other flow that begins here."),
};
constexpr std::array<Words, 2> to_or_flow{"to", "flow"};

constexpr std::array choice_keys{
    may("when", Form::condition, "The condition under which this way is taken; the last choice has none."),
    may("to", Form::name, "The state of this flow that comes next."),
    may("flow", Form::name, "The other flow that begins here."),
};

constexpr std::array channel_text_keys{
    must("ussd", Form::name, "The string that a screen shows."),
    must("sms", Form::name, "The string that an SMS holds."),
};

constexpr std::array invalid_keys{
    with(may("retries", Form::integer, "How often the screen is shown again after a wrong answer; 2 if not given."),
         retries_bounds),
    may("text", Form::channel_text, "The string that says what was wrong; it stands in front of the screen."),
    may("to", Form::branch, "Where to go after too many wrong answers; else the walk ends with sys_invalid."),
};

}  // namespace

constinit const Mapping target{.id = "target",
                               .what = "a target",
                               .says = "Where to go: a state of this flow, or another flow.",
                               .keys = target_keys,
                               .one_of = to_or_flow};
constinit const Mapping choice{.id = "choice",
                               .what = "a choice",
                               .says = "One way among several: the first whose condition holds is taken.",
                               .keys = choice_keys,
                               .one_of = to_or_flow};
constinit const Mapping channel_text{.id = "text_per_channel",
                                     .what = "a text per channel",
                                     .says = "One string for screens and another one for SMS.",
                                     .keys = channel_text_keys};
constinit const Mapping invalid{.id = "invalid",
                                .what = "invalid",
                                .says = "What happens when the answer is not acceptable.",
                                .keys = invalid_keys};

// --- states that wait for the person
namespace {

constexpr Key invalid_key =
    with(may("invalid", Form::mapping, "What happens when the answer is not acceptable."), invalid);
constexpr std::array<Words, 1> page_words{"auto"};
constexpr Key page_key = with(may("page", Form::word, "A menu that is longer than a screen is paged by itself."),
                              std::span<const Words>(page_words));

constexpr std::array menu_item_keys{
    must("key", Form::answer_key, "What the person types to choose this item."),
    must("text", Form::channel_text, "The string that names the item on the screen."),
    may("to", Form::name, "The state of this flow that comes next."),
    may("flow", Form::name, "The other flow that begins here."),
    may("when", Form::condition, "The item is offered only when this holds."),
};

}  // namespace

constinit const Mapping menu_item{.id = "menu_item",
                                  .what = "a menu item",
                                  .says = "One line of a menu.",
                                  .keys = menu_item_keys,
                                  .one_of = to_or_flow};

namespace {

constexpr std::array menu_keys{
    must("text", Form::channel_text, "The string above the items."),
    of_each(must("items", Form::list, "The lines of the menu, in the order in which they are shown."), menu_item,
            items_bounds),
    page_key,
};
constexpr std::array list_menu_keys{
    must("text", Form::channel_text, "The string above the entries."),
    must("from", Form::name, "The list slot whose entries are offered."),
    must("item", Form::channel_text, "The string of one entry; the fields of the entry are its placeholders."),
    may("save", Form::name, "The ref slot that keeps which entry was chosen."),
    page_key,
};

}  // namespace

constinit const Mapping menu{
    .id = "menu", .what = "a menu", .says = "A screen with items to choose from.", .keys = menu_keys};
constinit const Mapping list_menu{.id = "list_menu",
                                  .what = "a list menu",
                                  .says = "A screen with the entries of a list to choose from.",
                                  .keys = list_menu_keys};

namespace {

constexpr std::array menu_state_keys{
    with(must("menu", Form::mapping, "A screen with items to choose from."), menu),
    invalid_key,
};
constexpr std::array list_menu_state_keys{
    with(must("menu", Form::mapping, "A screen with the entries of a list to choose from."), list_menu),
    must("pick", Form::branch, "Where to go once an entry is chosen."),
    invalid_key,
};

constexpr std::array refusal_keys{
    must("when", Form::condition, "An answer for which this holds is refused; its slot already has the new value."),
    must("text", Form::channel_text, "The string that says why."),
};

}  // namespace

constinit const Mapping menu_state{
    .id = "menu_state", .what = "a menu's state", .says = "Shows a menu and waits.", .keys = menu_state_keys};
constinit const Mapping list_menu_state{.id = "list_menu_state",
                                        .what = "a list menu's state",
                                        .says = "Shows the entries of a list and waits.",
                                        .keys = list_menu_state_keys};
constinit const Mapping refusal{.id = "refusal",
                                .what = "a refusal",
                                .says = "Answers of the right form that are not acceptable all the same.",
                                .keys = refusal_keys};

namespace {

constexpr Key len_key = with(may("len", Form::integer, "Exactly so many characters."), text_length_bounds);
constexpr Key min_key = with(may("min", Form::integer, "At least so many characters."), text_length_bounds);
constexpr Key max_key = with(may("max", Form::integer, "At most so many characters."), text_length_bounds);
constexpr Key save_key = must("save", Form::name, "The slot that keeps the answer.");
constexpr Key ask_key = must("text", Form::channel_text, "The string that asks.");
constexpr Key from_key = must("from", Form::name, "The list slot whose entries' labels can be typed.");
constexpr Key refuse_key =
    of_each(may("refuse", Form::list, "Answers of the right form that are refused, each with its reason."), refusal,
            refusals_bounds);
constexpr Key retries_key = with(
    may("retries", Form::integer, "How often it is asked again; short for invalid: {retries: ...}."), retries_bounds);

constexpr Key type_key(std::span<const std::string_view> words) {
  return with(must("type", Form::word, "What kind of answer is taken."), words);
}
constexpr std::array<Words, 1> digits_words{"digits"};
constexpr std::array<Words, 3> measured_words{"text", "account", "meter_reading"};
constexpr std::array<Words, 4> plain_words{"amount", "date", "national_id", "voucher_pin"};
constexpr std::array<Words, 1> choice_words{"choice"};

constexpr std::array digits_input_keys{
    type_key(digits_words), save_key, ask_key, len_key, min_key, max_key, refuse_key, retries_key};
constexpr std::array measured_input_keys{
    type_key(measured_words), save_key, ask_key, len_key, min_key, max_key, refuse_key, retries_key};
constexpr std::array plain_input_keys{type_key(plain_words), save_key, ask_key, refuse_key, retries_key};
constexpr std::array choice_input_keys{type_key(choice_words), from_key, save_key, ask_key, refuse_key, retries_key};
constexpr std::array<Words, 2> len_or_max{"len", "max"};
constexpr Mapping digits_input{.id = "digits_input",
                               .what = "an input of digits",
                               .says = "Digits of a given length.",
                               .keys = digits_input_keys,
                               .one_of = len_or_max};
constexpr Mapping measured_input{.id = "measured_input",
                                 .what = "an input with a length",
                                 .says = "A text, an account number or a meter reading.",
                                 .keys = measured_input_keys};
constexpr Mapping plain_input{.id = "plain_input",
                              .what = "an input without a length",
                              .says = "An amount, a day, a national number or a voucher's PIN.",
                              .keys = plain_input_keys};
constexpr Mapping choice_input{.id = "choice_input",
                               .what = "an input by name",
                               .says = "One entry of a list, by typing its label.",
                               .keys = choice_input_keys};
constexpr std::array<const Mapping*, 4> input_variants{&digits_input, &measured_input, &plain_input, &choice_input};
constexpr std::array input_keys{
    type_key(input_types), min_key, max_key, len_key, save_key, ask_key, from_key, refuse_key, retries_key};

constexpr std::array input_then_keys{
    must("ok", Form::branch, "Where to go with a good answer."),
    must("fail", Form::branch, "Where to go after too many wrong answers."),
};

}  // namespace

constinit const Mapping input{.id = "input",
                              .what = "an input",
                              .says = "A screen that asks for something to be typed.",
                              .keys = input_keys,
                              .variants = input_variants};
constinit const Mapping input_then{.id = "input_then",
                                   .what = "then",
                                   .says = "Where to go with a good answer and where after too many wrong ones.",
                                   .keys = input_then_keys};

namespace {

constexpr std::array input_state_keys{
    with(must("input", Form::mapping, "A screen that asks for something to be typed."), input),
    must("then", Form::input_then, "Where to go with the answer."),
    invalid_key,
};
constexpr std::array confirm_keys{
    must("text", Form::channel_text, "The string that asks; yes and no are added by themselves as 1 and 2."),
    of_each(may("shows", Form::list, "Payee and amount of the payment that is being confirmed."), Form::operand,
            operands_bounds),
    must("yes", Form::branch, "Where to go with yes."),
    must("no", Form::branch, "Where to go with no."),
};
constexpr std::array collect_keys{
    must("text", Form::channel_text, "The string that asks for the first piece of text."),
    must("more", Form::channel_text, "The string that asks for the next piece, and names the key that ends it."),
    must("save", Form::name, "The text slot that keeps all pieces together."),
    must("done", Form::answer_key, "What is typed when nothing more follows."),
};
constexpr std::array otp_keys{
    of_each(may("binds", Form::list, "What the code is good for; when one of these changes the permission is void."),
            Form::operand, operands_bounds),
    must("text", Form::channel_text, "The string that says that a code is on its way; the dialogue ends with it."),
    may("enter", Form::channel_text, "The string that asks for the code when the person dials again without it."),
    must("message", Form::name, "The string of the SMS with the code: what it is good for, and {code}."),
    may("pin", Form::channel_text, "The string that asks for the service PIN instead, by USSD, of who has one."),
};

}  // namespace

constinit const Mapping confirm{
    .id = "confirm", .what = "a confirm", .says = "A screen that asks yes or no.", .keys = confirm_keys};
constinit const Mapping collect{.id = "collect",
                                .what = "collect",
                                .says = "Free text, longer than one screen or SMS can carry.",
                                .keys = collect_keys};
constinit const Mapping otp{
    .id = "otp", .what = "otp", .says = "A confirmation code by SMS that proves who is asking.", .keys = otp_keys};

namespace {

constexpr std::array confirm_state_keys{
    with(must("confirm", Form::mapping, "A screen that asks yes or no."), confirm),
    invalid_key,
};
constexpr std::array collect_state_keys{
    with(must("collect", Form::mapping, "Free text, longer than one screen or SMS can carry."), collect),
    must("then", Form::branch, "Where to go once the text is complete."),
    invalid_key,
};
constexpr std::array otp_state_keys{
    with(must("otp", Form::mapping, "A confirmation code by SMS that proves who is asking."), otp),
    must("grants", Form::grants, "The permission that the right code gives; money states need it by this name."),
    must("then", Form::outcomes, "Where to go: ok, fail (too many wrong codes) and locked."),
    invalid_key,
};

}  // namespace

constinit const Mapping input_state{.id = "input_state",
                                    .what = "an input's state",
                                    .says = "Asks for something and waits.",
                                    .keys = input_state_keys};
constinit const Mapping confirm_state{.id = "confirm_state",
                                      .what = "a confirm's state",
                                      .says = "Asks yes or no and waits.",
                                      .keys = confirm_state_keys};
constinit const Mapping collect_state{.id = "collect_state",
                                      .what = "a collect's state",
                                      .says = "Takes free text, piece by piece.",
                                      .keys = collect_state_keys};
constinit const Mapping otp_state{.id = "otp_state",
                                  .what = "an otp's state",
                                  .says = "Sends a confirmation code and waits for it.",
                                  .keys = otp_state_keys};

// --- states that work
namespace {

constexpr Key saves_key =
    of_each(may("save", Form::map, "What is kept of the answer: SLOT: $.RESULT. It may stand inside or beside."),
            Form::result);
constexpr std::array call_keys{
    must("service", Form::text, "The service that is asked, such as bills.due."),
    of_each(may("args", Form::map, "What the service is told: ARGUMENT: SLOT."), Form::operand),
    must("timeout", Form::duration, "How long its answer is waited for."),
    saves_key,
};

}  // namespace

constinit const Mapping call{.id = "call", .what = "a call", .says = "A question to a service.", .keys = call_keys};
constinit const Mapping money{
    .id = "money", .what = "a money", .says = "A question to a service that moves money.", .keys = call_keys};

namespace {

constexpr Key call_key = with(must("call", Form::mapping, "A question to a service."), call);
constexpr Key money_state_key =
    with(must("money", Form::mapping, "A question to a service that moves money."), money);
constexpr Key needs_key = must("needs", Form::grants, "The permissions of otp states without which nothing is paid.");
constexpr Key may_need_key =
    may("needs", Form::grants, "The permissions of otp states without which nothing is asked.");
constexpr Key outcomes_key =
    must("then", Form::outcomes, "Where each outcome of the service leads; several may share one: timeout|error.");
constexpr std::array asking_state_keys{call_key, may_need_key, saves_key, outcomes_key};
constexpr std::array money_state_keys{money_state_key, needs_key, saves_key, outcomes_key};
constexpr Mapping asking_state{.id = "call_state",
                               .what = "call",
                               .says = "Asks a service and goes on by its outcome.",
                               .keys = asking_state_keys};
constexpr Mapping money_state{.id = "money_state",
                              .what = "money",
                              .says = "Moves money, once it was confirmed and proven by a code.",
                              .keys = money_state_keys};
constexpr std::array<const Mapping*, 2> call_state_variants{&asking_state, &money_state};
constexpr std::array call_state_keys{call_key, money_state_key, needs_key, saves_key, outcomes_key};

constexpr std::array switch_state_keys{
    of_each(must("switch", Form::list, "The choices, in order; the first whose condition holds is taken."), choice,
            choices_bounds),
};
constexpr std::array set_state_keys{
    of_each(must("set", Form::map, "SLOT: VALUE, SLOT: OTHER SLOT, or locale: LANGUAGE."), Form::scalar),
    must("then", Form::branch, "Where to go afterwards."),
};
constexpr std::array subflow_keys{
    must("flow", Form::name, "The flow that is walked as a part of this one; it must return."),
    of_each(may("args", Form::map, "What it is given: ITS SLOT: OUR SLOT."), Form::operand),
    of_each(may("results", Form::map, "What it gives back: OUR SLOT: ITS SLOT."), Form::name),
};
constexpr std::array return_state_keys{
    must("return", Form::name, "The outcome that whoever uses this flow goes on by."),
};
constexpr std::array end_keys{
    must("text", Form::channel_text, "The string of the last screen, or of the SMS that answers."),
    may("from", Form::name, "A list slot whose entries are printed below the text."),
    may("item", Form::channel_text, "The string of one entry; the fields of the entry are its placeholders."),
    may("sms", Form::channel_text, "The string of an SMS that follows the last screen."),
    may("sms_later", Form::channel_text, "The string of an SMS that follows once an unknown payment is known."),
};
constexpr std::array<Words, 2> from_and_item{"from", "item"};

}  // namespace

constinit const Mapping call_state{.id = "calling_state",
                                   .what = "a call's state",
                                   .says = "Asks a service and goes on by its outcome.",
                                   .keys = call_state_keys,
                                   .variants = call_state_variants};
constinit const Mapping switch_state{
    .id = "switch_state", .what = "a switch's state", .says = "Goes one of several ways.", .keys = switch_state_keys};
constinit const Mapping set_state{
    .id = "set_state", .what = "a set's state", .says = "Sets slots, or the language.", .keys = set_state_keys};
constinit const Mapping subflow{
    .id = "subflow", .what = "subflow", .says = "Another flow, as a part of this one.", .keys = subflow_keys};
constinit const Mapping end{.id = "end",
                            .what = "an end",
                            .says = "The last screen, with an SMS if one is to follow.",
                            .keys = end_keys,
                            .together = from_and_item};
constinit const Mapping return_state{.id = "return_state",
                                     .what = "a return's state",
                                     .says = "Goes back to the flow that uses this one.",
                                     .keys = return_state_keys};

namespace {

constexpr std::array subflow_state_keys{
    with(must("subflow", Form::mapping, "Another flow, as a part of this one."), subflow),
    must("then", Form::outcomes, "Where each name that the other flow returns leads."),
};
constexpr std::array end_state_keys{
    with(must("end", Form::mapping, "The last screen, with an SMS if one is to follow."), end),
};

}  // namespace

constinit const Mapping subflow_state{.id = "subflow_state",
                                      .what = "a subflow's state",
                                      .says = "Walks another flow and goes on by what it returns.",
                                      .keys = subflow_state_keys};
constinit const Mapping end_state{
    .id = "end_state", .what = "an end's state", .says = "Shows the last screen.", .keys = end_state_keys};

namespace {

constexpr std::array<const Mapping*, 12> state_variants{
    &menu_state, &list_menu_state, &input_state, &confirm_state, &collect_state, &otp_state,
    &call_state, &switch_state,    &set_state,   &subflow_state, &return_state,  &end_state};
constexpr std::array state_keys{menu_state_keys[0],    input_state_keys[0],  confirm_state_keys[0],
                                collect_state_keys[0], otp_state_keys[0],    call_key,
                                money_state_key,       switch_state_keys[0], set_state_keys[0],
                                subflow_state_keys[0], return_state_keys[0], end_state_keys[0]};

}  // namespace

constinit const Mapping state{.id = "state",
                              .what = "a state",
                              .says = "One step of the walk: a screen that waits, some work, or an end.",
                              .keys = state_keys,
                              .variants = state_variants};

}  // namespace shubbak::flows::grammar
