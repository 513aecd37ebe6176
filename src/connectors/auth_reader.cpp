// Who asks: keys, passwords and certificates, whose secrets come from the environment.
#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include "connectors/section_readers.hpp"
#include "flows/fields.hpp"

namespace shubbak::connectors {

using flows::Faults;
using flows::Fields;
using flows::Node;

namespace {

class AuthReader {
 public:
  AuthReader(const Node& node, std::string_view what, std::span<const std::string_view> keys, const Lookup& lookup,
             Faults& faults)
      : fields_(node, what, keys, faults, by_form), lookup_(lookup), faults_(faults) {}

  [[nodiscard]] const Fields& fields() const { return fields_; }

  // Nothing but ${NAME}: a secret in the file would be in copies, backups and histories of it.
  std::string secret(std::string_view key) const {
    const Node* node = fields_.need(key);
    if (node == nullptr) return {};
    const std::string& text = node->text;
    if (!text.starts_with("${") || text.find('}') != text.size() - 1 || text.find(":-") != std::string::npos) {
      faults_.add(node->at, std::string(key) + " is a secret and stands in no file",
                  "write ${NAME}, and set NAME in the environment of shubbakd");
      return {};
    }
    std::string value = from_environment(*node, text.substr(2, text.size() - 3));
    check_plain(value, *node, key);
    return value;
  }

  // A secret that goes into a header as it is.
  std::string header_secret(std::string_view key) const {
    std::string value = secret(key);
    if (const Node* node = fields_.find(key); node != nullptr) check_ascii(value, *node, key);
    return value;
  }

  // As it is written, or ${NAME}.
  std::string text(std::string_view key, bool is_needed) const {
    const Node* node = is_needed ? fields_.need(key) : fields_.find(key);
    if (node == nullptr) return {};
    if (node->kind != Node::Kind::text) {
      faults_.add(node->at, std::string(key) + " is a text");
      return {};
    }
    const bool is_named = node->text.starts_with("${") && node->text.ends_with('}');
    std::string value = is_named ? from_environment(*node, node->text.substr(2, node->text.size() - 3)) : node->text;
    check_plain(value, *node, key);
    check_ascii(value, *node, key);
    return value;
  }

  std::string header(std::string_view key, bool is_needed) const {
    std::string name = text(key, is_needed);
    const Node* node = fields_.find(key);
    if (node != nullptr) check_header_name(name, node->at, faults_);
    return name;
  }

 private:
  void check_plain(std::string_view value, const Node& node, std::string_view key) const {
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7F; };
    if (std::ranges::any_of(value, is_control))
      faults_.add(node.at, std::string(key) + " has control characters in it", "such as a line feed at its end");
  }

  // As headers and URLs take it.
  void check_ascii(std::string_view value, const Node& node, std::string_view key) const {
    if (std::ranges::any_of(value, [](unsigned char c) { return c >= 0x80; }))
      faults_.add(node.at, std::string(key) + " is not plain ASCII", "no header and no URL takes other letters");
  }

  std::string from_environment(const Node& node, const std::string& name) const {
    const auto value = lookup_(name);
    if (value && !value->empty()) return *value;
    faults_.add(node.at, "the environment has no " + name,
                "set it, or for one company alone its name in capitals, _ and that");
    return {};
  }

