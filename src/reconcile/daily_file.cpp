#include "reconcile/daily_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace shubbak::reconcile {
namespace {

char octet_of(Separator separator) {
  switch (separator) {
    case Separator::comma:
      return ',';
    case Separator::semicolon:
      return ';';
    case Separator::tab:
      return '\t';
  }
  std::abort();
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

template <class N>
std::optional<N> whole_number(std::string_view text) {
  N number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && !text.starts_with('-');
  return is_number ? std::optional(number) : std::nullopt;
}

}  // namespace

Status check(const Mapping& mapping) {
  for (const auto& [what, column] :
       {std::pair("reference", &mapping.reference), {"account", &mapping.account}, {"amount", &mapping.amount}}) {
    if (column->empty()) return Error{Errc::invalid, std::string(what) + " must name a column"};
  }
  if (mapping.head_line) return {};
  for (const std::string* column : {&mapping.reference, &mapping.account, &mapping.amount, &mapping.currency,
                                    &mapping.company_reference, &mapping.time}) {
    const auto number = whole_number<std::size_t>(*column);
    const bool is_column = number && *number >= 1 && *number <= CsvLimits().columns_max;
    if (!column->empty() && !is_column) {
      return Error{Errc::invalid, "without a head line a column is a number from 1 to " +
                                      std::to_string(CsvLimits().columns_max) + ", not '" + *column + "'"};
    }
  }
  return {};
}

Day day_of(std::chrono::sys_days day, const Mapping& mapping) {
  const WallTime begins = WallTime(day) - mapping.utc_offset.value_or(std::chrono::minutes(0));
  return {day, begins, begins + std::chrono::days(1)};
}

DailyFile::DailyFile(const Mapping& mapping, Currency currency, const Day& day, OnLine on_line)
    : mapping_(mapping),
      currency_(currency),
      day_(day),
      on_line_(std::move(on_line)),
      csv_(octet_of(mapping.separator), [this](const CsvRecord& record) { return take(record); }) {}

Status DailyFile::finish() {
  if (Status read = csv_.finish(); !read.ok()) return read;
  if (mapping_.head_line && !has_columns_)
    return Error{Errc::malformed, "the file is empty; a day without payments has its head line"};
  return {};
}

Status DailyFile::take(const CsvRecord& record) {
  if (!has_columns_) {
    if (Status found = find_columns(record); !found.ok()) return found;
    has_columns_ = true;
    if (mapping_.head_line) return {};
  }
  if (++lines_ > lines_max)
    return csv_error(Errc::limit, record.line, 1, "more than " + std::to_string(lines_max) + " lines");
  auto line = read(record);
  if (!line.ok()) return line.error();
  return on_line_(*std::move(line));
}

Status DailyFile::find_columns(const CsvRecord& record) {
  for (const auto& [name, column] : {std::pair(&mapping_.reference, &reference_),
                                     {&mapping_.account, &account_},
                                     {&mapping_.amount, &amount_},
                                     {&mapping_.currency, &currency_column_},
                                     {&mapping_.company_reference, &company_reference_},
                                     {&mapping_.time, &time_}}) {
    if (name->empty()) continue;
    if (Status found = find_column(record, *name, *column); !found.ok()) return found;
  }
  return {};
}

Status DailyFile::find_column(const CsvRecord& record, const std::string& name, std::optional<Column>& column) const {
  const auto& fields = record.fields;
  if (!mapping_.head_line) {
    const std::size_t number = whole_number<std::size_t>(name).value_or(0);
    if (number < 1 || number > fields.size()) {
      return csv_error(Errc::malformed, record.line, fields.size(),
                       "there is no column " + name + ": the mapping of the configuration names one");
    }
    column = Column{name, number - 1};
    return {};
  }
  const auto is_it = [&](std::string_view field) { return trimmed(field) == name; };
  const auto found = std::ranges::find_if(fields, is_it);
  if (found == fields.end()) {
    return csv_error(Errc::malformed, record.line, 1,
                     "no column of the head line is '" + name + "', which the mapping of the configuration names");
  }
  const auto index = static_cast<std::size_t>(found - fields.begin());
  if (std::any_of(found + 1, fields.end(), is_it))
    return csv_error(Errc::malformed, record.line, index + 1, "the head line has '" + name + "' twice");
  column = Column{name, index};
  return {};
}

Result<Listed> DailyFile::read(const CsvRecord& record) const {
  Listed listed{.line = record.line};
  auto reference = name_in(record, *reference_);
  if (!reference.ok()) return reference.error();
  listed.reference = *std::move(reference);
  auto account = name_in(record, *account_);
  if (!account.ok()) return account.error();
  listed.account = *std::move(account);
  const auto amount = amount_in(record);
  if (!amount.ok()) return amount.error();
  listed.amount = *amount;
  if (company_reference_) {
    const bool is_told = !trimmed(record.fields[company_reference_->index]).empty();
    auto company_reference = is_told ? name_in(record, *company_reference_) : Result<std::string>(std::string());
    if (!company_reference.ok()) return company_reference.error();
    listed.company_reference = *std::move(company_reference);
  }
  if (time_) {
    const auto at = time_in(record);
    if (!at.ok()) return at.error();
    listed.at = *at;
  }
  return listed;
}

Result<std::string> DailyFile::name_in(const CsvRecord& record, const Column& column) const {
  const std::string_view text = trimmed(record.fields[column.index]);
  const bool has_blank = std::ranges::any_of(text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  if (!text.empty() && text.size() <= name_octets_max && !has_blank) return std::string(text);
  return csv_error(Errc::malformed, record.line, column.index + 1,
                   std::string(column.name) + " must be 1 to " + std::to_string(name_octets_max) +
                       " characters without an end of line");
}

Result<Money> DailyFile::amount_in(const CsvRecord& record) const {
  Currency currency = currency_;
  if (currency_column_) {
    const auto named = parse_currency(trimmed(record.fields[currency_column_->index]));
    if (!named.ok())
      return csv_error(Errc::malformed, record.line, currency_column_->index + 1, named.error().message);
    currency = *named;
  }
  const std::string_view text = trimmed(record.fields[amount_->index]);
  const auto fault = [&](std::string_view what) {
    return csv_error(Errc::malformed, record.line, amount_->index + 1, std::string(amount_->name).append(what));
  };
  if (mapping_.amount_form == AmountForm::minor_units) {
    const auto minor = whole_number<std::int64_t>(text);
    if (!minor || *minor == 0) return fault(" must be a whole number of minor units above 0");
    return Money{*minor, currency};
  }
  const char point = mapping_.amount_form == AmountForm::decimal_comma ? ',' : '.';
  const auto amount = parse_amount(text, currency, point);
  if (!amount.ok()) return fault(": " + amount.error().message);
  if (amount->minor == 0) return fault(" must be above 0");
  return *amount;
}

Result<WallTime> DailyFile::time_in(const CsvRecord& record) const {
  const auto at = parse_file_time(trimmed(record.fields[time_->index]), mapping_.time_form,
                                  mapping_.utc_offset.value_or(std::chrono::minutes(0)));
  if (!at) {
    return csv_error(
        Errc::malformed, record.line, time_->index + 1,
        std::string(time_->name) + " must be a time like " + std::string(example_of(mapping_.time_form)));
  }
  constexpr std::chrono::days margin{1};  // for clocks and for files that are cut at another moment
  if (*at >= day_.begins - margin && *at < day_.ends + margin) return *at;
  return csv_error(Errc::invalid, record.line, time_->index + 1,
                   std::string(time_->name) + " is " + iso_time(*at) + ", which is not of " + iso_day(day_.day) +
                       ": is it the right file?");
}

}  // namespace shubbak::reconcile
