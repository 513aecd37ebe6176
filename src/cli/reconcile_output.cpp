#include "cli/reconcile_output.hpp"

#include <array>

#include <boost/json.hpp>

#include "cli/audit_output.hpp"
#include "payments/receipt.hpp"

namespace shubbak::cli {
namespace {

namespace json = boost::json;
using reconcile::Sum;
using reconcile::Totals;

struct Part {
  Sum Totals::*sum;
  std::string_view name;  // in JSON
  std::string_view words;
};
constexpr std::array here_parts{Part{&Totals::here, "here", "here"},
                                Part{&Totals::matched, "matched", "  matched"},
                                Part{&Totals::here_of_other_days, "here_of_other_days", "  in another day's file"},
                                Part{&Totals::here_differs, "here_differs", "  amount differs"},
                                Part{&Totals::missing_there, "missing_there", "  missing there"},
                                Part{&Totals::uncompared, "uncompared", "  not compared"}};
constexpr std::array there_parts{Part{&Totals::there, "there", "there"},
                                 Part{&Totals::matched, "matched", "  matched"},
                                 Part{&Totals::there_of_other_days, "there_of_other_days", "  paid on another day"},
                                 Part{&Totals::there_open, "there_open", "  open here as yet"},
                                 Part{&Totals::there_differs, "there_differs", "  amount differs"},
                                 Part{&Totals::missing_here, "missing_here", "  missing here"},
                                 Part{&Totals::twice, "twice", "  twice"}};
constexpr Part refunded_part{&Totals::refunded, "refunded", "refunded here"};

std::string in_column(std::string text, std::size_t width) {
  return text.size() >= width ? text : text.insert(0, width - text.size(), ' ');
}

std::string part_line(const Part& part, const Totals& totals) {
  constexpr std::size_t words_width = 24;
  constexpr std::size_t count_width = 10;
  constexpr std::size_t amount_width = 24;
  const Sum& sum = totals.*part.sum;
  std::string line(part.words);
  line.append(words_width - line.size(), ' ').append(in_column(std::to_string(sum.count), count_width));
  return line + in_column(format_amount({sum.minor, totals.currency}), amount_width) + "\n";
}

std::string hex_of(const store::FileContent& content) {
  return audit::to_hex(std::span(content));
}

json::object json_of(const Actor& by) {
  return {{"kind", to_string(by.kind)}, {"name", by.name}};
}

json::value json_of(const std::optional<store::CaseSide>& side) {
  if (!side) return nullptr;
  return json::object{{"account", side->account},
                      {"amount_minor", side->amount.minor},
                      {"currency", to_string(side->amount.currency)}};
}

template <class T>
json::value json_of(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::string export_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line.append(line.empty() ? "" : ",").append(quoted_csv(field));
  return line + "\r\n";
}

std::string side_text(std::string_view where, const store::CaseSide& side) {
  std::string text = "  ";
  text.append(where).append(" ").append(format_amount(side.amount)).append(" ");
  return text.append(to_string(side.amount.currency)).append(" on ").append(side.account);
}

}  // namespace

std::string to_report_text(const admin::DayToldOf& told, std::chrono::minutes utc_offset) {
  const store::DayReport& report = told.report;
  std::string text = told.company + " " + reconcile::iso_day(told.day) + ": ";
  if (report.import) {
    const store::StoredImport& import = *report.import;
    text += "import " + std::to_string(import.number) + " of " + std::to_string(import.lines) + " lines, " +
            to_stamp(import.at + utc_offset) + ", by " + import.by.name + "\n";
  } else {
    text += "no file of that day was imported\n";
  }
  for (const Totals& totals : report.totals) {
    text.append("\n").append(to_string(totals.currency)).append("\n");
    for (const Part& part : here_parts) text += part_line(part, totals);
    for (const Part& part : there_parts) text += part_line(part, totals);
    text += part_line(refunded_part, totals);
    text += adds_up(totals) ? "adds up\n" : "does not add up: the database is damaged\n";
  }
  return text + "\n" + std::to_string(report.open_cases) + " cases open\n";
}

std::string to_report_json(const admin::DayToldOf& told) {
  const store::DayReport& report = told.report;
  json::value import = nullptr;
  if (report.import) {
    import = json::object{{"number", report.import->number},
                          {"lines", report.import->lines},
                          {"sha256", hex_of(report.import->content)},
                          {"at", reconcile::iso_time(report.import->at)},
                          { "by",
                            json_of(report.import->by) }};
  }
  json::array all;
  for (const Totals& totals : report.totals) {
    json::object one{{"currency", to_string(totals.currency)}};
    const auto add = [&](const Part& part) {
      const Sum& sum = totals.*part.sum;
      one[part.name] = json::object{{"count", sum.count}, {"minor", sum.minor}};
    };
    for (const Part& part : here_parts) add(part);
    for (const Part& part : there_parts) add(part);
    add(refunded_part);
    one["adds_up"] = adds_up(totals);
    all.push_back(std::move(one));
  }
  return json::serialize(json::object{{"company", told.company},
                                      {"day", reconcile::iso_day(told.day)},
                                      {"import", import},
                                      {"totals", all},
                                      {"open_cases", report.open_cases}}) +
         "\n";
}

std::string to_case_line(const store::StoredCase& one, std::chrono::minutes utc_offset) {
  const bool is_open = one.resolution == reconcile::Resolution::none;
  std::string line = reconcile::case_number(one.number);
  line.append("  ").append(is_open ? "open" : to_string(one.resolution)).append("  ").append(to_string(one.outcome));
  line.append("  ").append(one.company);
  if (one.day) line.append(" ").append(reconcile::iso_day(*one.day));
  if (one.line) line.append(" line ").append(std::to_string(*one.line));
  line.append("  ").append(one.reference);
  if (one.theirs) line += side_text("there", *one.theirs);
  if (!one.company_reference.empty()) line.append(" as ").append(one.company_reference);
  if (one.ours) line += side_text("here", *one.ours);
  if (one.payment) line.append(" as ").append(payments::receipt_number(*one.payment));
  if (!one.evidence.empty()) line.append("  said: ").append(one.evidence);
  line.append("  opened ").append(to_stamp(one.opened + utc_offset));
  if (!one.resolved) return line + "\n";
  line.append("  resolved ").append(to_stamp(*one.resolved + utc_offset));
  if (!one.by.name.empty()) line.append(" by ").append(one.by.name);
  if (!one.note.empty()) line.append(": ").append(one.note);
  return line + "\n";
}

std::string to_case_json(const store::StoredCase& one) {
  const auto day = one.day ? std::optional(reconcile::iso_day(*one.day)) : std::nullopt;
  const auto receipt = one.payment ? std::optional(payments::receipt_number(*one.payment)) : std::nullopt;
  const auto resolved = one.resolved ? std::optional(reconcile::iso_time(*one.resolved)) : std::nullopt;
  return json::serialize(json::object{{"case", reconcile::case_number(one.number)},
                                      {"company", one.company},
                                      {"day", json_of(day)},
                                      {"outcome", to_string(one.outcome)},
                                      {"reference", one.reference},
                                      {"line", json_of(one.line)},
                                      {"there", json_of(one.theirs)},
                                      {"company_reference", one.company_reference},
                                      {"here", json_of(one.ours)},
                                      {"receipt", json_of(receipt)},
                                      {"evidence", one.evidence},
                                      {"opened", reconcile::iso_time(one.opened)},
                                      {"resolution", to_string(one.resolution)},
                                      {"resolved", json_of(resolved)},
                                      {"by", json_of(one.by)},
                                      {"note", one.note}}) +
         "\n";
}

std::string export_heading() {
  return "receipt,reference,account,amount_minor,currency,company_reference,time,kind\r\n";
}

std::string to_export_line(const admin::ExportedLine& line) {
  return export_line({payments::receipt_number(line.payment), line.reference, line.account,
                      std::to_string(line.is_refund ? -line.amount.minor : line.amount.minor),
                      std::string(to_string(line.amount.currency)), line.company_reference,
                      reconcile::iso_time(line.at), line.is_refund ? "refund" : "payment"});
}

}  // namespace shubbak::cli
