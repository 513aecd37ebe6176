// What a request is made of: method, path, query, headers and a body, with arguments where they may stand.
#include <algorithm>
#include <array>

#include "connectors/section_readers.hpp"
#include "flows/fields.hpp"

namespace shubbak::connectors {

using flows::Faults;
using flows::Fields;
using flows::Node;

namespace {

constexpr std::size_t headers_most = 20;

// The arguments that there are for an operation.
std::vector<Argument> arguments_of(Operation operation) {
  using A = Argument;
  switch (operation) {
    case Operation::accounts:
      return {A::national_id};
    case Operation::find:
      return {A::national_id, A::category, A::number, A::by};
    case Operation::due:
    case Operation::bills:
    case Operation::payments:
    case Operation::last_reading:
      return {A::account};
    case Operation::submit_reading:
      return {A::account, A::value, A::reference, A::source, A::remark};
    case Operation::pay:
      return {A::account, A::amount_minor, A::amount_decimal, A::currency, A::reference, A::not_after};
    case Operation::payment_status:
      return {A::account, A::amount_minor, A::amount_decimal, A::currency, A::reference};
  }
  return {};
}

// Those without which the company cannot know what it is asked; of each group one at least.
std::vector<std::vector<Argument>> needed_by(Operation operation) {
  using A = Argument;
  switch (operation) {
    case Operation::accounts:
      return {{A::national_id}};
    case Operation::find:
      return {{A::national_id}, {A::number}};
    case Operation::due:
    case Operation::bills:
    case Operation::payments:
    case Operation::last_reading:
      return {{A::account}};
    case Operation::submit_reading:
      return {{A::account}, {A::value}, {A::reference}};
    case Operation::pay:
      return {{A::account}, {A::amount_minor, A::amount_decimal}, {A::reference}};
    case Operation::payment_status:
      return {{A::reference}};
  }
  return {};
}

std::string names_of(const std::vector<Argument>& arguments) {
  std::string names;
  for (const Argument argument : arguments)
    names.append(names.empty() ? "{" : ", {").append(argument_names[static_cast<std::size_t>(argument)]).append("}");
  return names;
}

// A text of a request with what it may hold.
struct TextReader {
  Faults& faults;

  bool add(TextTemplate& to, const Node& node, Escape literals, Escape arguments) const {
    if (node.kind != Node::Kind::text) {
      faults.add(node.at, "a text is needed here", "such as \"{account}\"");
      return false;
    }
    const Status added = to.add(node.text, literals, arguments);
    if (!added) {
      faults.add(node.at, added.error().message,
                 "arguments are " + flows::grammar::listed(argument_names) + "; a brace itself is written twice");
    }
    return added.ok();
  }

