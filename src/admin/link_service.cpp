#include "admin/link_service.hpp"

#include "audit/detail.hpp"
#include "domain/text.hpp"
#include "numbers/typed_number.hpp"
#include "services/counter.hpp"

namespace shubbak::admin {
namespace {

using identity::LinkEvent;

staff::Permission permission_of(const LinkAct& act) {
  switch (act.event) {
    case LinkEvent::suspend:
    case LinkEvent::resume:
    case LinkEvent::hold:
      return staff::Permission::link_suspend;
    case LinkEvent::release:
      return staff::Permission::link_release;
    default:  // a relink ends a link too
      return act.phone_code ? staff::Permission::link_release : staff::Permission::link_make;
  }
}

// Where something is done, and by which permission.
struct Place {
  staff::Permission permission;
  std::string office;  // "": none in particular
};
Result<Place, ApiError> place_of(const Caller& caller, staff::Permission permission,
                                 const std::optional<std::string>& named) {
  if (caller.is_command_line()) return Place{permission, named.value_or("")};
  auto office = staff::choose_office(caller.account, permission, named);
  if (!office) return api_error(office.error(), "office");
  if (!office->empty() && !audit::is_account_name(*office)) {
    return ApiError{Code::invalid, "an office is named by at most 64 octets and six digits, no quotes", "office"};
  }
  return Place{permission, std::move(*office)};
}

ApiError api_refusal(const services::Refusal& refusal) {
  return api_error(refusal.error, std::string(refusal.field));
}

// What goes to a phone.
std::vector<store::OutboxMessage> messages_in(const std::vector<store::Change>& changes) {
  std::vector<store::OutboxMessage> messages;
  for (const store::Change& change : changes) {
    if (const auto* added = std::get_if<store::AddOutboxMessage>(&change)) messages.push_back(added->message);
    if (const auto* sent = std::get_if<store::SendCode>(&change)) messages.push_back(sent->message);
    if (const auto* cleared = std::get_if<store::ClearTries>(&change))
      messages.insert(messages.end(), cleared->notices.begin(), cleared->notices.end());
    if (const auto* dropped = std::get_if<store::DropPin>(&change))
      messages.insert(messages.end(), dropped->notices.begin(), dropped->notices.end());
  }
  return messages;
}

// It is in the outbox now, and may go.
void send(const World& world, const std::vector<store::OutboxMessage>& messages, const store::Committed& committed) {
  if (!world.counter.on_queued) return;
  for (std::size_t i = 0; i < messages.size() && i < committed.outbox_ids.size(); ++i) {
    if (committed.outbox_ids[i] == store::not_queued) continue;
    const store::OutboxMessage& one = messages[i];
    world.counter.on_queued(one.link, committed.outbox_ids[i], one.to, one.text);
  }
}

// The link as it is once the changes are committed.
Served<store::StoredLink> carry_out(World& world, Caller caller, Place place, Msisdn msisdn,
                                    services::Changes changes) {
  if (!changes) co_return api_refusal(changes.error());
  const std::vector<store::OutboxMessage> messages = messages_in(*changes);
  auto required = required_of(world, caller, place.permission, staff::at_office(place.office));
  auto committing = commit_if(world, std::move(required), std::move(*changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  send(world, messages, *committed);
  services::count_codes(world.counter, *committed);
  const auto judged = services::judge_codes(*committed);
  if (!judged) co_return api_refusal(judged.error());
  auto link = world.store.find_link(msisdn);
  if (!link) co_return api_error(link.error());
  if (!*link) co_return ApiError{Code::not_found, "the number has no link", "msisdn"};
  co_return std::move(**link);
}

services::PhoneAct phone_act(const World& world, const Caller& caller, const Place& place, Msisdn msisdn,
                             std::string operator_name) {
  return {.msisdn = msisdn,
          .by = caller.actor,
          .at = world.now(),
          .operator_name = std::move(operator_name),
          .office = place.office};
}

// As typed, if it is.
Result<std::optional<NationalId>, ApiError> person_if(const World& world, const std::optional<std::string>& typed) {
  if (!typed) return std::optional<NationalId>();
  auto person = person_of(world, *typed);
  if (!person) return person.error();
  return std::optional(std::move(*person));
}

}  // namespace

Result<Msisdn, ApiError> number_of(const World& world, const std::string& typed) {
  auto msisdn = numbers::parse_typed_mobile(typed, world.country);
  if (!msisdn) return api_error(msisdn.error(), "msisdn");
  return *msisdn;
}

Result<NationalId, ApiError> person_of(const World& world, const std::string& typed) {
  auto national_id = NationalId::parse(world.country, latin_digits(typed));
  if (!national_id) return api_error(national_id.error(), "national_id");
  return std::move(*national_id);
}

Served<store::StoredLink> act_on_link(World& world, Caller caller, LinkAct act) {
  const auto place = place_of(caller, permission_of(act), act.office);
  if (!place) co_return place.error();
  const auto msisdn = number_of(world, act.msisdn);
  if (!msisdn) co_return msisdn.error();
  // They would be asked, and say yes, in the place of the person.
  if (act.event == LinkEvent::make && caller.account.msisdn == *msisdn)
    co_return ApiError{Code::invalid, "nobody links the phone that they serve from: another clerk does", "msisdn"};
  auto person = person_if(world, act.national_id);
  if (!person) co_return person.error();
  services::CounterAct counted{.msisdn = *msisdn,
                               .national_id = std::move(*person),
                               .event = act.event,
                               .by = caller.actor,
                               .at = world.now(),
                               .office = place->office,
                               .initials = std::move(act.initials),
                               .operator_name = std::move(act.operator_name)};
  if (act.phone_code) counted.phone_code = latin_digits(*act.phone_code);
  auto preparing = services::link_changes(world.store, world.counter, std::move(counted));
  auto changes = co_await std::move(preparing);
  auto carrying_out = carry_out(world, std::move(caller), *place, *msisdn, std::move(changes));
  co_return co_await std::move(carrying_out);
}

Served<store::StoredLink> ask_for_code(World& world, Caller caller, CodeWanted wanted) {
  const auto place = place_of(caller, staff::Permission::link_release, wanted.office);
  if (!place) co_return place.error();
  const auto msisdn = number_of(world, wanted.msisdn);
  if (!msisdn) co_return msisdn.error();
  const auto relink_to = person_if(world, wanted.relink_to);
  if (!relink_to) co_return relink_to.error();
  const auto act = phone_act(world, caller, *place, *msisdn, std::move(wanted.operator_name));
  auto changes = services::code_changes(world.store, world.counter, act, *relink_to);
  auto carrying_out = carry_out(world, std::move(caller), *place, *msisdn, std::move(changes));
  co_return co_await std::move(carrying_out);
}

Served<store::StoredLink> reset_pin(World& world, Caller caller, PersonAct act) {
  const auto place = place_of(caller, staff::Permission::pin_reset, act.office);
  if (!place) co_return place.error();
  const auto msisdn = number_of(world, act.msisdn);
  if (!msisdn) co_return msisdn.error();
  auto changes = services::pin_reset_changes(world.store, world.counter,
                                             phone_act(world, caller, *place, *msisdn, std::move(act.operator_name)));
  auto carrying_out = carry_out(world, std::move(caller), *place, *msisdn, std::move(changes));
  co_return co_await std::move(carrying_out);
}

Served<store::StoredLink> clear_tries(World& world, Caller caller, PersonAct act) {
  const auto place = place_of(caller, staff::Permission::otp_clear_tries, act.office);
  if (!place) co_return place.error();
  const auto msisdn = number_of(world, act.msisdn);
  if (!msisdn) co_return msisdn.error();
  auto changes = services::clear_tries_changes(
      world.store, world.counter, phone_act(world, caller, *place, *msisdn, std::move(act.operator_name)));
  auto carrying_out = carry_out(world, std::move(caller), *place, *msisdn, std::move(changes));
  co_return co_await std::move(carrying_out);
}

Served<store::StoredLink> set_email(World& world, Caller caller, MailAct act) {
  const auto place = place_of(caller, staff::Permission::link_make, act.office);
  if (!place) co_return place.error();
  const auto msisdn = number_of(world, act.msisdn);
  if (!msisdn) co_return msisdn.error();
  std::optional<MailAddress> address;
  if (act.address) {
    auto parsed = MailAddress::parse(*act.address);
    if (!parsed) co_return api_error(parsed.error(), "address");
    address = *std::move(parsed);
  }
  auto changes = services::email_changes(world.store, world.counter, phone_act(world, caller, *place, *msisdn, {}),
                                         std::move(address));
  auto carrying_out = carry_out(world, std::move(caller), *place, *msisdn, std::move(changes));
  co_return co_await std::move(carrying_out);
}

Result<std::vector<store::StoredLink>, ApiError> find_links(World& world, const std::optional<std::string>& msisdn,
                                                            const std::optional<std::string>& national_id) {
  if (msisdn.has_value() == national_id.has_value())
    return ApiError{Code::invalid, "a look-up is by msisdn or by national_id, one of them", {}};
  if (msisdn) {
    const auto number = number_of(world, *msisdn);
    if (!number) return number.error();
    auto link = world.store.find_link(*number);
    if (!link) return api_error(link.error());
    std::vector<store::StoredLink> found;
    if (*link && (*link)->record.state != store::LinkState::released) found.push_back(std::move(**link));
    return found;
  }
  const auto person = person_of(world, *national_id);
  if (!person) return person.error();
  auto links = world.store.links_of(*person);
  if (!links) return api_error(links.error());
  return std::move(*links);
}

}  // namespace shubbak::admin
