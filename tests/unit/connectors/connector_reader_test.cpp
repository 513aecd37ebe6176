// What a connector file may say, and how each fault of one is told.
#include "connectors/connector_reader.hpp"

#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "connectors/answers.hpp"

namespace shubbak::connectors {

namespace {

const std::string due_request = "    request: {path: /due, json: {account: \"{account}\"}}\n";
const std::string due_answer = "    answer: {echo: {account: /account}, amount: {minor: /amount}, bills: /bills}\n";
const std::string due_outcomes = "    outcomes: [{is: ok, status: 200}]\n";

std::string with_due(const std::string& request, const std::string& answer = due_answer,
                     const std::string& outcomes = due_outcomes) {
  return "operations:\n  due:\n" + request + answer + outcomes;
}

auto read(const std::string& text) {
  const std::map<std::string, std::string> environment{{"KEY", "s3cret"}, {"BROKEN", "s3cret\n"}, {"ARABIC", "سر"}};
  return read_connector("x.yaml", text, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  });
}

// Its faults, one a line.
std::string faults_of(const std::string& text) {
  const auto connector = read(text);
  if (connector) return {};
  std::string all;
  for (const auto& fault : connector.error()) all += flows::to_string(fault) + "\n";
  return all;
}

void check_fault(const std::string& text, const std::string& part) {
  const std::string faults = faults_of(text);
  CAPTURE(text, faults);
  CHECK(faults.find(part) != std::string::npos);
}

std::string pay_with(const std::string& outcomes) {
  return with_due(due_request) +
         "  pay:\n"
         "    request: {path: /pay, json: {a: \"{account}\", m: \"{amount_minor}\", r: \"{reference}\", u: "
         "\"{not_after}\"}}\n"
         "    answer: {echo: {reference: /r}}\n" +
         outcomes +
         "  payment_status:\n"
         "    request: {path: /status, json: {r: \"{reference}\"}}\n"
         "    answer: {echo: {reference: /r}}\n"
         "    outcomes: [{is: absent, status: 200, where: {/s: none}}]\n";
}

}  // namespace

TEST_CASE("the shipped connector and the smallest one are read") {
  CHECK(own_connector()->form_of(Operation::pay) != nullptr);
  const auto smallest = read(with_due(due_request));
  REQUIRE(smallest);
  CHECK((*smallest)->form_of(Operation::pay) == nullptr);
  CHECK((*smallest)->form_of(Operation::due)->request.method == "POST");
}

TEST_CASE("each fault is told where it stands and with what to do") {
  CHECK(faults_of("operations:\n  due:\n" + due_answer + due_outcomes).starts_with("x.yaml:3:5: "));
  check_fault("{}", "needs 'operations'");
  check_fault("operations: {}\n", "operations need 'due'");
  check_fault("opertions: {}\n", "did you mean 'operations'?");
  check_fault(with_due("    request: {json: {a: \"{account}\"}}\n"), "request needs 'path'");
  check_fault(with_due("    request: {path: due, json: {a: \"{account}\"}}\n"), "a path begins with one '/'");
  check_fault(with_due("    request: {path: \"/due?a=1\", json: {a: \"{account}\"}}\n"), "query:");
  check_fault(with_due("    request: {path: /due, method: DELETE}\n"), "GET, POST or PUT");
  check_fault(with_due("    request: {path: /due, method: GET, json: {a: \"{account}\"}}\n"), "a GET has no body");
  check_fault(with_due("    request: {path: /due, json: {a: \"{account}\"}, form: {b: c}}\n"), "exclude each other");
  check_fault(with_due("    request: {path: /due, json: {a: \"{acount}\"}}\n"), "there is no argument 'acount'");
  check_fault(with_due("    request: {path: /due, json: {a: \"{account}\", v: \"{value}\"}}\n"),
              "due has no {value}");
  check_fault(with_due("    request: {path: /due, json: {a: 1}}\n"), "due is asked without {account}");
  check_fault(with_due("    request: {path: /due, json: {a: \"{account}\", n: {$number: account}}}\n"), "$number");
  check_fault(with_due("    request: {path: /due, json: {a: \"{account}\", n: {$literal: perhaps}}}\n"), "$literal");
  check_fault(with_due("    request: {path: /due, headers: {\"X Y\": \"{account}\"}}\n"), "no name of a header");
  check_fault(with_due("    request: {path: /due, headers: {Authorization: \"{account}\"}}\n"), "under auth:");
  check_fault(with_due(due_request, "    answer: {amount: {minor: /a}, bills: /b}\n"), "answer needs 'echo'");
  check_fault(with_due(due_request, "    answer: {echo: some, amount: {minor: /a}, bills: /b}\n"), "or none");
  check_fault(with_due(due_request, "    answer: {echo: {value: /a}, amount: {minor: /a}, bills: /b}\n"),
              "cannot repeat 'value'");
  check_fault(with_due(due_request, "    answer: {echo: none, amount: {minor: /a}}\n"), "answer needs 'bills'");
  check_fault(with_due(due_request, "    answer: {echo: none, amount: {minor: a}, bills: /b}\n"), "JSON pointer");
  check_fault(with_due(due_request, "    answer: {echo: none, amount: {}, bills: /b}\n"), "minor and decimal");
  check_fault(
      with_due(due_request, "    answer: {echo: none, amount: {minor: /a}, bills: {at: /b, optional: true}}\n"),
      "bills must be there");
  check_fault(with_due(due_request, due_answer, "    outcomes: []\n"), "outcomes lists");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: posted, status: 200}]\n"),
              "due is never 'posted'");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: fine, status: 200}]\n"), "one of ok");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: ok, status: 2}]\n"), "100 to 599");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: ok}]\n"), "needs 'status'");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: ok, status: []}]\n"), "without a status");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: ok, status: 200, where: {a: b}}]\n"),
              "no JSON pointer");
}

