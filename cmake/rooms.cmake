# How every target of the project is built: one set of flags, and rooms as static libraries.

add_library(shubbak_flags INTERFACE)
target_compile_options(shubbak_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # g++ 12 reports these falsely inside the standard library and Boost under optimisation and sanitizers; the last one of
  # the frames of inlined coroutines.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer -Wno-array-bounds
                           -Wno-stringop-overflow -Wno-stringop-overread -Wno-free-nonheap-object
                           -Wno-mismatched-new-delete>
  # In a unity build every file looks like a header to it.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
  -fno-omit-frame-pointer)
target_include_directories(shubbak_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(shubbak_flags INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_CO_AWAIT
                           BOOST_ASIO_DISABLE_BOOST_COROUTINE)
if(SHUBBAK_TESTS AND NOT SHUBBAK_SANITIZE STREQUAL "thread")
  # The tests start thousands of processes, each a third sooner if nothing in it has to be relocated.
  add_compile_options(-fno-pie)
  add_link_options(-no-pie)
endif()
if(SHUBBAK_TESTS AND CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ looks for memory that it needs no more only beyond 2 GB: a tenth less time.
  add_compile_options(--param=ggc-min-heapsize=2000000)
endif()
if(SHUBBAK_OPTIMIZE)
  target_compile_options(shubbak_flags INTERFACE -O${SHUBBAK_OPTIMIZE})
endif()
if(SHUBBAK_SANITIZE)
  add_compile_options(-fsanitize=${SHUBBAK_SANITIZE} -fno-sanitize-recover=all)
  if(SHUBBAK_SANITIZE MATCHES "undefined")
    # A check of every pointer that is followed, of which AddressSanitizer finds what is null and no processor here minds
    # what is not aligned: a quarter of the time it takes to compile, and most of the code.
    add_compile_options(-fno-sanitize=null,alignment,vptr)
  endif()
  add_link_options(-fsanitize=${SHUBBAK_SANITIZE})
  if(SHUBBAK_SANITIZE STREQUAL "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)  # ThreadSanitizer knows no bare fences
  endif()
endif()
if(SHUBBAK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Paths are told to ccache relative to the checkout, so that a fresh clone finds what another one compiled.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

# shubbak_room(NAME SOURCES ... LINKS ... PCH headers...): a room is a static library shubbak_NAME.
function(shubbak_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS;PCH" ${ARGN})
  add_library(shubbak_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(shubbak_${name} PUBLIC shubbak_flags ${ROOM_LINKS})
  if(ROOM_PCH)
    target_precompile_headers(shubbak_${name} PRIVATE ${ROOM_PCH})
  endif()
endfunction()

# Twice as many files in a unit as usual: where the headers that each unit reads weigh more than its files.
function(shubbak_large_units target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE 16)
endfunction()
