#include "admin/reconcile_service.hpp"

#include <charconv>
#include <functional>
#include <utility>

#include "reconcile/match.hpp"
#include "services/local_day.hpp"
#include "services/payment_end.hpp"
#include "store/reconcile_book.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t cases_page = 1'000;
constexpr std::size_t export_page = 1'000;

staff::Scope of_company(const std::string& company) {
  return {.company = company};
}

Result<std::monostate, ApiError> may_read_of(const Caller& caller, const std::optional<std::string>& company) {
  const bool may = caller.is_command_line() ||
                   staff::may(caller.account, Permission::reconcile_read, of_company(company.value_or("*")));
  if (may) return std::monostate();
  return ApiError{Code::forbidden,
                  company ? "this account has no reconcile.read for that company"
                          : "this account reads of some companies only: name one of them",
                  "company"};
}

struct DayWanted {
  std::string company;
  reconcile::Day day;
};
Result<DayWanted, ApiError> day_wanted(const World& world, const Caller& caller, const std::string& company,
                                       const std::string& day) {
  if (const auto may = may_read_of(caller, company); !may) return may.error();
  const companies::Company* known = world.companies == nullptr ? nullptr : world.companies->find(company);
  if (known == nullptr) return ApiError{Code::not_found, "there is no company of that name", "company"};
  const auto of = company_day(known->config(), day);
  if (!of) return api_error(of.error(), "day");
  return DayWanted{company, *of};
}

// Where a page of an export ends: "p.NOT_AFTER.NUMBER" of its last payment, "r.0.NUMBER" of its last refund.
struct PageEnd {
  bool is_refund = false;
  std::int64_t not_after_ms = 0;
  std::int64_t number = 0;
};
std::string place_text(const PageEnd& place) {
  return std::string(place.is_refund ? "r." : "p.") + std::to_string(place.not_after_ms) + "." +
         std::to_string(place.number);
}
Result<PageEnd, ApiError> parse_place(const std::string& text) {
  const ApiError wrong{Code::invalid, "that is no end of a page: send the `next` of the page before", "after"};
  if (text.size() < 2 || (text[0] != 'p' && text[0] != 'r') || text[1] != '.') return wrong;
  PageEnd place{.is_refund = text[0] == 'r'};
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data() + 2, end, place.not_after_ms);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return wrong;
  const auto second = std::from_chars(first.ptr + 1, end, place.number);
  if (second.ec != std::errc() || second.ptr != end || place_text(place) != text) return wrong;
  return place;
}

Status add_payments(store::ReconcileBook& book, const DayWanted& of, const std::optional<PageEnd>& after,
                    ExportPage& page) {
  std::optional<store::SettledPayment> last;
  if (after) {
    last.emplace();
    last->number = after->number;
    last->not_after = WallTime(std::chrono::milliseconds(after->not_after_ms));
  }
  auto payments = book.settled_payments(of.company, of.day, last, export_page);
  if (!payments) return payments.error();
  for (store::SettledPayment& one : *payments) {
    page.next = place_text({false, one.not_after.time_since_epoch().count(), one.number});
    page.lines.push_back({.is_refund = false,
                          .payment = one.number,
                          .reference = std::move(one.reference),
                          .account = std::move(one.account),
                          .amount = one.amount,
                          .company_reference = services::company_reference_in(one.evidence, of.company),
                          .at = one.at});
  }
  return {};
}

Status add_refunds(store::ReconcileBook& book, const DayWanted& of, std::int64_t after, ExportPage& page) {
  const std::size_t room = export_page - page.lines.size();
  auto refunds = book.paid_refunds(of.company, of.day, after, room);
  if (!refunds) return refunds.error();
  for (store::PaidRefund& one : *refunds) {
    page.next = place_text({true, 0, one.number});
    page.lines.push_back({.is_refund = true,
                          .payment = one.payment,
                          .reference = store::refund_key(one.number),
                          .account = std::move(one.account),
                          .amount = one.amount,
                          .company_reference = {},
                          .at = one.at});
  }
  return {};
}