TEST_CASE("numbers that others must not see are refused in URLs") {
  check_fault(with_due("    request: {method: GET, path: \"/due/{account}\"}\n"), "allow_in_url: true");
  check_fault(with_due("    request: {method: GET, path: /due, query: {a: \"{account}\"}}\n"), "allow_in_url: true");
  CHECK(read(with_due("    request: {method: GET, path: \"/due/{account}\", allow_in_url: true}\n")));
  check_fault(with_due(due_request) +
                  "  accounts:\n"
                  "    request: {method: GET, path: \"/of/{national_id}\", allow_in_url: true}\n"
                  "    answer: {echo: none, list: /l, account: /a}\n"
                  "    outcomes: [{is: ok, status: 200}]\n",
              "may never stand in a URL");
}

TEST_CASE("money is decided by words, and can always be asked for again") {
  const std::string declined = "    outcomes: [{is: declined, status: 422, where: {/s: no}, reason: other}]\n";
  CHECK(read(pay_with(declined)));
  check_fault(pay_with("    outcomes: [{is: posted, status: 200, company_reference: /n}]\n"),
              "'posted' is never told by a status alone");
  check_fault(pay_with("    outcomes: [{is: posted, status: 200, where: {/s: ok}}]\n"), "needs 'company_reference'");
  check_fault(pay_with("    outcomes: [{is: declined, status: 422, where: {/s: no}}]\n"), "needs 'reason'");
  check_fault(pay_with("    outcomes: [{is: declined, status: 422, where: {/s: no}, reason: sorry}]\n"),
              "not_payable");
  check_fault(pay_with("    outcomes: [{is: absent, status: 404, where: {/s: no}}]\n"), "pay is never 'absent'");
  std::string alone = pay_with(declined);
  alone.resize(alone.find("  payment_status:"));
  check_fault(alone, "'pay' needs 'payment_status'");
  std::string keyless = pay_with(declined);
  keyless.replace(keyless.find("{reference}"), 11, "constant");
  check_fault(keyless, "pay is asked without {reference}");
  std::string timeless = pay_with(declined);
  timeless.replace(timeless.find("{not_after}"), 11, "2099");
  check_fault(timeless, "would free money");
  std::string by_get = pay_with(declined);
  by_get.replace(by_get.find("{path: /pay"), 1, "{method: GET, ");
  check_fault(by_get, "never asked by GET");
}

