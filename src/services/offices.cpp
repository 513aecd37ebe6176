// Public offices: offices.governorates, offices.areas and offices.near. Anybody may ask.
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

// Flows choose a way by it, since a text that is empty is none to select by.
constexpr std::string_view no_phone = "none";

// As the caller reads it.
const std::string& in_language_of(const Request& request, const std::string& ar, const std::string& en) {
  return request.caller.locale == "en" ? en : ar;
}

boost::json::object labelled(const std::string& label) {
  return boost::json::object{{"label", label}};
}

Answer listed(const char* name, boost::json::array rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  return answer("ok", {{name, std::move(rows)}, {"count", count}});
}

}  // namespace

boost::asio::awaitable<Answer> offices_governorates(World& world, Request request) {
  boost::json::array rows;
  for (const Office* office : world.offices.governorates())
    rows.emplace_back(labelled(in_language_of(request, office->governorate_ar, office->governorate_en)));
  co_return listed("governorates", std::move(rows));
}

boost::asio::awaitable<Answer> offices_areas(World& world, Request request) {
  const auto found = world.offices.areas(text_arg(request, "governorate"));
  if (found.empty()) co_return answer("not_found");
  boost::json::array rows;
  for (const Office* office : found)
    rows.emplace_back(labelled(in_language_of(request, office->area_ar, office->area_en)));
  co_return listed("areas", std::move(rows));
}

boost::asio::awaitable<Answer> offices_near(World& world, Request request) {
  const std::string_view governorate = text_arg(request, "governorate");
  const std::string_view area = text_arg(request, "area");
  const auto found = governorate.empty() ? world.offices.find(area) : world.offices.in_area(governorate, area);
  if (found.empty()) co_return answer("not_found");
  if (found.size() > OfficeTable::found_max) co_return answer("too_many");
  boost::json::array rows;
  for (const Office* office : found) {
    rows.push_back({{"label", in_language_of(request, office->name_ar, office->name_en)},
                    {"area", in_language_of(request, office->area_ar, office->area_en)},
                    {"address", in_language_of(request, office->address_ar, office->address_en)},
                    {"hours", in_language_of(request, office->hours_ar, office->hours_en)},
                    {"phone", office->phone.empty() ? std::string(no_phone) : office->phone}});
  }
  co_return listed("offices", std::move(rows));
}

}  // namespace shubbak::services
