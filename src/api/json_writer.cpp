#include "api/json_writer.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace scheduledjob::api {
namespace {

// Nearly all text there is: names, times, reasons, messages.
bool needs_no_escape(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

void JsonWriter::text(std::string_view value) {
  separate();
  if (needs_no_escape(value)) {
    out_ += '"';
    out_ += value;
    out_ += '"';
  } else {
    using nlohmann::json;
    out_ += json(std::string(value)).dump(-1, ' ', false, json::error_handler_t::replace);
  }
}

void JsonWriter::number(std::int64_t value) {
  separate();
  char digits[24];
  out_.append(digits, std::to_chars(digits, std::end(digits), value).ptr);
}

void JsonWriter::truth(bool value) {
  json(value ? "true" : "false");
}

void JsonWriter::null() {
  json("null");
}

void JsonWriter::time(schedule::NominalTime value) {
  text(schedule::format_rfc3339(value));
}

void JsonWriter::json(std::string_view value) {
  separate();
  out_ += value;
}

void JsonWriter::name(std::string_view name) {
  separate();
  out_ += '"';
  out_ += name;
  out_ += "\":";
  first_ = true;
}

void JsonWriter::foreign_name(std::string_view name) {
  text(name);
  out_ += ':';
  first_ = true;
}

void JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
}

void JsonWriter::end(char bracket) {
  out_ += bracket;
  first_ = false;
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

}  // namespace scheduledjob::api
