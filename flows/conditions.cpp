#include "flows/conditions.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <muparserx/mpOprtBinShortcut.h>
#include <muparserx/mpOprtNonCmplx.h>
#include <muparserx/mpParser.h>
#include <muparserx/mpValReader.h>

#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

// muparserx has no "not" in this version.
class Not final : public mup::IOprtInfix {
 public:
  Not() : mup::IOprtInfix("!", mup::prINFIX) {}
  void Eval(mup::ptr_val_type& result, const mup::ptr_val_type* arguments, int) override {
    *result = !arguments[0]->GetBool();
  }
  const mup::char_type* GetDesc() const override { return "not"; }
  mup::IToken* Clone() const override { return new Not(*this); }
};

// muparserx's own comparisons find an unset value or one of another kind merely unequal; these fail instead, so that
// a condition that cannot be told does not hold, and one that never could is found when it is loaded.
template <class Compare>
class Comparison final : public mup::IOprtBin {
 public:
  Comparison(const char* sign, mup::EOprtPrecedence precedence) : mup::IOprtBin(sign, precedence, mup::oaLEFT) {}
  void Eval(mup::ptr_val_type& result, const mup::ptr_val_type* arguments, int) override {
    const mup::IValue& a = *arguments[0].Get();
    const mup::IValue& b = *arguments[1].Get();
    if (a.IsNonComplexScalar() && b.IsNonComplexScalar() && a.GetType() != 'b' && b.GetType() != 'b') {
      *result = Compare()(a.GetFloat(), b.GetFloat());
    } else if (a.IsString() && b.IsString()) {
      *result = Compare()(a.GetString(), b.GetString());
    } else {
      throw mup::ParserError("a number and a text, or a yes or no, cannot be compared");
    }
  }
  const mup::char_type* GetDesc() const override { return "comparison"; }
  mup::IToken* Clone() const override { return new Comparison(*this); }
};

template <class Compare>
void add_comparison(mup::ParserX& parser, const char* sign, mup::EOprtPrecedence precedence) {
  parser.DefineOprt(mup::TokenPtr<mup::IOprtBin>(new Comparison<Compare>(sign, precedence)));
}

// And, or: both sides are looked at, so that a side that could never be told is found when the condition is loaded.
template <class Operation>
class Strict final : public mup::IOprtBin {
 public:
  Strict(const char* sign, mup::EOprtPrecedence precedence) : mup::IOprtBin(sign, precedence, mup::oaLEFT) {}
  void Eval(mup::ptr_val_type& result, const mup::ptr_val_type* arguments, int) override {
    *result = Operation()(arguments[0]->GetBool(), arguments[1]->GetBool());
  }
  const mup::char_type* GetDesc() const override { return "both sides"; }
  mup::IToken* Clone() const override { return new Strict(*this); }
};

enum class Evaluates : std::uint8_t { what_is_needed, everything };

constexpr const char* name_characters = "0123456789_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::unique_ptr<mup::ParserX> make_parser(Evaluates evaluates) {
  // No packages: they bring assignments, matrices and loops over ranges, which a condition has no use for.
  auto parser = std::make_unique<mup::ParserX>(0U);
  parser->DefineNameChars(name_characters);
  parser->DefineInfixOprtChars("-!");
  parser->AddValueReader(new mup::DblValReader);
  parser->AddValueReader(new mup::StrValReader);
  parser->AddValueReader(new mup::BoolValReader);
  parser->DefineOprt(new mup::OprtAdd);
  parser->DefineOprt(new mup::OprtSub);
  parser->DefineOprt(new mup::OprtMul);
  add_comparison<std::equal_to<>>(*parser, "==", mup::prRELATIONAL1);
  add_comparison<std::not_equal_to<>>(*parser, "!=", mup::prRELATIONAL1);
  add_comparison<std::less<>>(*parser, "<", mup::prRELATIONAL2);
  add_comparison<std::less_equal<>>(*parser, "<=", mup::prRELATIONAL2);
  add_comparison<std::greater<>>(*parser, ">", mup::prRELATIONAL2);
  add_comparison<std::greater_equal<>>(*parser, ">=", mup::prRELATIONAL2);
  if (evaluates == Evaluates::everything) {
    parser->DefineOprt(new Strict<std::logical_or<>>("||", mup::prLOGIC_OR));
    parser->DefineOprt(new Strict<std::logical_and<>>("&&", mup::prLOGIC_AND));
  } else {
    parser->DefineOprt(new mup::OprtShortcutLogicOrBegin);
    parser->DefineOprt(new mup::OprtShortcutLogicAndBegin);
  }
  parser->DefineInfixOprt(new mup::OprtSign);
  parser->DefineInfixOprt(new Not);
  return parser;
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_character(char c) {
  return is_name_start(c) || is_digit(c) || c == '.';
}

