#include "kube/file.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kube/descriptor.hpp"

namespace scheduledjob::kube {
namespace {

absl::Status failure(const std::string& path, int error) {
  const std::string text = fmt::format("{}: {}", path, std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::UnknownError(text);
}

}  // namespace

absl::StatusOr<std::string> read_small_file(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: opening a named pipe must not hang.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return failure(path, errno);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return failure(path, errno);
  if (!S_ISREG(facts.st_mode)) return absl::InvalidArgumentError(path + ": not a regular file");

  std::string text;
  std::array<char, std::size_t{16} * 1024> buffer{};
  while (true) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > limit)
      return absl::InvalidArgumentError(fmt::format("{}: longer than {} bytes", path, limit));
  }
}

}  // namespace scheduledjob::kube
