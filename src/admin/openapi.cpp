#include <boost/json.hpp>

#include "admin/routes.hpp"

namespace shubbak::admin {
namespace {

using boost::json::array;
using boost::json::object;

object json_content(object schema) {
  return {{"application/json", {{"schema", std::move(schema)}}}};
}

object error_schema() {
  array names;
  for (const CodeRow& row : codes()) names.emplace_back(row.name);
  object properties{{"code", {{"type", "string"}, {"enum", std::move(names)}}},
                    {"message", {{"type", "string"}, {"description", "for people: what is wrong and what to do"}}},
                    {"field", {{"type", "string"}, {"description", "where in the body, as `files[2].name`"}}}};
  object inner{{"type", "object"},
               {"properties", std::move(properties)},
               {"required", array{"code", "message"}},
               {"additionalProperties", false}};
  return {{"type", "object"},
          {"properties", {{"error", std::move(inner)}}},
          {"required", array{"error"}},
          {"additionalProperties", false}};
}

object operation(const Route& route) {
  std::string description;
  if (route.permission)
    description = "Takes the permission " + std::string(staff::to_string(*route.permission)) + ".";
  object done{{"description", "Done"}};
  if (route.answer_schema != nullptr) done.emplace("content", json_content(route.answer_schema()));
  const object refused{{"description", "Refused; nothing was changed"},
                       {"content", json_content({{"$ref", "#/components/schemas/error"}})}};
  object made{{"summary", route.summary},
              {"responses", {{std::to_string(route.status), std::move(done)}, {"default", refused}}}};
  if (!description.empty()) made.emplace("description", description);
  if (route.access != Access::everybody) made.emplace("security", array{object{{"session", array()}}});
  if (route.body_schema != nullptr)
    made.emplace("requestBody", object{{"required", true}, {"content", json_content(route.body_schema())}});
  if (route.path.find("{number}") != std::string_view::npos) {
    made.emplace("parameters", array{object{{"name", "number"},
                                            {"in", "path"},
                                            {"required", true},
                                            {"schema", {{"type", "integer"}, {"format", "int64"}, {"minimum", 1}}}}});
  }
  return made;
}

}  // namespace

object openapi() {
  object paths;
  for (const Route& route : routes()) {
    object& path = paths.emplace(route.path, object()).first->value().as_object();
    path.emplace(route.method == Method::get ? "get" : "post", operation(route));
  }
  object session{{"type", "http"}, {"scheme", "bearer"}, {"description", "the token that POST /login told"}};
  return {{"openapi", "3.0.3"},
          {"info",
           {{"title", "Shubbak for staff"},
            {"version", "1"},
            {"description", "Made of the table that the server works by. Personal data never stands in a URL."}}},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes", {{"session", std::move(session)}}}, {"schemas", {{"error", error_schema()}}}}}};
}

}  // namespace shubbak::admin