enum class Asks : std::uint8_t { value, whether_set };

struct Reference {
  std::string variable;  // as muparserx knows it
  Asks asks = Asks::value;
  Operand operand;
  mup::Value bound;
};

// The expression with count(x) and isset(x) made into variables of the same length, so that positions stay what they
// are.
struct Rewritten {
  std::string text;
  bool has_or = false;
  bool has_and = false;
  bool has_not = false;
  bool calculates = false;
  std::vector<std::unique_ptr<Reference>> references;  // muparserx keeps their addresses
};

class Rewriter {
 public:
  Rewriter(std::string_view expression, const Scope& scope, Position at, Faults& faults)
      : expression_(expression), scope_(scope), at_(at), faults_(faults) {
    out_.text = expression;
  }

  std::optional<Rewritten> rewrite() {
    while (!failed_ && i_ < expression_.size()) {
      const char c = expression_[i_];
      if (is_name_start(c)) {
        word();
      } else if (is_digit(c)) {
        number();
      } else if (c == '"') {
        quoted();
      } else if (c == ' ') {
        ++i_;
      } else {
        sign();
      }
    }
    if (!failed_ && depth_ != 0) fault(expression_.size(), "a parenthesis is not closed");
    if (failed_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void fault(std::size_t offset, std::string message, std::string hint = {}, Rule rule = Rule::form) {
    failed_ = true;
    const auto characters = code_points(expression_.substr(0, offset)).size();
    faults_.add({at_.file, at_.line, at_.column + static_cast<std::int32_t>(characters)},
                "in the condition: " + std::move(message), std::move(hint), rule);
  }

  std::string_view take_name() {
    const std::size_t start = i_;
    while (i_ < expression_.size() && is_name_character(expression_[i_])) ++i_;
    return expression_.substr(start, i_ - start);
  }
  void skip_blanks() {
    while (i_ < expression_.size() && expression_[i_] == ' ') ++i_;
  }

  void word() {
    const std::size_t start = i_;
    const std::string_view name = take_name();
    if (name == "true" || name == "false") return;
    if (name == "and" || name == "or" || name == "not") {
      fault(start, "'" + std::string(name) + "' is not an operator", "write && for and, || for or, ! for not");
      return;
    }
    const std::size_t after = i_;
    skip_blanks();
    const bool calls = i_ < expression_.size() && expression_[i_] == '(';
    if (calls && (name == "count" || name == "isset")) {
      ++i_;
      call(start, name);
      return;
    }
    if (calls) {
      fault(start, "unknown function '" + std::string(name) + "'", "there are count(LIST) and isset(SLOT)");
      return;
    }
    i_ = after;
    const std::optional<Operand> operand = scope_.resolve(name);
    if (!operand) {
      unknown(start, name);
      return;
    }
    refer(std::string(name), Asks::value, *operand);
  }

  void unknown(std::size_t start, std::string_view name) {
    const std::uint16_t slot = scope_.slot_index(name);
    if (slot != none && scope_.slots[slot].shape == Slot::Shape::list) {
      fault(start, "'" + std::string(name) + "' is a list", "write count(" + std::string(name) + ")");
      return;
    }
    const std::vector<std::string> names = scope_.names();
    const std::vector<std::string_view> views(names.begin(), names.end());
    fault(start, "unknown slot '" + std::string(name) + "'", did_you_mean(name, views), Rule::unknown_name);
  }

  void call(std::size_t start, std::string_view function) {
    skip_blanks();
    const std::size_t name_start = i_;
    const std::string_view name = take_name();
    skip_blanks();
    if (name.empty() || i_ >= expression_.size() || expression_[i_] != ')') {
      fault(name_start, std::string(function) + " takes one slot",
            "for example " + std::string(function) + "(accounts)");
      return;
    }
    ++i_;
    const std::uint16_t slot = scope_.slot_index(name);
    if (slot == none) {
      unknown(name_start, name);
      return;
    }
    const bool counts = function == "count";
    if (counts && scope_.slots[slot].shape != Slot::Shape::list) {
      fault(name_start, "'" + std::string(name) + "' is not a list");
      return;
    }
    std::string variable = std::string(function) + "." + std::string(name) + ".";
    std::string padded = variable;
    padded.resize(i_ - start, ' ');
    out_.text.replace(start, i_ - start, padded);
    refer(std::move(variable), counts ? Asks::value : Asks::whether_set,
          {counts ? Operand::Source::list_count : Operand::Source::slot, slot, none});
  }

  void refer(std::string variable, Asks asks, const Operand& operand) {
    const bool known = std::any_of(out_.references.begin(), out_.references.end(),
                                   [&](const auto& reference) { return reference->variable == variable; });
    if (!known)
      out_.references.push_back(
          std::make_unique<Reference>(Reference{std::move(variable), asks, operand, mup::Value()}));
  }

  void number() {
    const std::size_t start = i_;
    while (i_ < expression_.size() && is_digit(expression_[i_])) ++i_;
    if (i_ < expression_.size() && is_name_character(expression_[i_])) {
      fault(start, "only whole numbers can be compared", "an amount is written in its minor units");
    } else if (i_ - start > 15) {
      fault(start, "the number is too large");
    }
  }

  void quoted() {
    const std::size_t start = i_++;
    while (i_ < expression_.size() && expression_[i_] != '"' && expression_[i_] != '\\') ++i_;
    if (i_ >= expression_.size() || expression_[i_] != '"') {
      fault(start, "a text must end with \" and hold no \\");
      return;
    }
    ++i_;
  }

  void sign() {
    const std::string_view rest = expression_.substr(i_);
    for (const std::string_view two : {"==", "!=", "<=", ">=", "&&", "||"}) {
      if (rest.starts_with(two)) {
        out_.has_or = out_.has_or || rest.starts_with("||");
        out_.has_and = out_.has_and || rest.starts_with("&&");
        i_ += 2;
        return;
      }
    }
    switch (rest[0]) {
      case '(':
        if (++depth_ > Condition::depth_max)
          fault(i_, "more than " + std::to_string(Condition::depth_max) + " parentheses deep");
        break;
      case ')':
        if (--depth_ < 0) fault(i_, "a parenthesis is closed that was not opened");
        break;
      case '+':
      case '-':
      case '*':
        out_.calculates = true;
        break;
      case '!':
        out_.has_not = true;
        break;
      case '<':
      case '>':
        break;
      case '=':
        fault(i_, "'=' is not a comparison", "write ==");
        break;
      case '/':
        fault(i_, "conditions do not divide", "multiply the other side instead");
        break;
      default:
        fault(i_, "this character means nothing here", "there are + - * == != < <= > >= && || ! ( )");
        break;
    }
    ++i_;
  }

  std::string_view expression_;
  const Scope& scope_;
  Position at_;
  Faults& faults_;
  std::size_t i_ = 0;
  int depth_ = 0;
  bool failed_ = false;
  Rewritten out_;
};

// Numbers go in as double: muparserx's own integer is 32 bits wide, and slots are bounded to what a double holds
// exactly.
mup::Value bound_value(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.held))
    return mup::Value(static_cast<mup::float_type>(*number));
  if (const auto* money = std::get_if<Money>(&value.held))
    return mup::Value(static_cast<mup::float_type>(money->minor));
  if (const auto* text = std::get_if<std::string>(&value.held)) return mup::Value(*text);
  return mup::Value();  // compares with nothing: the evaluation fails
}

