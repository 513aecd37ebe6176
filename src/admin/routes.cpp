#include "admin/routes.hpp"

#include <array>
#include <vector>

#include "admin/audit_service.hpp"
#include "admin/bodies.hpp"
#include "admin/flow_service.hpp"
#include "admin/link_service.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

namespace asio = boost::asio;
using identity::LinkEvent;
using staff::Permission;

namespace {

// --- handlers
Served<LoginAnswer> login(World& world, Asked<LoginBody> asked) {
  auto logging_in =
      log_in(world, std::move(asked.body.name), std::move(asked.body.password), std::move(asked.caller.source));
  auto in = co_await std::move(logging_in);
  if (!in) co_return in.error();
  co_return LoginAnswer{std::move(in->token), in->caller.account.name};
}

Served<Nothing> logout(World& world, Asked<Nothing> asked) {
  return without_answer(log_out(world, std::move(asked.caller)));
}

Served<MeAnswer> me(World&, Asked<Nothing> asked) {
  const staff::Account& account = asked.caller.account;
  MeAnswer answer{account.name, account.full_name, {}, {}};
  for (const staff::Grant& grant : account.grants) answer.roles.push_back(to_string(grant));
  for (const staff::PermissionRow& row : staff::permissions) {
    if (staff::may(account, row.permission)) answer.permissions.emplace_back(row.name);
  }
  co_return answer;
}

Served<Nothing> own_password(World& world, Asked<OwnPasswordBody> asked) {
  return without_answer(change_password(world, std::move(asked.caller), std::move(asked.body.old_password),
                                        std::move(asked.body.new_password)));
}

Result<StaffList, ApiError> staff_behind(World& world, const std::string& after) {
  const auto page = list_accounts(world, after);
  if (!page) return page.error();
  StaffList list;
  for (const staff::Account& account : *page) list.staff.push_back(shown(account));
  return list;
}

Served<StaffList> list_staff(World& world, Asked<Nothing>) {
  co_return staff_behind(world, "");
}

Served<StaffList> find_staff(World& world, Asked<FindStaffBody> asked) {
  co_return staff_behind(world, asked.body.after.value_or(""));
}

Result<std::vector<staff::Grant>, ApiError> grants_of(const std::vector<std::string>& roles) {
  std::vector<staff::Grant> grants;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    auto grant = staff::parse_grant(roles[i]);
    if (!grant) return api_error(grant.error(), "roles[" + std::to_string(i) + "]");
    grants.push_back(std::move(*grant));
  }
  return grants;
}

Served<StaffShown> add_staff(World& world, Asked<StaffBody> asked) {
  auto grants = grants_of(asked.body.roles);
  if (!grants) co_return grants.error();
  StaffBody& body = asked.body;
  NewAccount account{std::move(body.name), std::move(body.full_name), body.email.value_or(""),
                     std::move(body.password), std::move(*grants)};
  auto adding = shown_of<StaffShown>(add_account(world, std::move(asked.caller), std::move(account)));
  co_return co_await std::move(adding);
}

Served<StaffShown> set_roles(World& world, Asked<RolesBody> asked) {
  auto grants = grants_of(asked.body.roles);
  if (!grants) co_return grants.error();
  auto setting = shown_of<StaffShown>(set_grants(world, std::move(asked.caller), std::move(asked.body.name),
                                                 std::move(*grants), asked.body.generation.value_or(0)));
  co_return co_await std::move(setting);
}

Served<StaffShown> disable(World& world, Asked<NameBody> asked) {
  return shown_of<StaffShown>(set_disabled(world, std::move(asked.caller), std::move(asked.body.name), true));
}
Served<StaffShown> enable(World& world, Asked<NameBody> asked) {
  return shown_of<StaffShown>(set_disabled(world, std::move(asked.caller), std::move(asked.body.name), false));
}
Served<Nothing> new_password(World& world, Asked<PasswordBody> asked) {
  return without_answer(
      set_password(world, std::move(asked.caller), std::move(asked.body.name), std::move(asked.body.password)));
}

Served<StaffShown> phone(World& world, Asked<StaffPhoneBody> asked) {
  return shown_of<StaffShown>(
      set_phone(world, std::move(asked.caller), std::move(asked.body.name), std::move(asked.body.msisdn)));
}
Served<Nothing> service_pin(World& world, Asked<StaffPinBody> asked) {
  return without_answer(
      set_pin(world, std::move(asked.caller), std::move(asked.body.name), std::move(asked.body.pin)));
}

