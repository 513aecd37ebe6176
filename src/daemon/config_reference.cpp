#include "daemon/config_fields.hpp"
#include "daemon/config_values.hpp"

namespace shubbak::daemon {
namespace {

// Writes one table a section, the nested ones behind it.
class ReferenceWriter {
 public:
  ReferenceWriter(std::string title, std::string about) {
    head_ = "## " + std::move(title) + "\n\n" + std::move(about) +
            "\n\n| setting | default | meaning |\n| --- | --- | --- |\n";
  }

  template <class T>
  void field(std::string_view key, const T& member, Presence presence, std::string_view meaning) {
    const std::string value = written(member);
    std::string shown = presence == Presence::required ? "*required*" : value.empty() ? "none" : "`" + value + "`";
    if constexpr (Choice<T>) shown += "; one of " + choices<T>();
    rows_.append("| `").append(key).append("` | ").append(shown).append(" | ").append(meaning).append(" |\n");
  }
  template <class T>
  void section(std::string_view key, T& member, std::string_view meaning) {
    ReferenceWriter inner(std::string(key), std::string(meaning) + ".");
    describe(inner, member);
    nested_ += inner.text();
  }
  template <class T>
  void list(std::string_view key, std::vector<T>&, Presence presence, std::string_view meaning) {
    T one{};
    ReferenceWriter inner(
        std::string(key) + "[]",
        std::string(meaning) + (presence == Presence::required ? ", a list." : ", a list; may be left out."));
    describe(inner, one);
    nested_ += inner.text();
  }
  [[nodiscard]] std::string text() const { return head_ + rows_ + "\n" + nested_; }

 private:
  std::string head_;
  std::string rows_;
  std::string nested_;
};

}  // namespace

std::string config_reference() {
  Config defaults;
  ReferenceWriter writer("shubbak.yaml",
                         "Times are written as 500ms, 30s, 2m, 3h or 30d. `${NAME}` and `${NAME:-default}` are taken "
                         "from the environment.");
  describe(writer, defaults);
  return "# Configuration reference\n\nPrinted by `shubbakd --config-reference`.\n\n" + writer.text();
}

}  // namespace shubbak::daemon
