# Every target of this project links scheduledjob_settings, so that one place decides language, warnings and sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(scheduledjob_settings INTERFACE)
target_compile_features(scheduledjob_settings INTERFACE cxx_std_20)
target_compile_options(scheduledjob_settings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(SCHEDULEDJOB_DEVELOPER)
  target_compile_options(scheduledjob_settings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # What is guarded by which mutex (src/sync): CI has clang check it by `make clang`.
  target_compile_options(scheduledjob_settings INTERFACE -Wthread-safety -Werror=thread-safety)
endif()

# Hardening that costs nothing measurable; _FORTIFY_SOURCE needs an optimised build.
target_compile_options(scheduledjob_settings INTERFACE -fstack-protector-strong)
target_compile_definitions(scheduledjob_settings INTERFACE
  $<$<NOT:$<CONFIG:Debug>>:_GLIBCXX_ASSERTIONS>)

if(SCHEDULEDJOB_SANITIZE)
  target_compile_options(scheduledjob_settings INTERFACE
    -fsanitize=${SCHEDULEDJOB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(scheduledjob_settings INTERFACE -fsanitize=${SCHEDULEDJOB_SANITIZE})
endif()
