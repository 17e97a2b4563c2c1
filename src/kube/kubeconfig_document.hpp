// Kubeconfig files as they are written: values with their place, for messages, and entries by their name over
// several files. Shows the YAML library, hence for kubeconfig*.cpp only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "absl/status/statusor.h"
#include "kube/kubeconfig.hpp"

namespace scheduledjob::kube {

// A value in one file, or the place where it would be. Must not outlive the document.
class Place {
 public:
  Place(const std::string& file, YAML::Node node, std::string path)
      : file_(&file), node_(std::move(node)), path_(std::move(path)) {}

  Place child(const char* key) const;
  Place item(std::size_t index) const;  // of a list

  bool present() const { return node_.IsDefined() && !node_.IsNull(); }
  bool is_map() const { return node_.IsMap(); }

  // Absent: empty.
  absl::StatusOr<std::string> text() const;
  absl::StatusOr<std::string> required_text() const;
  // Absent: false.
  absl::StatusOr<bool> flag() const;
  // The length of a list; absent: 0.
  absl::StatusOr<std::size_t> size() const;

  // Errors about this place: "kubeconfig FILE: clusters[0].cluster: WHAT".
  absl::Status wrong(std::string_view what) const;        // kInvalidArgument
  absl::Status unsupported(std::string_view what) const;  // kUnimplemented

  // A path that is relative to the file it is written in.
  std::string beside_file(const std::string& path) const;

 private:
  absl::Status error(absl::StatusCode code, std::string_view what) const;

  const std::string* file_;
  YAML::Node node_;
  std::string path_;
};

// One or more files of which the first that sets a value, or has an entry of a name, wins: what kubectl makes
// of $KUBECONFIG. Entries are not mixed.
class KubeconfigDocument {
 public:
  // kInvalidArgument names the file that is no YAML, or no map. An empty file is one without entries.
  static absl::StatusOr<KubeconfigDocument> parse(const std::vector<KubeconfigFile>& files);

  // The scalar of the first file that has it, not empty; kInvalidArgument with `when_missing` otherwise.
  absl::StatusOr<std::string> first_text(const char* key, std::string_view when_missing) const;

  // The body, below `kind`, of the entry of the list `list` with this name. kNotFound when no file has one.
  absl::StatusOr<Place> entry(const char* list, const std::string& name, const char* kind) const;

  // "PATH", or "PATH, PATH".
  std::string paths() const;

 private:
  struct Parsed {
    std::string path;
    YAML::Node root;
    Place place() const { return {path, root, ""}; }
  };
  explicit KubeconfigDocument(std::vector<Parsed> files) : files_(std::move(files)) {}

  std::vector<Parsed> files_;
};

}  // namespace scheduledjob::kube
