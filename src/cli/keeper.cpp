#include "cli/keeper.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/terminal_text.hpp"

namespace scheduledjob::cli {
namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* name) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

// Empty where there is none.
std::string text(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_string() ? printable(value.get_ref<const std::string&>()) : std::string();
}

bool has_manager(const Json& metadata, std::string_view name) {
  const Json& fields = member(metadata, "managedFields");
  if (!fields.is_array()) return false;
  for (const Json& entry : fields) {
    if (text(entry, "manager") == name) return true;
  }
  return false;
}

// "Argo CD (application reports)"
std::string with(std::string_view tool, std::string_view kind, const std::string& name) {
  return name.empty() ? std::string(tool) : fmt::format("{} ({} {})", tool, kind, name);
}

// The tracking id is "application:group/kind:namespace/name".
std::optional<Keeper> argo_cd(const Json& metadata) {
  const std::string tracking = text(member(metadata, "annotations"), "argocd.argoproj.io/tracking-id");
  std::string application = tracking.substr(0, tracking.find(':'));
  if (application.empty()) application = text(member(metadata, "labels"), "argocd.argoproj.io/instance");
  if (application.empty() && !has_manager(metadata, "argocd-controller")) return std::nullopt;
  return Keeper{
      with("Argo CD", "application", application),
      "with self-heal it reverts this within seconds, otherwise with its next sync; edit spec.suspend in "
      "git instead"};
}

std::optional<Keeper> flux(const Json& metadata) {
  const Json& labels = member(metadata, "labels");
  const std::string kustomization = text(labels, "kustomize.toolkit.fluxcd.io/name");
  const std::string release = text(labels, "helm.toolkit.fluxcd.io/name");
  if (kustomization.empty() && release.empty()) return std::nullopt;
  return Keeper{kustomization.empty() ? with("Flux", "HelmRelease", release)
                                      : with("Flux", "Kustomization", kustomization),
                "it reverts this when it reconciles next; edit spec.suspend in git instead"};
}

std::optional<Keeper> helm(const Json& metadata) {
  const std::string release = text(member(metadata, "annotations"), "meta.helm.sh/release-name");
  if (release.empty()) return std::nullopt;
  return Keeper{with("Helm", "release", release),
                "the next upgrade of the release may revert this; set it in the values instead"};
}

}  // namespace

std::optional<Keeper> keeper_of(std::string_view json) {
  const Json object = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  const Json& metadata = member(object, "metadata");
  if (auto keeper = argo_cd(metadata)) return keeper;
  // Before Helm: Flux installs releases with it, and undoes more.
  if (auto keeper = flux(metadata)) return keeper;
  return helm(metadata);
}

}  // namespace scheduledjob::cli