Served<LinkShown> linked(World& world, Caller caller, LinkAct act, AskedHow how = {}) {
  act.initials = std::move(how.initials).value_or("");
  act.operator_name = std::move(how.operator_name).value_or("");
  act.office = std::move(how.office);
  return shown_of<LinkShown>(act_on_link(world, std::move(caller), std::move(act)));
}
Served<LinkShown> make(World& world, Asked<LinkBody> asked) {
  LinkBody& body = asked.body;
  return linked(world, std::move(asked.caller),
                {LinkEvent::make, std::move(body.msisdn), std::move(body.national_id)}, std::move(body.how));
}
template <LinkEvent event>
Served<LinkShown> ask_phone(World& world, Asked<AskBody> asked) {
  return linked(world, std::move(asked.caller), {event, std::move(asked.body.msisdn), {}}, std::move(asked.body.how));
}
template <LinkEvent event>
Served<LinkShown> change_link(World& world, Asked<MsisdnBody> asked) {
  return linked(world, std::move(asked.caller), {event, std::move(asked.body.msisdn), {}},
                {.office = std::move(asked.body.office)});
}
Served<LinkShown> release(World& world, Asked<ReleaseBody> asked) {
  LinkAct act{LinkEvent::release, std::move(asked.body.msisdn), {}};
  act.phone_code = std::move(asked.body.code);
  return linked(world, std::move(asked.caller), std::move(act), {.office = std::move(asked.body.office)});
}
Served<LinkShown> relink(World& world, Asked<RelinkBody> asked) {
  RelinkBody& body = asked.body;
  LinkAct act{LinkEvent::make, std::move(body.link.msisdn), std::move(body.link.national_id)};
  act.phone_code = std::move(body.code);
  return linked(world, std::move(asked.caller), std::move(act), std::move(body.link.how));
}
Served<LinkShown> release_code(World& world, Asked<PhoneBody> asked) {
  CodeWanted wanted{std::move(asked.body.msisdn),
                    {},
                    std::move(asked.body.operator_name).value_or(""),
                    std::move(asked.body.office)};
  return shown_of<LinkShown>(ask_for_code(world, std::move(asked.caller), std::move(wanted)));
}
Served<LinkShown> relink_code(World& world, Asked<RelinkCodeBody> asked) {
  RelinkCodeBody& body = asked.body;
  CodeWanted wanted{std::move(body.phone.msisdn), std::move(body.national_id),
                    std::move(body.phone.operator_name).value_or(""), std::move(body.phone.office)};
  return shown_of<LinkShown>(ask_for_code(world, std::move(asked.caller), std::move(wanted)));
}
PersonAct person_act(PhoneBody body) {
  return {std::move(body.msisdn), std::move(body.operator_name).value_or(""), std::move(body.office)};
}
Served<LinkShown> pin_reset(World& world, Asked<PhoneBody> asked) {
  return shown_of<LinkShown>(reset_pin(world, std::move(asked.caller), person_act(std::move(asked.body))));
}
Served<LinkShown> tries_clear(World& world, Asked<PhoneBody> asked) {
  return shown_of<LinkShown>(clear_tries(world, std::move(asked.caller), person_act(std::move(asked.body))));
}
Served<LinkShown> email(World& world, Asked<MailBody> asked) {
  MailAct act{std::move(asked.body.msisdn), std::move(asked.body.address), std::move(asked.body.office)};
  return shown_of<LinkShown>(set_email(world, std::move(asked.caller), std::move(act)));
}
Served<LinkList> find(World& world, Asked<FindLinksBody> asked) {
  const auto links = find_links(world, asked.body.msisdn, asked.body.national_id);
  if (!links) co_return links.error();
  LinkList list;
  for (const store::StoredLink& link : *links) list.links.push_back(shown(link));
  co_return list;
}

