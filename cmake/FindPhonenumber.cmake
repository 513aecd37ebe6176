# libphonenumber: Debian's run-time library with the headers that scripts/install-deps has put into .deps, because the -dev
# package wants Boost 1.74's headers where we use 1.81's. Gives the target Phonenumber::phonenumber.
find_path(Phonenumber_INCLUDE_DIR phonenumbers/phonenumberutil.h HINTS ${CMAKE_SOURCE_DIR}/.deps/phonenumber/usr/include)
find_library(Phonenumber_LIBRARY NAMES libphonenumber.so.8)
find_library(Phonenumber_PROTOBUF_LIBRARY NAMES protobuf)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Phonenumber
  REQUIRED_VARS Phonenumber_LIBRARY Phonenumber_INCLUDE_DIR Phonenumber_PROTOBUF_LIBRARY
  REASON_FAILURE_MESSAGE "run scripts/install-deps")
if(Phonenumber_FOUND AND NOT TARGET Phonenumber::phonenumber)
  add_library(Phonenumber::phonenumber UNKNOWN IMPORTED)
  set_target_properties(Phonenumber::phonenumber PROPERTIES
    IMPORTED_LOCATION ${Phonenumber_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Phonenumber_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES ${Phonenumber_PROTOBUF_LIBRARY})
endif()
