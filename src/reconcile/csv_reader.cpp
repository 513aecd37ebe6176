#include "reconcile/csv_reader.hpp"

#include "domain/text.hpp"

namespace shubbak::reconcile {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    if (next_code_point(text, at) == 0xFFFD && text.substr(from, at - from) != replacement) return false;
  }
  return true;
}

}  // namespace

Error csv_error(Errc code, std::int64_t line, std::size_t column, std::string_view what) {
  std::string message = "line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
  return {code, message.append(what)};
}

CsvReader::CsvReader(char separator, OnRecord on_record, CsvLimits limits)
    : separator_(separator), on_record_(std::move(on_record)), limits_(limits) {}

Status CsvReader::feed(std::string_view octets) {
  if (Status skipped = skip_mark(octets); !skipped.ok()) return skipped;
  for (const char c : octets) {
    if (Status taken = take(c); !taken.ok()) return taken;
  }
  return {};
}

Status CsvReader::skip_mark(std::string_view& octets) {
  if (head_is_over_) return {};
  while (!octets.empty() && head_.size() < utf8_mark.size()) {
    head_ += octets.front();
    octets.remove_prefix(1);
  }
  if (head_.starts_with("\xFF\xFE") || head_.starts_with("\xFE\xFF"))
    return fault("the file is UTF-16; save it as UTF-8");
  if (head_.size() < utf8_mark.size()) return {};
  head_is_over_ = true;
  if (head_ == utf8_mark) return {};
  for (const char c : head_) {
    if (Status taken = take(c); !taken.ok()) return taken;
  }
  return {};
}

Status CsvReader::finish() {
  if (!head_is_over_) {
    head_is_over_ = true;
    if (Status taken = feed(head_); !taken.ok()) return taken;
  }
  if (at_ == At::quoted)
    return fault("the field in quotes that begins in line " + std::to_string(quote_line_) + " never ends");
  if (at_ == At::carriage_return) return fault("a carriage return without a line feed behind it");
  const bool is_at_line_start = at_ == At::field_start && ends_.empty() && octets_.empty();
  return is_at_line_start ? Status() : end_record();
}

Status CsvReader::take(char c) {
  switch (at_) {
    case At::field_start:
      if (c != '"') return take_outside(c);
      at_ = At::quoted;
      has_quoted_ = true;
      quote_line_ = line_;
      return {};
    case At::plain:
      if (c == '"')
        return fault("a quote in a field that does not begin with one: put quotes around it, and write \"\"");
      return take_outside(c);
    case At::quoted:
      if (c == '"') {
        at_ = At::quote_in_quoted;
        return {};
      }
      if (c == '\n') ++line_;
      return add(c);
    case At::quote_in_quoted:
      return take_quoted_end(c);
    case At::carriage_return:
      if (c != '\n') return fault("a carriage return without a line feed behind it");
      return end_record();
  }
  std::abort();
}

Status CsvReader::take_outside(char c) {
  if (c == separator_) return end_field();
  if (c == '\n') return end_record();
  if (c == '\r') {
    at_ = At::carriage_return;
    return {};
  }
  at_ = At::plain;
  return add(c);
}

Status CsvReader::take_quoted_end(char c) {
  if (c == '"') {
    at_ = At::quoted;
    return add(c);
  }
  if (c == separator_ || c == '\n' || c == '\r') return take_outside(c);
  return fault("text behind the closing quote; a quote within quotes is written \"\"");
}

Status CsvReader::add(char c) {
  const bool is_blank = c == '\t' || (at_ == At::quoted && (c == '\n' || c == '\r'));
  if (static_cast<unsigned char>(c) < ' ' && !is_blank) return fault("a control character: is it a text file?");
  const std::size_t field_from = ends_.empty() ? 0 : ends_.back();
  if (octets_.size() - field_from >= limits_.field_octets_max)
    return fault("a field of more than " + std::to_string(limits_.field_octets_max) + " octets", Errc::limit);
  if (octets_.size() >= limits_.record_octets_max)
    return fault("a line of more than " + std::to_string(limits_.record_octets_max) + " octets", Errc::limit);
  octets_ += c;
  return {};
}

Status CsvReader::end_field() {
  const std::size_t from = ends_.empty() ? 0 : ends_.back();
  if (!is_utf8(std::string_view(octets_).substr(from)))
    return fault("octets that are not UTF-8; save the file as UTF-8");
  if (ends_.size() == limits_.columns_max)
    return fault("more than " + std::to_string(limits_.columns_max) + " columns", Errc::limit);
  ends_.push_back(octets_.size());
  at_ = At::field_start;
  return {};
}

Status CsvReader::end_record() {
  const bool is_empty = ends_.empty() && octets_.empty() && !has_quoted_;
  if (is_empty) return fault("the line is empty; remove it");
  if (Status ended = end_field(); !ended.ok()) return ended;
  if (columns_ == 0) columns_ = ends_.size();
  if (ends_.size() != columns_) {
    return Error{Errc::malformed, "line " + std::to_string(record_line_) + ": it has " +
                                      std::to_string(ends_.size()) + " columns, the first line has " +
                                      std::to_string(columns_)};
  }
  CsvRecord record{record_line_, {}};
  record.fields.reserve(columns_);
  std::size_t from = 0;
  for (const std::size_t end : ends_) {
    record.fields.push_back(std::string_view(octets_).substr(from, end - from));
    from = end;
  }
  if (Status taken = on_record_(record); !taken.ok()) return taken;
  octets_.clear();
  ends_.clear();
  has_quoted_ = false;
  record_line_ = ++line_;
  return {};
}

Error CsvReader::fault(std::string_view what, Errc code) const {
  return csv_error(code, line_, ends_.size() + 1, what);
}

}  // namespace shubbak::reconcile