Served<PublicationList> publications(World& world, Asked<Nothing>) {
  auto listing = list_publications(world, listed_max);
  const auto all = co_await std::move(listing);
  if (!all) co_return all.error();
  PublicationList list;
  for (const store::Publication& one : *all) list.publications.push_back(shown(one));
  co_return list;
}
Served<ProposalList> proposals(World& world, Asked<Nothing>) {
  auto listing = list_proposals(world, listed_max);
  const auto all = co_await std::move(listing);
  if (!all) co_return all.error();
  ProposalList list;
  for (const store::Proposal& one : *all) list.proposals.push_back(shown(one));
  co_return list;
}
Served<ProposalChangesShown> proposal(World& world, Asked<Nothing> asked) {
  auto showing = shown_of<ProposalChangesShown>(show_proposal(world, asked.number));
  co_return co_await std::move(showing);
}
Served<ProposeAnswer> propose(World& world, Asked<ProposeBody> asked) {
  WantedFlows wanted{std::move(asked.body.note), asked.body.base, {}, std::move(asked.body.removed)};
  for (FileBody& file : asked.body.files) wanted.files.push_back({std::move(file.name), std::move(file.text)});
  auto proposing = propose_flows(world, std::move(asked.caller), std::move(wanted));
  const auto made = co_await std::move(proposing);
  if (!made) co_return made.error();
  co_return ProposeAnswer{made->proposal.number, made->proposal.revision, made->needs_second_person};
}
Served<PublicationShown> approve(World& world, Asked<Nothing> asked) {
  return shown_of<PublicationShown>(approve_flows(world, std::move(asked.caller), asked.number));
}

Served<RecordList> find_records(World& world, Asked<AuditBody> asked) {
  AuditBody& body = asked.body;
  AuditWanted wanted{std::move(body.msisdn), std::move(body.national_id), {}, body.after, listed_max};
  wanted.filter.action = body.action.value_or("");
  wanted.filter.by = body.by.value_or("");
  if (body.from) wanted.filter.from = WallTime(std::chrono::milliseconds(*body.from));
  if (body.before) wanted.filter.before = WallTime(std::chrono::milliseconds(*body.before));
  auto searching = search_audit(world, std::move(wanted));
  const auto found = co_await std::move(searching);
  if (!found) co_return found.error();
  RecordList list;
  for (const audit::Record& record : *found) list.records.push_back(shown(record));
  co_return list;
}
Served<AuditEndShown> trail_end(World& world, Asked<Nothing>) {
  auto showing = shown_of<AuditEndShown>(audit_end(world));
  co_return co_await std::move(showing);
}

// --- the table
// The document describes itself as any object: it stands for no more.
boost::json::object any_object() {
  return {{"type", "object"}};
}
asio::awaitable<JsonAnswer> tell_document() {
  co_return openapi();
}
constexpr Route document_row() {
  return {Method::get,
          "/openapi.json",
          Access::everybody,
          std::nullopt,
          "This document",
          200,
          nullptr,
          any_object,
          [](const Route&, const boost::json::object&, std::int64_t) -> Result<Bound, ApiError> {
            return Bound([](World&, const Caller&) { return tell_document(); });
          }};
}

using rows::by;
using rows::get;
using rows::post;