  Fields fields_;
  const Lookup& lookup_;
  Faults& faults_;
};

void read_oauth2(const Node& node, const Lookup& lookup, Connector& connector, Faults& faults) {
  constexpr std::array<std::string_view, 7> keys{"token_url", "token_path",  "client_id", "client_secret",
                                                 "scope",     "credentials", "margin"};
  const AuthReader reader(node, "oauth2", keys, lookup, faults);
  OAuth2 auth;
  auth.token_url = reader.text("token_url", false);
  auth.token_path = reader.text("token_path", false);
  if (auth.token_url.empty() == auth.token_path.empty())
    faults.add(node.at, "a token is got from one of token_url and token_path",
               "token_path: /oauth/token stands behind the company's url");
  if (!auth.token_url.empty() && !auth.token_url.starts_with("https://") && !auth.token_url.starts_with("http://"))
    faults.add(node.at, "token_url must begin with https:// or http://");
  if (!auth.token_path.empty() && !auth.token_path.starts_with('/'))
    faults.add(node.at, "token_path must begin with '/'");
  auth.client_id = reader.text("client_id", true);
  auth.client_secret = reader.secret("client_secret");
  auth.scope = reader.text("scope", false);
  if (const Node* credentials = reader.fields().find("credentials"); credentials != nullptr) {
    auth.in_body = credentials->text == "body";
    if (!auth.in_body && credentials->text != "basic")
      faults.add(credentials->at, "credentials go by basic or in the body", "credentials: body");
  }
  if (const Node* margin = reader.fields().find("margin"); margin != nullptr)
    auth.margin = flows::read_duration(*margin, "margin", faults).value_or(auth.margin);
  connector.oauth2 = std::move(auth);
}

void read_hmac(const Node& node, const Lookup& lookup, Connector& connector, Faults& faults) {
  constexpr std::array<std::string_view, 8> keys{"secret",           "over",       "separator", "signature_header",
                                                 "timestamp_header", "key_header", "key_id",    "encoding"};
  constexpr std::array<std::string_view, 4> parts{"timestamp", "method", "target", "body"};
  const AuthReader reader(node, "hmac", keys, lookup, faults);
  Hmac auth;
  auth.secret = reader.secret("secret");
  auth.signature_header = reader.header("signature_header", true);
  auth.timestamp_header = reader.header("timestamp_header", false);
  auth.key_header = reader.header("key_header", false);
  auth.key_id = reader.text("key_id", !auth.key_header.empty());
  if (const Node* separator = reader.fields().find("separator"); separator != nullptr)
    auth.separator = separator->text;  // also line feeds
  const Node* over = reader.fields().need("over");
  if (over != nullptr && over->kind != Node::Kind::sequence)
    faults.add(over->at, "over lists what is signed", "of " + flows::grammar::listed(parts));
  for (const Node& part : over == nullptr ? std::vector<Node>{} : over->children) {
    const auto found = std::ranges::find(parts, std::string_view(part.text));
    if (found == parts.end()) {
      faults.add(part.at, "'" + part.text + "' cannot be signed", "one of " + flows::grammar::listed(parts));
    } else {
      auth.over.push_back(static_cast<Hmac::Part>(found - parts.begin()));
    }
  }
  const bool signs_time = std::ranges::find(auth.over, Hmac::Part::timestamp) != auth.over.end();
  if (signs_time && auth.timestamp_header.empty())
    faults.add(node.at, "the timestamp is signed but not sent", "add timestamp_header");
  if (const Node* encoding = reader.fields().find("encoding"); encoding != nullptr) {
    auth.is_base64 = encoding->text == "base64";
    if (!auth.is_base64 && encoding->text != "hex") faults.add(encoding->at, "an encoding is hex or base64");
  }
  connector.hmac = std::move(auth);
}

}  // namespace

void read_auth(const Node& node, const Lookup& lookup, Connector& connector, Faults& faults) {
  if (node.kind == Node::Kind::text && node.text == "none") return;
  constexpr std::array<std::string_view, 4> kinds{"api_key", "basic", "oauth2", "hmac"};
  const Fields fields(node, "auth", kinds, faults, by_form);
  if (!fields.is_sound()) return;
  if (node.children.size() != 1) {
    faults.add(node.at, "auth is one of " + flows::grammar::listed(kinds), "or none");
    return;
  }
  if (const Node* key = fields.find("api_key"); key != nullptr) {
    constexpr std::array<std::string_view, 2> keys{"header", "value"};
    const AuthReader reader(*key, "api_key", keys, lookup, faults);
    connector.api_key = ApiKey{reader.header("header", true), reader.header_secret("value")};
  } else if (const Node* basic = fields.find("basic"); basic != nullptr) {
    constexpr std::array<std::string_view, 2> keys{"user", "password"};
    const AuthReader reader(*basic, "basic", keys, lookup, faults);
    connector.basic = BasicAuth{reader.text("user", true), reader.secret("password")};
    if (connector.basic->user.find(':') != std::string::npos) faults.add(basic->at, "a user has no ':' in it");
  } else if (const Node* oauth2 = fields.find("oauth2"); oauth2 != nullptr) {
    read_oauth2(*oauth2, lookup, connector, faults);
  } else if (const Node* hmac = fields.find("hmac"); hmac != nullptr) {
    read_hmac(*hmac, lookup, connector, faults);
  }
}

void read_tls(const Node& node, Connector& connector, Faults& faults) {
  constexpr std::array<std::string_view, 3> keys{"ca_file", "certificate", "private_key"};
  const Fields fields(node, "tls", keys, faults, by_form);
  const auto path = [&](std::string_view key) -> std::string {
    const Node* found = fields.find(key);
    if (found == nullptr) return {};
    const auto folder = std::filesystem::path(connector.file).parent_path();
    return (folder / found->text).lexically_normal().string();
  };
  Tls tls{path("ca_file"), path("certificate"), path("private_key")};
  if (tls.certificate.empty() != tls.private_key.empty())
    faults.add(node.at, "certificate and private_key belong together", "give both");
  connector.tls = std::move(tls);
}

}  // namespace shubbak::connectors
