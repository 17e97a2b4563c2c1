#include "kube/kubeconfig_document.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace scheduledjob::kube {
namespace {

// Absent when this file has no such entry.
absl::StatusOr<std::optional<Place>> find_entry(const Place& list, const std::string& name,
                                                const char* kind) {
  const absl::StatusOr<std::size_t> size = list.size();
  if (!size.ok()) return size.status();
  for (std::size_t i = 0; i < *size; ++i) {
    const Place entry = list.item(i);
    const absl::StatusOr<std::string> found = entry.child("name").text();
    if (!found.ok()) return found.status();
    if (*found != name) continue;
    Place body = entry.child(kind);
    if (!body.present()) return body.wrong("missing");
    if (!body.is_map()) return body.wrong("must be a map");
    return body;
  }
  return std::nullopt;
}

}  // namespace

Place Place::child(const char* key) const {
  std::string below = path_.empty() ? key : path_ + "." + key;
  if (!node_.IsMap()) return {*file_, YAML::Node(YAML::NodeType::Undefined), std::move(below)};
  return {*file_, std::as_const(node_)[key], std::move(below)};
}

Place Place::item(std::size_t index) const {
  return {*file_, std::as_const(node_)[index], fmt::format("{}[{}]", path_, index)};
}

absl::StatusOr<std::string> Place::text() const {
  if (!present()) return std::string();
  if (!node_.IsScalar()) return wrong("must be a string");
  return node_.Scalar();
}

absl::StatusOr<std::string> Place::required_text() const {
  absl::StatusOr<std::string> found = text();
  if (found.ok() && found->empty()) return wrong("missing");
  return found;
}

absl::StatusOr<bool> Place::flag() const {
  bool value = false;
  if (present() && !YAML::convert<bool>::decode(node_, value)) return wrong("must be true or false");
  return value;
}

absl::StatusOr<std::size_t> Place::size() const {
  if (!present()) return std::size_t{0};
  if (!node_.IsSequence()) return wrong("must be a list");
  return node_.size();
}

absl::Status Place::wrong(std::string_view what) const {
  return error(absl::StatusCode::kInvalidArgument, what);
}

absl::Status Place::unsupported(std::string_view what) const {
  return error(absl::StatusCode::kUnimplemented, what);
}

absl::Status Place::error(absl::StatusCode code, std::string_view what) const {
  return absl::Status(code, fmt::format("kubeconfig {}: {}: {}", *file_, path_, what));
}

std::string Place::beside_file(const std::string& path) const {
  return (std::filesystem::absolute(*file_).parent_path() / path).lexically_normal().string();
}

absl::StatusOr<KubeconfigDocument> KubeconfigDocument::parse(const std::vector<KubeconfigFile>& files) {
  std::vector<Parsed> parsed;
  for (const KubeconfigFile& file : files) {
    const auto refused = [&file](std::string_view why) {
      return absl::InvalidArgumentError(fmt::format("kubeconfig {}: {}", file.path, why));
    };
    try {
      YAML::Node root = YAML::Load(file.yaml);
      if (!root.IsMap() && !root.IsNull()) return refused("not a kubeconfig: the document is not a map");
      parsed.push_back({file.path, std::move(root)});
    } catch (const YAML::Exception& e) {
      return refused(fmt::format("not readable as YAML: {}", e.what()));
    }
  }
  return KubeconfigDocument(std::move(parsed));
}

absl::StatusOr<std::string> KubeconfigDocument::first_text(const char* key,
                                                           std::string_view when_missing) const {
  for (const Parsed& file : files_) {
    absl::StatusOr<std::string> found = file.place().child(key).text();
    if (!found.ok() || !found->empty()) return found;
  }
  return absl::InvalidArgumentError(fmt::format("kubeconfig {}: {}: {}", paths(), key, when_missing));
}

absl::StatusOr<Place> KubeconfigDocument::entry(const char* list, const std::string& name,
                                                const char* kind) const {
  for (const Parsed& file : files_) {
    absl::StatusOr<std::optional<Place>> found = find_entry(file.place().child(list), name, kind);
    if (!found.ok()) return found.status();
    if (*found) return **std::move(found);
  }
  return absl::NotFoundError(fmt::format("kubeconfig {}: {}: no entry is named {:?}", paths(), list, name));
}

std::string KubeconfigDocument::paths() const {
  std::string joined;
  for (const Parsed& file : files_) joined += (joined.empty() ? "" : ", ") + file.path;
  return joined;
}

}  // namespace scheduledjob::kube