constexpr std::array<Route, 35> table{{
    document_row(),
    row<LoginBody, LoginAnswer, login>(post, login_route, Access::everybody, {}, "Begin a session"),
    row<Nothing, Nothing, logout>(post, "/logout", Access::session, {}, "End this session", 204),
    row<Nothing, MeAnswer, me>(get, "/me", Access::session, {}, "Whose session this is, and what they may"),
    row<OwnPasswordBody, Nothing, own_password>(post, "/password", Access::session, {},
                                                "Change one's own password; ends all of one's sessions", 204),
    row<Nothing, StaffList, list_staff>(get, "/staff", by, Permission::staff_read, "The first accounts, 200 at once"),
    row<FindStaffBody, StaffList, find_staff>(post, "/staff/find", by, Permission::staff_read,
                                              "Accounts by name, 200 at once"),
    row<StaffBody, StaffShown, add_staff>(post, "/staff", by, Permission::staff_manage, "Make an account", 201),
    row<RolesBody, StaffShown, set_roles>(post, "/staff/roles", by, Permission::staff_manage,
                                          "Give an account other roles; ends its sessions"),
    row<NameBody, StaffShown, disable>(post, "/staff/disable", by, Permission::staff_manage,
                                       "Close an account; ends its sessions"),
    row<NameBody, StaffShown, enable>(post, "/staff/enable", by, Permission::staff_manage,
                                      "Open a closed account again"),
    row<PasswordBody, Nothing, new_password>(post, "/staff/password", by, Permission::staff_manage,
                                             "Give an account another password; ends its sessions", 204),
    row<StaffPhoneBody, StaffShown, phone>(
        post, "/staff/phone", by, Permission::staff_manage,
        "Name the phone that an account's owner serves people from; ends its sessions"),
    row<StaffPinBody, Nothing, service_pin>(post, "/staff/pin", by, Permission::staff_manage,
                                            "Give an account the service PIN of its phone; ends its sessions", 204),
    row<LinkBody, LinkShown, make>(post, "/links", by, Permission::link_make,
                                   "Link a number to a person: pending until they confirm", 201),
    row<FindLinksBody, LinkList, find>(post, "/links/find", by, Permission::link_read,
                                       "The links of a number or of a person"),
    row<AskBody, LinkShown, ask_phone<LinkEvent::verify>>(
        post, "/links/verify", by, Permission::link_make,
        "Ask the register of persons again, where it could not be asked; then the phone is asked"),
    row<AskBody, LinkShown, ask_phone<LinkEvent::clear_hold>>(post, "/links/clear-hold", by, Permission::link_make,
                                                              "Ask the phone to confirm that payments may go on"),
    row<MsisdnBody, LinkShown, change_link<LinkEvent::hold>>(post, "/links/hold", by, Permission::link_suspend,
                                                             "No payments: the SIM may have changed hands"),
    row<MsisdnBody, LinkShown, change_link<LinkEvent::suspend>>(post, "/links/suspend", by, Permission::link_suspend,
                                                                "Suspend a number's link: it shows and pays nothing"),
    row<MsisdnBody, LinkShown, change_link<LinkEvent::resume>>(post, "/links/resume", by, Permission::link_suspend,
                                                               "End a suspension: the person was seen"),
    row<PhoneBody, LinkShown, release_code>(post, "/links/release-code", by, Permission::link_release,
                                            "Send the phone the code that its person brings for a release"),
    row<ReleaseBody, LinkShown, release>(post, "/links/release", by, Permission::link_release,
                                         "End a number's link for good"),
    row<RelinkCodeBody, LinkShown, relink_code>(
        post, "/links/relink-code", by, Permission::link_release,
        "Send the phone the code with which the number is linked to another person"),
    row<RelinkBody, LinkShown, relink>(post, "/links/relink", by, Permission::link_release,
                                       "Link an active number to another person: pending until they confirm", 201),
    row<PhoneBody, LinkShown, pin_reset>(post, "/links/reset-pin", by, Permission::pin_reset,
                                         "Take away the service PIN of a number's person, who is told by SMS"),
    row<PhoneBody, LinkShown, tries_clear>(
        post, "/links/clear-tries", by, Permission::otp_clear_tries,
        "Forget the wrong codes and PINs of a number's person, who is told by SMS"),
    row<MailBody, LinkShown, email>(post, "/links/email", by, Permission::link_make,
                                    "Where copies of receipts and answers go by e-mail, or that they go nowhere"),
    row<Nothing, PublicationList, publications>(get, "/flows/publications", by, Permission::flow_read,
                                                "What was published"),
    row<Nothing, ProposalList, proposals>(get, "/flows/proposals", by, Permission::flow_read, "What was proposed"),
    row<Nothing, ProposalChangesShown, proposal>(get, "/flows/proposals/{number}", by, Permission::flow_read,
                                                 "What a proposal would change, file by file"),
    row<ProposeBody, ProposeAnswer, propose>(post, "/flows/proposals", by, Permission::flow_propose,
                                             "Propose a publication; its flows are checked", 201),
    row<Nothing, PublicationShown, approve>(post, "/flows/proposals/{number}/approve", by, Permission::flow_approve,
                                            "Publish what another person proposed"),
    row<AuditBody, RecordList, find_records>(post, "/audit/search", by, Permission::audit_read,
                                             "Records of the audit trail, 1,000 at once"),
    row<Nothing, AuditEndShown, trail_end>(
        get, "/audit/end", by, Permission::audit_read,
        "The last record of the audit trail, and the head that was published last"),
}};

}  // namespace

std::string_view to_string(Method method) {
  return method == Method::get ? "GET" : "POST";
}

std::span<const Route> routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> rows(table.begin(), table.end());
    for (const auto& more : {cash_routes(), case_routes(), money_routes(), report_routes(), rollout_routes(),
                             poll_routes(), broadcast_routes(), fill_routes(), bank_routes()})
      rows.insert(rows.end(), more.begin(), more.end());
    return rows;
  }();
  return all;
}

}  // namespace shubbak::admin
