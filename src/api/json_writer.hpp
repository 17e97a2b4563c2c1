// Writing JSON as text, with no tree in between.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schedule/instant.hpp"

namespace scheduledjob::api {

// Writes one document, compact, in the order of the calls; balanced by construction. Names of members are
// taken as they are. Text that is not UTF-8 gets replacement characters: it must not keep the rest from being
// written.
class JsonWriter {
 public:
  template <typename Body>
  void object(Body write_members) {
    begin('{');
    write_members();
    end('}');
  }
  template <typename Body>
  void array(Body write_elements) {
    begin('[');
    write_elements();
    end(']');
  }
  template <typename List, typename Body>
  void array(const List& list, Body write_element) {
    array([&] {
      for (const auto& element : list) write_element(element);
    });
  }

  void text(std::string_view value);
  void number(std::int64_t value);
  void truth(bool value);
  void null();
  void time(schedule::NominalTime value);
  void json(std::string_view value);  // a document of its own

  // Before the value of a member.
  void name(std::string_view name);
  void foreign_name(std::string_view name);  // one that may need escapes

  void member(std::string_view name, std::string_view value) { this->name(name), text(value); }
  void member(std::string_view name, std::int64_t value) { this->name(name), number(value); }
  void member(std::string_view name, schedule::NominalTime value) { this->name(name), time(value); }

  // For leaving out what is not there.
  void member_if(std::string_view name, const std::optional<schedule::NominalTime>& value) {
    if (value) member(name, *value);
  }
  void member_if(std::string_view name, const std::string& value) {
    if (!value.empty()) member(name, value);
  }

  std::string finish() && { return std::move(out_); }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();

  std::string out_;
  bool first_ = true;  // of its object or array, or the value of a member
};

}  // namespace scheduledjob::api
