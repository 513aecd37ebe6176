#include "samples/sample_company/payment_book.hpp"

#include <algorithm>

#include "samples/sample_company/iso_time.hpp"

namespace shubbak::samples {

bool is_plain_reference(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  });
}

Reply answer_of(const BookedPayment& payment) {
  const PaymentOrder& order = payment.order;
  std::string body = R"({"account":")" + order.account + R"(","reference":")" + order.reference;
  body.append(R"(","amount_minor":)").append(std::to_string(order.amount.minor));
  body.append(R"(,"currency":")").append(to_string(order.amount.currency));
  if (payment.declined_because.empty()) {
    body.append(R"(","state":"posted","company_reference":")").append(payment.company_reference);
  } else {
    body.append(R"(","state":"declined","reason":")").append(payment.declined_because);
  }
  return {200, body.append("\"}")};
}

std::optional<Reply> PaymentBook::settled(const PaymentOrder& order) const {
  const auto known = payments_.find(order.reference);
  if (known == payments_.end()) {
    if (payments_.size() >= references_max_) return Reply{503, R"({"error":"full"})"};
    return std::nullopt;
  }
  if (known->second.order != order) return Reply{409, R"({"error":"reference_used"})"};
  return answer_of(known->second);
}

Reply PaymentBook::enter(PaymentOrder order, std::string_view declined_because, std::chrono::sys_seconds now) {
  std::string reference = order.reference;
  BookedPayment& payment = payments_[std::move(reference)];
  payment.order = std::move(order);
  payment.declined_because = declined_because;
  payment.at = now;
  if (declined_because.empty()) {
    posted_.push_back(&payment);
    std::string number = std::to_string(posted_.size());
    number.insert(0, 8 - std::min<std::size_t>(number.size(), 8), '0');
    payment.company_reference = "P" + std::to_string(company_index_) + "-" + number;
    Account& account = accounts_[payment.order.account];
    account.paid_minor += payment.order.amount.minor;
    account.posted.push_back(&payment);
  }
  return answer_of(payment);
}

BookedPayment* PaymentBook::find(std::string_view reference) {
  const auto known = payments_.find(std::string(reference));
  return known == payments_.end() ? nullptr : &known->second;
}

std::int64_t PaymentBook::paid_minor(std::string_view account) const {
  const auto known = accounts_.find(std::string(account));
  return known == accounts_.end() ? 0 : known->second.paid_minor;
}

std::span<const BookedPayment* const> PaymentBook::posted_on(std::string_view account) const {
  const auto known = accounts_.find(std::string(account));
  if (known == accounts_.end()) return {};
  return known->second.posted;
}

std::string PaymentBook::csv(std::chrono::sys_days day) const {
  std::string lines = "reference,account,amount_minor,currency,company_reference,time\n";
  for (const BookedPayment* payment : posted_) {
    if (std::chrono::floor<std::chrono::days>(payment->at) != day) continue;
    const PaymentOrder& order = payment->order;
    lines.append(order.reference).append(",").append(order.account).append(",");
    lines.append(std::to_string(order.amount.minor)).append(",").append(to_string(order.amount.currency)).append(",");
    lines.append(payment->company_reference).append(",").append(iso_time(payment->at)).append("\n");
  }
  return lines;
}

}  // namespace shubbak::samples