TEST_CASE("no account and no verdict is told by a status that any proxy may say") {
  const std::string missing = with_due(due_request, due_answer, "    outcomes: [{is: not_found, status: 404}]\n");
  check_fault(missing, "x.yaml:5:16: 'not_found' is never told by a status alone (add where: ");
  check_fault(with_due(due_request, due_answer, "    outcomes: [{is: not_found, status: 404, missing: [/a]}]\n"),
              "'not_found' is never told by a status alone");
  CHECK(read(with_due(due_request, due_answer, "    outcomes: [{is: not_found, status: 404, where: {/e: no}}]\n")));
  CHECK(read(with_due(due_request, due_answer, "    outcomes: [{is: wait, status: 503}]\n")));
  for (const std::string verdict : {"accepted", "too_low", "already", "not_open", "not_found"}) {
    check_fault(with_due(due_request) +
                    "  submit_reading:\n"
                    "    request: {path: /r, json: {a: \"{account}\", v: \"{value}\", r: \"{reference}\"}}\n"
                    "    answer: {echo: none}\n"
                    "    outcomes: [{is: " +
                    verdict + ", status: 200}]\n",
                "'" + verdict + "' is never told by a status alone");
  }
}

TEST_CASE("what a company tells of a meter is mapped whole, and what it is told of a reading may be sent") {
  const auto with_reading = [](const std::string& members, const std::string& sent) {
    return with_due(due_request) +
           "  last_reading:\n"
           "    request: {path: /l, json: {a: \"{account}\"}}\n"
           "    answer: {echo: none, value: /v, date: /d" +
           members +
           "}\n"
           "    outcomes: [{is: ok, status: 200}]\n"
           "  submit_reading:\n"
           "    request: {path: /r, json: {a: \"{account}\", v: \"{value}\", r: \"{reference}\"" +
           sent +
           "}}\n"
           "    answer: {echo: none}\n"
           "    outcomes: [{is: accepted, status: 200, where: {/s: ok}}]\n";
  };
  CHECK(read(with_reading("", "")));
  const auto connector = read(
      with_reading(", meter: {at: /m, words: {ACT: in_service, CUT: blocked}}, digits: {at: /n, optional: true}, "
                   "replaced_on: {at: /c, date: compact, optional: true}, start_value: {at: /b, optional: true}, "
                   "usual: /u, first_day: /f, last_day: /t, period: /p, read_by: {at: /w, words: {R: reader}}",
                   ", s: \"{source}\", m: \"{remark}\""));
  REQUIRE(connector);
  const OperationForm& form = *(*connector)->form_of(Operation::last_reading);
  const std::string known = R"({"v":10,"d":"2026-10-01","u":30,"f":25,"t":5,"p":"2026-11")";
  const auto last = read_last_reading(form, {200, known + R"(,"m":"CUT","w":"R","c":"20261015","b":3})"}, {});
  REQUIRE(last);
  CHECK(last->meter == MeterState::blocked);
  CHECK(last->read_by == ReadBy::reader);
  REQUIRE(last->replaced.has_value());
  CHECK(last->replaced->on == "2026-10-15");
  CHECK(last->digits == 0);
  CHECK_FALSE(read_last_reading(form, {200, known + R"(,"m":"OLD","w":"R"})"}, {}));  // no word that is known
  CHECK_FALSE(read_last_reading(form, {200, known + R"(,"m":"ACT"})"}, {}));  // is mapped as one that is always told
  check_fault(with_reading(", first_day: /f", ""), "first_day and last_day are told together");
  check_fault(with_reading(", start_value: /f", ""), "replaced_on and start_value are told together");
}

TEST_CASE("an answer about money repeats whose it is") {
  const std::string whole = pay_with("    outcomes: [{is: wait, status: 202}]\n");
  const auto with_echo = [&](std::size_t which, const std::string& echo) {
    const std::string usual = "{echo: {reference: /r}}";
    const std::size_t first = whole.find(usual);
    std::string text = whole;
    return text.replace(which == 0 ? first : whole.find(usual, first + 1), usual.size(), "{echo: " + echo + "}");
  };
  CHECK(read(whole));
  CHECK(read(with_echo(0, "{account: /a, amount: {minor: /m}}")));
  for (const std::string echo : {"none", "{account: /a}", "{amount: {minor: /m}}"}) {
    check_fault(with_echo(0, echo), "x.yaml:8:20: the answer to a payment must repeat its reference, or its account");
    check_fault(with_echo(1, echo), "x.yaml:12:20: the status of a payment must repeat its reference");
  }
  check_fault(with_echo(1, "{account: /a, amount: {minor: /m}}"), "the status of a payment must repeat its");
}

