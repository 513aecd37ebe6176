#include "admin/link_service.hpp"

#include "domain/text.hpp"
#include "numbers/typed_number.hpp"
#include "services/counter.hpp"
#include "services/verification.hpp"

namespace shubbak::admin {
namespace {

using identity::LinkEvent;

staff::Permission permission_of(LinkEvent event) {
  switch (event) {
    case LinkEvent::suspend:
    case LinkEvent::resume:
    case LinkEvent::hold:
      return staff::Permission::link_suspend;
    case LinkEvent::release:
      return staff::Permission::link_release;
    default:
      return staff::Permission::link_make;
  }
}

// Whose link it is: as typed, or as the store has it; nothing where the store alone has to know.
Result<std::optional<NationalId>, ApiError> person_of_act(World& world, const LinkAct& act, Msisdn msisdn) {
  if (act.national_id) {
    auto person = person_of(world, *act.national_id);
    if (!person) return person.error();
    return std::optional(std::move(*person));
  }
  if (act.event == LinkEvent::make) return ApiError{Code::invalid, "whose link is it?", "national_id"};
  if (!identity::asks_the_phone(act.event)) return std::optional<NationalId>();
  const auto current = world.store.find_link(msisdn);
  if (!current) return api_error(current.error());
  if (!*current || !(*current)->national_id) return ApiError{Code::not_found, "the number has no link", "msisdn"};
  return (*current)->national_id;
}

// What the register of persons lets be done.
Served<LinkEvent> after_register(World& world, LinkEvent wanted, NationalId person, std::string initials) {
  auto verifying = services::verified_event(world.counter.registry, wanted, std::move(person), std::move(initials));
  const auto verified = co_await std::move(verifying);
  if (!verified) co_return api_error(verified.error(), "national_id");
  co_return *verified;
}

// The SMS that asks the phone is in the outbox now, and may go.
void send_question(const World& world, const std::vector<store::OutboxMessage>& questions,
                   const store::Committed& committed) {
  if (!world.counter.on_queued) return;
  for (std::size_t i = 0; i < questions.size() && i < committed.outbox_ids.size(); ++i) {
    const store::OutboxMessage& one = questions[i];
    world.counter.on_queued(one.link, committed.outbox_ids[i], one.to, one.text);
  }
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
  const auto msisdn = number_of(world, act.msisdn);
  if (!msisdn) co_return msisdn.error();
  const auto person = person_of_act(world, act, *msisdn);
  if (!person) co_return person.error();
  services::CounterAct counted{.msisdn = *msisdn,
                               .national_id = *person,
                               .event = act.event,
                               .by = caller.actor,
                               .at = world.now(),
                               .office = act.office};
  const staff::Permission permission = permission_of(act.event);
  if (act.event == LinkEvent::make) {
    // The register tells whether somebody exists: it is asked of no number that could not be linked anyhow.
    const auto current = world.store.find_link(*msisdn);
    if (!current) co_return api_error(current.error());
    const auto record = *current ? std::optional((*current)->record) : std::nullopt;
    const bool same_person = *current && (*current)->national_id == **person;
    const auto decided =
        identity::decide(record, act.event, caller.actor.kind, same_person, world.counter.link_rules, world.now());
    if (!decided) co_return api_error(decided.error());
  }
  if (act.event == LinkEvent::make || act.event == LinkEvent::verify) {
    auto asking = after_register(world, act.event, **person, act.initials);
    const auto allowed = co_await std::move(asking);
    if (!allowed) co_return allowed.error();
    counted.event = *allowed;
  }
  std::optional<services::Asking> asking;
  std::shared_ptr<const flows::Revision> words;
  if (identity::asks_the_phone(counted.event)) {
    const auto link = services::link_to_ask_by(world.counter.operators, act.operator_name);
    if (!link) co_return api_error(link.error(), "operator");
    words = world.counter.words();
    asking.emplace(services::Asking{*words, *link, **person, world.counter.random()});
    if (counted.office.empty()) counted.office = world.counter.deployment;
  }
  auto changes = services::counter_changes(counted, asking);
  std::vector<store::OutboxMessage> questions;
  for (const store::Change& change : changes) {
    if (const auto* added = std::get_if<store::AddOutboxMessage>(&change)) questions.push_back(added->message);
  }
  auto committing = commit_for(world, caller, permission, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  send_question(world, questions, *committed);
  auto link = world.store.find_link(*msisdn);
  if (!link) co_return api_error(link.error());
  if (!*link) co_return ApiError{Code::not_found, "the number has no link", "msisdn"};
  co_return std::move(**link);
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
