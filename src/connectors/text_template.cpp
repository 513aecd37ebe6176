#include "connectors/text_template.hpp"

#include <algorithm>

namespace shubbak::connectors {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

void append_hex(std::string& out, unsigned char octet) {
  out.append(1, hex_digits[octet >> 4U]).append(1, hex_digits[octet & 0xFU]);
}

void append_json(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (octet < 0x20) {
      out.append("\\u00");
      append_hex(out, octet);
    } else {
      out.append(1, c);
    }
  }
}

// RFC 3986 section 2.3: what may stand anywhere in a URL.
bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_url(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.append(1, c);
    } else {
      out.append(1, '%');
      append_hex(out, static_cast<unsigned char>(c));
    }
  }
}

}  // namespace

std::optional<Argument> argument_named(std::string_view name) {
  const auto found = std::ranges::find(argument_names, name);
  if (found == argument_names.end()) return std::nullopt;
  return static_cast<Argument>(found - argument_names.begin());
}

void append_escaped(std::string& out, std::string_view text, Escape escape) {
  switch (escape) {
    case Escape::none:
      out.append(text);
      return;
    case Escape::json:
      append_json(out, text);
      return;
    case Escape::url:
      append_url(out, text);
      return;
  }
}

void TextTemplate::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().argument) pieces_.emplace_back();
  pieces_.back().literal.append(text);
}

void TextTemplate::add_argument(Argument argument, Escape escape) {
  if (pieces_.empty() || pieces_.back().argument) pieces_.emplace_back();
  pieces_.back().argument = argument;
  pieces_.back().escape = escape;
}

Status TextTemplate::add(std::string_view text, Escape literals, Escape arguments) {
  std::string words;
  const auto take_words = [&] {
    std::string escaped;
    append_escaped(escaped, words, literals);
    add_literal(escaped);
    words.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if ((c == '{' || c == '}') && text.substr(at + 1, 1) == text.substr(at, 1)) {
      words += c;
      ++at;
    } else if (c == '{') {
      const std::size_t close = text.find('}', at);
      if (close == std::string_view::npos) return Error{Errc::malformed, "'{' without its '}'"};
      const std::string_view name = text.substr(at + 1, close - at - 1);
      const std::optional<Argument> argument = argument_named(name);
      if (!argument) return Error{Errc::malformed, "there is no argument '" + std::string(name) + "'"};
      take_words();
      add_argument(*argument, arguments);
      at = close;
    } else if (c == '}') {
      return Error{Errc::malformed, "'}' without its '{'"};
    } else {
      words += c;
    }
  }
  take_words();
  return {};
}

void TextTemplate::append_to(std::string& out, const Arguments& arguments) const {
  for (const Piece& piece : pieces_) {
    out.append(piece.literal);
    if (piece.argument) append_escaped(out, arguments[*piece.argument], piece.escape);
  }
}

bool TextTemplate::has(Argument argument) const {
  return std::ranges::any_of(pieces_, [&](const Piece& piece) { return piece.argument == argument; });
}

std::string decimal_amount(Money amount) {
  const auto places = static_cast<std::size_t>(decimals(amount.currency));
  std::string digits = std::to_string(amount.minor);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  return digits;
}

}  // namespace shubbak::connectors