// Without muparserx's "Can't evaluate function/operator ...: ", which names what the position shows.
std::string plain_reason(const mup::ParserError& error) {
  std::string reason = error.GetMsg();
  const std::size_t prefix = reason.find("\": ");
  if (reason.starts_with("Can't evaluate") && prefix != std::string::npos) reason.erase(0, prefix + 3);
  return reason;
}

// A value of the right kind, to try the expression with when it is loaded.
mup::Value sample(const Reference& reference, const Scope& scope) {
  if (reference.asks == Asks::whether_set) return mup::Value(true);
  switch (scope.type_of(reference.operand).kind) {
    case ScalarType::Kind::integer:
    case ScalarType::Kind::money:
      return mup::Value(mup::float_type{1});
    case ScalarType::Kind::text:
    case ScalarType::Kind::digits:
      return mup::Value(std::string("1"));
    case ScalarType::Kind::date:
      return mup::Value(std::string("2026-01-01"));
  }
  return mup::Value();
}

}  // namespace

struct Condition::Compiled {
  std::vector<Operand> reads;
  std::vector<std::uint16_t> set_if_true;
  std::vector<std::uint16_t> set_if_false;
  std::vector<std::unique_ptr<Reference>> references;
  std::unique_ptr<mup::ParserX> parser;  // after what it points to, so that it goes first
};