Result<ExportPage> page_behind(const std::string& database, const DayWanted& of,
                               const std::optional<PageEnd>& after) {
  const auto book = store::ReconcileBook::open(database);
  if (!book) return book.error();
  ExportPage page;
  const bool are_payments_over = after && after->is_refund;
  if (!are_payments_over) {
    if (Status added = add_payments(**book, of, after, page); !added.ok()) return added.error();
  }
  if (page.lines.size() < export_page) {
    const std::int64_t behind = are_payments_over ? after->number : 0;
    if (Status added = add_refunds(**book, of, behind, page); !added.ok()) return added.error();
  }
  if (page.lines.size() < export_page) page.next.reset();
  return page;
}

}  // namespace

Result<reconcile::Day> company_day(const companies::CompanyConfig& company, const std::string& typed) {
  const auto day = services::start_of_day(typed, std::chrono::minutes(0));
  if (!day) return day.error();
  return reconcile::day_of(std::chrono::floor<std::chrono::days>(*day), company.reconciliation);
}

Served<DayToldOf> report_day(World& world, Caller caller, std::string company, std::string day) {
  auto of = day_wanted(world, caller, company, day);
  if (!of) co_return of.error();
  std::function<Result<store::DayReport>()> work = [path = world.trail.database,
                                                    of = *of]() -> Result<store::DayReport> {
    const auto book = store::ReconcileBook::open(path);
    if (!book) return book.error();
    return (*book)->day_report(of.company, of.day);
  };
  auto adding = on_searcher<store::DayReport>(world, std::move(work));
  auto report = co_await std::move(adding);
  if (!report) co_return report.error();
  co_return DayToldOf{std::move(of->company), of->day.day, std::move(*report)};
}

Result<std::vector<store::StoredCase>, ApiError> list_cases(World& world, const Caller& caller,
                                                            const CasesWanted& wanted) {
  if (const auto may = may_read_of(caller, wanted.company); !may) return may.error();
  std::int64_t after = 0;
  if (wanted.after) {
    const auto number = reconcile::parse_case_number(*wanted.after);
    if (!number) return ApiError{Code::invalid, "that is no case's number, or mistyped", "after"};
    after = *number;
  }
  auto page = world.store.reconciliation().reconciliation_cases({wanted.company.value_or(""), wanted.open_only},
                                                                after, cases_page);
  if (!page) return api_error(page.error());
  return std::move(*page);
}

Served<store::StoredCase> resolve_case(World& world, Caller caller, CaseResolved wanted) {
  const auto number = reconcile::parse_case_number(wanted.number);
  if (!number) co_return ApiError{Code::invalid, "that is no case's number, or mistyped", "case"};
  const auto how = reconcile::parse_resolution(wanted.how);
  if (!how)
    co_return ApiError{Code::invalid, "a case is explained, company_corrects, paid_back or written_off", "how"};
  if (wanted.note.empty() || wanted.note.size() > store::ResolveCase::note_octets_max) {
    co_return ApiError{Code::invalid,
                       "a note says why, in 1 to " + std::to_string(store::ResolveCase::note_octets_max) + " octets",
                       "note"};
  }
  const auto found = world.store.reconciliation().find_case(*number);
  if (!found) co_return api_error(found.error());
  if (!*found) co_return ApiError{Code::not_found, "there is no case of that number", "case"};
  std::vector<store::Change> changes;
  changes.emplace_back(
      store::ReconcileChange(store::ResolveCase{*number, *how, std::move(wanted.note), caller.actor, world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::reconcile_resolve, of_company((*found)->company)),
                std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  auto resolved = world.store.reconciliation().find_case(*number);
  if (!resolved) co_return api_error(resolved.error());
  co_return std::move(resolved->value());
}

Served<ExportPage> export_day(World& world, Caller caller, std::string company, std::string day,
                              std::optional<std::string> after) {
  const auto of = day_wanted(world, caller, company, day);
  if (!of) co_return of.error();
  std::optional<PageEnd> place;
  if (after) {
    const auto parsed = parse_place(*after);
    if (!parsed) co_return parsed.error();
    place = *parsed;
  }
  std::function<Result<ExportPage>()> work = [path = world.trail.database, of = *of, place] {
    return page_behind(path, of, place);
  };
  auto reading = on_searcher<ExportPage>(world, std::move(work));
  co_return co_await std::move(reading);
}

}  // namespace shubbak::admin