TEST_CASE("secrets come from the environment alone, and no fault repeats one") {
  const std::string due = with_due(due_request);
  const auto key = read("auth: {api_key: {header: X-Key, value: \"${KEY}\"}}\n" + due);
  REQUIRE(key);
  CHECK((*key)->api_key->value == "s3cret");
  for (const std::string value : {"abcdef123", "x${KEY}", "${KEY:-abcdef123}"}) {
    const std::string text = "auth: {api_key: {header: X-Key, value: \"" + value + "\"}}\n" + due;
    check_fault(text, "is a secret and stands in no file");
    CHECK(faults_of(text).find("abcdef123") == std::string::npos);
  }
  check_fault("auth: {api_key: {header: X-Key, value: \"${NONE}\"}}\n" + due, "the environment has no NONE");
  for (const std::string auth :
       {"api_key: {header: X-Key, value: \"${BROKEN}\"}", "basic: {user: a, password: \"${BROKEN}\"}",
        "oauth2: {token_path: /t, client_id: a, client_secret: \"${BROKEN}\"}",
        "hmac: {secret: \"${BROKEN}\", signature_header: X-S, over: [body]}"}) {
    const std::string text = "auth: {" + auth + "}\n" + due;
    check_fault(text, "x.yaml:1:");
    check_fault(text, "has control characters in it (such as a line feed at its end)");
    CHECK(faults_of(text).find("s3cret") == std::string::npos);
  }
  check_fault("auth: {api_key: {header: X-Key, value: \"${ARABIC}\"}}\n" + due, "is not plain ASCII");
  check_fault("auth: {basic: {user: أحمد, password: \"${KEY}\"}}\n" + due, "is not plain ASCII");
  CHECK(read("auth: {basic: {user: a, password: \"${ARABIC}\"}}\n" + due));
  check_fault("auth: {basic: {user: a, password: b}}\n" + due, "password is a secret");
  check_fault("auth: {oauth2: {token_path: /t, client_id: a, client_secret: b}}\n" + due,
              "client_secret is a secret");
  check_fault("auth: {oauth2: {client_id: a, client_secret: \"${KEY}\"}}\n" + due, "token_url and token_path");
  check_fault("auth: {hmac: {secret: \"${KEY}\", signature_header: X-S, over: [timestamp, body]}}\n" + due,
              "add timestamp_header");
  check_fault("auth: {hmac: {secret: \"${KEY}\", signature_header: X-S, over: [moon]}}\n" + due, "cannot be signed");
  check_fault("auth: {basic: {user: a, password: \"${KEY}\"}, api_key: {}}\n" + due, "auth is one of");
  check_fault("tls: {certificate: a.pem}\n" + due, "belong together");
  const auto tls = read_connector("/etc/x/connectors/a.yaml", "tls: {ca_file: ../ca.pem}\n" + due,
                                  [](const std::string&) { return std::nullopt; });
  REQUIRE(tls);
  CHECK((*tls)->tls->ca_file == "/etc/x/ca.pem");
}

TEST_CASE("answers about persons and money are never kept") {
  std::string kept = with_due(due_request + "    cache: 30s\n");
  const auto connector = read(kept);
  REQUIRE(connector);
  CHECK((*connector)->form_of(Operation::due)->cache == std::chrono::seconds(30));
  check_fault(with_due(due_request + "    cache: 1h\n"), "10m at most");
  std::string pay = pay_with("    cache: 1s\n    outcomes: [{is: wait, status: 202}]\n");
  check_fault(pay, "answers of pay are never kept");
}

TEST_CASE("how often it may fail, and how much it is asked at once") {
  const auto connector = read("breaker: {failures: 3, open_for: 30s}\nconcurrent_max: 50\n" + with_due(due_request));
  REQUIRE(connector);
  CHECK((*connector)->breaker.failures == 3);
  CHECK((*connector)->breaker.open_for == std::chrono::seconds(30));
  CHECK((*connector)->concurrent_max == 50);
  check_fault("concurrent_max: 0\n" + with_due(due_request), "1 to 100000");
}

}  // namespace shubbak::connectors
