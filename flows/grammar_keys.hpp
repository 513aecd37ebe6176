// How grammar.cpp and grammar_states.cpp write keys down. For those two alone.
#pragma once

#include "flows/grammar.hpp"

namespace shubbak::flows::grammar {

using Words = std::string_view;

constexpr Key must(std::string_view name, Form form, std::string_view says) {
  return {.name = name, .form = form, .is_required = true, .says = says};
}
constexpr Key may(std::string_view name, Form form, std::string_view says) {
  return {.name = name, .form = form, .says = says};
}
constexpr Key with(Key key, Bounds bounds) {
  key.bounds = bounds;
  return key;
}
constexpr Key with(Key key, const Mapping& of) {
  key.of = &of;
  return key;
}
constexpr Key with(Key key, std::span<const std::string_view> words) {
  key.words = words;
  return key;
}
constexpr Key of_each(Key key, Form element, Bounds bounds = {}) {
  key.element = element;
  key.bounds = bounds;
  return key;
}
constexpr Key of_each(Key key, const Mapping& element, Bounds bounds = {}) {
  key.element = Form::mapping;
  key.of = &element;
  key.bounds = bounds;
  return key;
}

}  // namespace shubbak::flows::grammar