  void body_value(TextTemplate& to, const Node& node) const;
  void json_mapping(TextTemplate& to, const Node& node) const;
};

bool is_json_literal(std::string_view text) {
  const JsonDocument document(text);
  return document.root() != nullptr && document.root()->kind != JsonValue::Kind::text &&
         document.root()->kind != JsonValue::Kind::list && document.root()->kind != JsonValue::Kind::object;
}

// {$number: amount_minor} or {$literal: true}; false: it is an object like any other.
bool is_marked(const Node& node) {
  return node.children.size() == 1 && node.children.front().key.starts_with('$');
}

void add_marked(TextTemplate& to, const Node& marked, Faults& faults) {
  const std::string& text = marked.text;
  if (marked.key == "$literal" && marked.kind == Node::Kind::text && is_json_literal(text)) {
    to.add_literal(text);
    return;
  }
  constexpr std::array numbers{Argument::amount_minor, Argument::amount_decimal, Argument::value};
  const auto argument = argument_named(text);
  if (marked.key == "$number" && argument && std::ranges::find(numbers, *argument) != numbers.end()) {
    to.add_argument(*argument, Escape::none);
    return;
  }
  faults.add(
      marked.at, "no JSON value is made by '" + marked.key + "' of this",
      "{$number: amount_minor}, also of amount_decimal and value, or {$literal: true}, also false, null or a number");
}

void TextReader::json_mapping(TextTemplate& to, const Node& node) const {
  to.add_literal("{");
  std::string_view separator;
  for (const Node& child : node.children) {
    std::string key(separator);
    key += '"';
    append_escaped(key, child.key, Escape::json);
    key += "\":";
    to.add_literal(key);
    body_value(to, child);
    separator = ",";
  }
  to.add_literal("}");
}

void TextReader::body_value(TextTemplate& to, const Node& node) const {
  if (node.kind == Node::Kind::mapping && is_marked(node)) return add_marked(to, node.children.front(), faults);
  if (node.kind == Node::Kind::mapping) return json_mapping(to, node);
  if (node.kind == Node::Kind::sequence) {
    to.add_literal("[");
    for (const Node& child : node.children) {
      if (&child != &node.children.front()) to.add_literal(",");
      body_value(to, child);
    }
    to.add_literal("]");
    return;
  }
  to.add_literal("\"");
  add(to, node, Escape::json, Escape::json);
  to.add_literal("\"");
}

// a={x}&b=1, of a query or a form.
void read_pairs(TextTemplate& to, const Node& node, std::string_view before_first, Faults& faults) {
  if (node.kind != Node::Kind::mapping) {
    faults.add(node.at, "names and their values are needed here", "such as {acc: \"{account}\"}");
    return;
  }
  const TextReader reader{faults};
  for (const Node& child : node.children) {
    std::string name(&child == &node.children.front() ? before_first : "&");
    append_escaped(name, child.key, Escape::url);
    name += '=';
    to.add_literal(name);
    reader.add(to, child, Escape::url, Escape::url);
  }
}

void read_path(TextTemplate& to, const Node& node, Faults& faults) {
  if (!TextReader{faults}.add(to, node, Escape::none, Escape::url)) return;
  const bool is_plain = std::ranges::all_of(
      node.text, [](char c) { return c > ' ' && c < '\x7F' && c != '?' && c != '#' && c != '\\' && c != '"'; });
  if (node.text.starts_with('/') && !node.text.starts_with("//") && is_plain) return;
  faults.add(node.at, "a path begins with one '/' and is plain ASCII",
             "what follows a '?' stands under query:; other letters are written as %XX");
}

// National ids and numbers of accounts are other people's logs' for ever once they stand in a URL.
void check_url(const TextTemplate& target, const Node& node, bool is_allowed, Faults& faults) {
  if (target.has(Argument::national_id)) {
    faults.add(node.at, "a national number may never stand in a URL", "put it into the body or a header");
  }
  if (!is_allowed && (target.has(Argument::account) || target.has(Argument::number))) {
    faults.add(node.at, "an account's number in a URL is kept by logs on the way",
               "put it into the body or a header, or say allow_in_url: true where the company takes it no other way");
  }
}

void check_arguments(const RequestForm& request, Operation operation, const Node& node, Faults& faults) {
  const std::vector<Argument> known = arguments_of(operation);
  for (std::size_t i = 0; i < argument_count; ++i) {
    const auto argument = static_cast<Argument>(i);
    if (!request.has(argument) || std::ranges::find(known, argument) != known.end()) continue;
    faults.add(node.at, std::string(to_string(operation)) + " has no {" + std::string(argument_names[i]) + "}",
               "it has " + names_of(known));
  }
  for (const auto& group : needed_by(operation)) {
    if (std::ranges::any_of(group, [&](Argument one) { return request.has(one); })) continue;
    faults.add(node.at, std::string(to_string(operation)) + " is asked without " + names_of(group),
               "the company must be told: put it into the body, a header, the query or the path");
  }
}

}  // namespace

bool check_header_name(const std::string& name, flows::Position at, Faults& faults) {
  constexpr std::array<std::string_view, 8> ours{"authorization", "connection", "content-length",
                                                 "content-type",  "expect",     "transfer-encoding",
                                                 "host",          "user-agent"};
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool is_token = !name.empty() && name.size() <= 64 && std::ranges::all_of(lower, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!is_token) faults.add(at, "'" + name + "' is no name of a header", "letters, digits, - and _");
  const bool is_ours = std::ranges::find(ours, lower) != ours.end();
  if (is_ours) faults.add(at, "the header " + name + " is written by shubbakd itself", "who asks stands under auth:");
  return is_token && !is_ours;
}

std::vector<Header> read_headers(const Node& node, Faults& faults) {
  std::vector<Header> headers;
  if (node.kind != Node::Kind::mapping || node.children.size() > headers_most) {
    faults.add(node.at, "at most 20 headers and their values are needed here", "such as {X-Account: \"{account}\"}");
    return headers;
  }
  for (const Node& child : node.children) {
    Header header{child.key, {}};
    const bool is_good = check_header_name(child.key, child.key_at, faults);
    if (!TextReader{faults}.add(header.value, child, Escape::none, Escape::none) || !is_good) continue;
    if (std::ranges::any_of(child.text, [](char c) { return c < ' ' || c > '~'; }))
      faults.add(child.at, "a header's value is plain ASCII");
    headers.push_back(std::move(header));
  }
  return headers;
}

void read_request(const Node& node, Operation operation, const std::vector<Header>& shared, OperationForm& form,
                  Faults& faults) {
  constexpr std::array<std::string_view, 7> keys{"method", "path", "query",       "headers",
                                                 "json",   "form", "allow_in_url"};
  const Fields fields(node, "request", keys, faults, by_form);
  RequestForm& request = form.request;
  if (const Node* method = fields.find("method"); method != nullptr) {
    request.method = method->text;
    if (request.method != "GET" && request.method != "POST" && request.method != "PUT")
      faults.add(method->at, "a method is GET, POST or PUT");
    const bool changes = operation == Operation::pay || operation == Operation::submit_reading;
    if (changes && request.method == "GET")
      faults.add(method->at, "what changes something is never asked by GET",
                 "others repeat a GET as they like: POST");
  }
  if (const Node* path = fields.need("path"); path != nullptr) read_path(request.target, *path, faults);
  if (const Node* query = fields.find("query"); query != nullptr) read_pairs(request.target, *query, "?", faults);
  request.headers = shared;
  if (const Node* headers = fields.find("headers"); headers != nullptr)
    std::ranges::move(read_headers(*headers, faults), std::back_inserter(request.headers));
  const Node* json = fields.find("json");
  const Node* pairs = fields.find("form");
  const Node* body = json != nullptr ? json : pairs;
  if (json != nullptr && pairs != nullptr) faults.add(pairs->at, "json and form exclude each other");
  if (body != nullptr && request.method == "GET") faults.add(body->at, "a GET has no body", "say method: POST");
  if (json != nullptr) {
    request.body_form = Body::json;
    TextReader{faults}.body_value(request.body, *json);
  } else if (pairs != nullptr) {
    request.body_form = Body::form;
    read_pairs(request.body, *pairs, "", faults);
  }
  const Node* allow = fields.find("allow_in_url");
  check_url(request.target, node, allow != nullptr && flows::read_flag(*allow, "allow_in_url", faults), faults);
  check_arguments(request, operation, node, faults);
}

}  // namespace shubbak::connectors
