# All of these are packages of Debian bookworm; `make deps` installs them.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl REQUIRED)
find_package(cpprestsdk REQUIRED)
find_package(simdjson REQUIRED)
find_package(zstd REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_path(HTTPLIB_INCLUDE_DIR httplib.h REQUIRED)

if(SCHEDULEDJOB_DEVELOPER)
  find_package(GTest REQUIRED)
endif()