namespace {

// What the checker may take from an expression of comparisons and isset() without knowing what it means: with nothing
// but && between them all of them hold where it holds, and an unset value makes any comparison fail.
template <class Compiled>
void find_what_is_set(const Rewritten& expression, Compiled& compiled) {
  const auto& references = expression.references;
  const auto asks_whether_set = [&](std::uint16_t slot) {
    return std::any_of(references.begin(), references.end(), [&](const auto& reference) {
      return reference->asks == Asks::whether_set && reference->operand.slot == slot;
    });
  };
  const bool is_conjunction = !expression.has_or && !expression.has_not;
  for (const auto& reference : references) {
    const std::uint16_t slot = reference->operand.slot;
    const bool is_value = reference->asks == Asks::value;
    if (is_value && !asks_whether_set(slot)) compiled.reads.push_back(reference->operand);
    if (is_conjunction && !(is_value && expression.calculates)) compiled.set_if_true.push_back(slot);
  }
  const bool is_plain_not = references.size() == 1 && expression.has_not && !expression.has_or && !expression.has_and;
  const std::size_t first_not = expression.text.find('!');
  const bool is_one_not = is_plain_not && expression.text.find('!', first_not + 1) == std::string::npos;
  if (is_one_not && references[0]->asks == Asks::whether_set)
    compiled.set_if_false.push_back(references[0]->operand.slot);
}

}  // namespace

Condition::Condition(std::string text, std::unique_ptr<Compiled> compiled)
    : text_(std::move(text)), compiled_(std::move(compiled)) {}
Condition::~Condition() = default;
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(Condition&&) noexcept = default;

std::optional<Condition> Condition::compile(std::string_view expression, const Scope& scope, Position at,
                                            Faults& faults) {
  if (expression.size() > octets_max) {
    faults.add(at, "the condition is longer than " + std::to_string(octets_max) + " octets");
    return std::nullopt;
  }
  std::optional<Rewritten> rewritten = Rewriter(expression, scope, at, faults).rewrite();
  if (!rewritten) return std::nullopt;
  auto compiled = std::make_unique<Compiled>();
  find_what_is_set(*rewritten, *compiled);
  compiled->references = std::move(rewritten->references);
  compiled->parser = make_parser(Evaluates::what_is_needed);
  const std::unique_ptr<mup::ParserX> trial = make_parser(Evaluates::everything);
  try {
    for (const auto& reference : compiled->references) {
      reference->bound = sample(*reference, scope);
      for (mup::ParserX* parser : {compiled->parser.get(), trial.get()})
        parser->DefineVar(reference->variable, mup::Variable(&reference->bound));
    }
    trial->SetExpr(rewritten->text);
    compiled->parser->SetExpr(rewritten->text);
    compiled->parser->Eval();
    if (trial->Eval().GetType() != 'b') {
      faults.add(at, "the condition is not a yes or no", "compare it with something, for example due > 0");
      return std::nullopt;
    }
  } catch (const mup::ParserError& error) {
    const auto offset = std::clamp<std::ptrdiff_t>(error.GetPos(), 0, static_cast<std::ptrdiff_t>(expression.size()));
    const auto characters = code_points(expression.substr(0, static_cast<std::size_t>(offset))).size();
    faults.add({at.file, at.line, at.column + static_cast<std::int32_t>(characters)},
               "in the condition: " + plain_reason(error));
    return std::nullopt;
  }
  return Condition(std::string(expression), std::move(compiled));
}

const std::vector<Operand>& Condition::reads() const {
  return compiled_->reads;
}

const std::vector<std::uint16_t>& Condition::set_if_true() const {
  return compiled_->set_if_true;
}

const std::vector<std::uint16_t>& Condition::set_if_false() const {
  return compiled_->set_if_false;
}

bool Condition::holds(const Values& values) const {
  try {
    for (const auto& reference : compiled_->references) {
      const Value value = fetch(reference->operand, values);
      reference->bound = reference->asks == Asks::whether_set ? mup::Value(value.is_set()) : bound_value(value);
    }
    const mup::IValue& result = compiled_->parser->Eval();
    return result.GetType() == 'b' && result.GetBool();
  } catch (const mup::ParserError&) {
    return false;
  }
}

}  // namespace shubbak::flows
