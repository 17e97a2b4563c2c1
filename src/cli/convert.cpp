#include "cli/convert.hpp"

#include <ostream>
#include <string>

#include <fmt/format.h>

#include "cli/conversion.hpp"
#include "cli/source.hpp"
#include "cli/yaml_writer.hpp"

namespace scheduledjob::cli {
namespace {

class Converter {
 public:
  Converter(std::ostream& err, schedule::NominalTime now) : err_(err), now_(now) {}

  void convert(const Source& source) {
    for (const Document& document : source.documents) convert(source, document);
  }

  std::string text;  // of all that has been converted
  std::size_t converted = 0;
  bool all_right = true;

 private:
  void convert(const Source& source, const Document& document) {
    for (const Problem& problem : document.problems) refuse(source, problem);
    if (!document.problems.empty()) return;
    const std::vector<Object> objects = objects_in(document);
    const bool is_one_object = objects.size() == 1 && objects.front().node == &*document.root;
    bool comments_are_lost = false;
    for (const Object& object : objects) {
      if (object.kind != ObjectKind::kCronJob) {
        append(is_one_object ? document.text : to_yaml(*object.node));
        continue;
      }
      const Conversion conversion = convert_object(document, object, now_);
      for (const Problem& problem : conversion.problems) refuse(source, problem);
      append(conversion.text);
      comments_are_lost = comments_are_lost || conversion.comments_are_lost;
      ++converted;
    }
    if (objects.empty()) append(document.text);
    if (comments_are_lost) {
      err_ << fmt::format("{}:{}: the comments of this document are not carried over\n", source.name,
                          document.first_line);
    }
  }

  void append(const std::string& document) {
    if (document.empty()) return;
    if (!text.empty() && !document.starts_with("---")) text += "---\n";
    text += document;
    if (!text.ends_with('\n')) text += '\n';
  }

  void refuse(const Source& source, const Problem& problem) {
    err_ << fmt::format("{}:{}: {}\n", source.name, problem.line, problem.text());
    all_right = false;
  }

  std::ostream& err_;
  schedule::NominalTime now_;
};

}  // namespace

ExitCode run_convert(const ConvertCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                     const Surroundings& surroundings) {
  Converter converter(err, surroundings.now);
  for (const std::string& file : command.files) {
    const absl::StatusOr<Source> source = read_source(file, in);
    if (source.ok()) {
      converter.convert(*source);
    } else {
      err << std::string(source.status().message()) << '\n';
      converter.all_right = false;
    }
  }
  if (!converter.all_right) {
    err << "Nothing is converted until this is mended.\n";
    return kWrongInput;
  }
  if (converter.converted == 0) {
    err << "There is no CronJob in these files.\n";
    return kWrongInput;
  }
  out << converter.text;
  return kFine;
}

}  // namespace scheduledjob::cli
