// Any octets as a connector, and behind a zero octet as what a company answers: faults with their places, or a
// connector by which every operation is asked and every answer read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/answers.hpp"
#include "connectors/connector_reader.hpp"

using namespace shubbak;
using namespace shubbak::connectors;

namespace {

Arguments arguments() {
  Arguments given;
  for (std::size_t i = 0; i < argument_count; ++i) given[static_cast<Argument>(i)] = "4521007";
  return given;
}

void check_request(const OperationForm& form) {
  const OutgoingRequest request = fill_in(form.request, arguments());
  SHUBBAK_ASSERT(request.target.starts_with('/'));
  for (const std::string& header : request.headers) SHUBBAK_ASSERT(header.find('\n') == std::string::npos);
  SHUBBAK_ASSERT(form.request.body_form != Body::json || JsonDocument(request.body).root() != nullptr ||
                 request.body.size() > 1000);  // nested deeper than is read
}

void read_by(const Connector& connector, Operation operation, const Reply& reply) {
  const OperationForm* form = connector.form_of(operation);
  if (form == nullptr) return;
  check_request(*form);
  const Arguments asked = arguments();
  constexpr Currency currency = Currency::SYP;
  switch (operation) {
    case Operation::accounts:
      SHUBBAK_ASSERT(!read_accounts(*form, reply, asked) || form->list);
      return;
    case Operation::find:
      SHUBBAK_ASSERT(!read_found(*form, reply, asked, currency) || form->category);
      return;
    case Operation::due:
      if (const auto due = read_due(*form, reply, asked, currency)) SHUBBAK_ASSERT(due->amount.minor >= 0);
      return;
    case Operation::bills:
      SHUBBAK_ASSERT(!read_bills(*form, reply, asked, currency) || form->list);
      return;
    case Operation::payments:
      SHUBBAK_ASSERT(!read_payments(*form, reply, asked, currency) || form->list);
      return;
    case Operation::last_reading:
      if (const auto last = read_last_reading(*form, reply, asked)) SHUBBAK_ASSERT(last->date.size() == 10);
      return;
    case Operation::submit_reading:
      SHUBBAK_ASSERT(!read_verdict(*form, reply, asked) || !form->rules.empty());
      return;
    case Operation::pay:
    case Operation::payment_status:
      if (const auto paid = read_payment(*form, reply, asked, {500, currency}))
        SHUBBAK_ASSERT(paid->state != PaymentState::posted || is_reference(paid->company_reference));
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const std::string_view answer = input.substr(std::min(end + 1, input.size()));
  const auto connector =
      read_connector("fuzz.yaml", input.substr(0, end), [](const std::string&) { return std::string("value"); });
  if (!connector) {
    for (const auto& fault : connector.error()) SHUBBAK_ASSERT(!fault.message.empty() && fault.line > 0);
    return 0;
  }
  for (std::size_t i = 0; i < operation_count; ++i) read_by(**connector, static_cast<Operation>(i), {200, answer});
  return 0;
}
