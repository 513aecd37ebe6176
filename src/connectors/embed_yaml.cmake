# Writes the shipped connector into C++ at build time: cmake -DYAML=file -DOUTPUT=file -P embed_yaml.cmake
file(READ ${YAML} text)
file(WRITE ${OUTPUT}
     "#pragma once\n\n#include <string_view>\n\nnamespace shubbak::connectors {\n\n"
     "inline constexpr std::string_view own_connector_yaml = R\"yaml(" "${text}" ")yaml\";\n\n}  // namespace shubbak::connectors\n")
