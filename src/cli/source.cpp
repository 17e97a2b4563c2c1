#include "cli/source.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "api/scheduled_job.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

constexpr std::size_t kLargestSource = 8U << 20U;
constexpr std::size_t kLongestTitle = 100;

absl::Status unreadable(const std::string& name, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", name, why));
}

absl::StatusOr<std::string> read_all(const std::string& name, std::istream& in) {
  std::string text;
  std::string block(1U << 16U, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLargestSource) {
      return unreadable(name, fmt::format("is larger than {} MiB", kLargestSource >> 20U));
    }
  }
  if (in.bad()) return unreadable(name, "can't be read");
  return text;
}

bool is_list_of_objects(const Node& node) {
  const std::string_view kind = node.text_of("kind");
  const Node* items = node.find("items");
  const bool list = kind == "List" || kind == "CronJobList" || kind == "ScheduledJobList";
  return list && (items == nullptr || items->is_list());
}

ObjectKind kind_of(const Node& node) {
  static constexpr std::array<std::string_view, 2> kKnown{api::kKind, "CronJob"};
  const std::string_view kind = node.text_of("kind");
  const std::string_view version = node.text_of("apiVersion");
  if (kind == api::kKind) return ObjectKind::kScheduledJob;
  if (kind == "CronJob") return ObjectKind::kCronJob;
  const bool ours = version.starts_with(fmt::format("{}/", api::kGroup));
  const bool near = version.starts_with("batch/") && !schedule::suggestion(kind, kKnown).empty();
  return ours || near || kind.empty() || version.empty() ? ObjectKind::kMisspelt : ObjectKind::kOther;
}

std::string_view stated_namespace(const Node& object) {
  const Node* metadata = object.find("metadata");
  return metadata != nullptr ? metadata->text_of("namespace") : std::string_view();
}

}  // namespace

absl::StatusOr<Source> read_source(const std::string& file, std::istream& in) {
  Source source;
  source.name = file == "-" ? "<stdin>" : file;
  absl::StatusOr<std::string> text;
  if (file == "-") {
    text = read_all(source.name, in);
  } else {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return unreadable(file, std::generic_category().message(errno));
    text = read_all(source.name, stream);
  }
  if (!text.ok()) return text.status();
  source.documents = read_yaml(*text);
  return source;
}

std::string_view Object::name() const {
  const Node* metadata = node->find("metadata");
  if (metadata == nullptr) return {};
  const std::string_view name = metadata->text_of("name");
  return name.empty() ? metadata->text_of("generateName") : name;
}

std::string_view Object::namespace_or_default() const {
  const std::string_view stated = stated_namespace(*node);
  return stated.empty() ? "default" : stated;
}

std::string Object::title() const {
  const std::string_view written = node->text_of("kind");
  std::string title(written.empty() ? "object" : written.substr(0, kLongestTitle));
  if (name().empty()) return title;
  title += ' ';
  if (const std::string_view stated = stated_namespace(*node); !stated.empty()) {
    title.append(stated.substr(0, kLongestTitle)) += '/';
  }
  return title.append(name().substr(0, kLongestTitle));
}

std::vector<Object> objects_in(const Document& document) {
  std::vector<Object> objects;
  if (!document.root || document.root->kind == Node::Kind::kNull) return objects;
  const Node& root = *document.root;
  if (!is_list_of_objects(root)) return {{&root, kind_of(root)}};
  if (const Node* items = root.find("items")) {
    for (const Node& item : items->children) objects.push_back({&item, kind_of(item)});
  }
  return objects;
}

}  // namespace scheduledjob::cli
