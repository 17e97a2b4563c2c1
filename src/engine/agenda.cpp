#include "engine/agenda.hpp"

#include "engine/record.hpp"

namespace scheduledjob::engine {

void Agenda::set(Record& record, std::optional<schedule::Instant> time) {
  const bool listed = record.agenda_index != Record::kNotOnAgenda;
  if (!time) {
    if (listed) remove(record.agenda_index);
    return;
  }
  record.agenda_time = *time;
  if (!listed) {
    heap_.push_back(&record);
    record.agenda_index = heap_.size() - 1;
  }
  sift_up(record.agenda_index);
  sift_down(record.agenda_index);
}

std::optional<schedule::Instant> Agenda::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front()->agenda_time;
}

Record* Agenda::pop_due(schedule::Instant now) {
  if (heap_.empty() || heap_.front()->agenda_time > now) return nullptr;
  Record* record = heap_.front();
  remove(0);
  return record;
}

void Agenda::place(std::size_t index, Record* record) {
  heap_[index] = record;
  record->agenda_index = index;
}

void Agenda::sift_up(std::size_t index) {
  Record* record = heap_[index];
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (heap_[parent]->agenda_time <= record->agenda_time) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, record);
}

void Agenda::sift_down(std::size_t index) {
  Record* record = heap_[index];
  while (true) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->agenda_time < heap_[child]->agenda_time) ++child;
    if (record->agenda_time <= heap_[child]->agenda_time) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, record);
}

void Agenda::remove(std::size_t index) {
  heap_[index]->agenda_index = Record::kNotOnAgenda;
  Record* last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  place(index, last);
  sift_up(index);
  sift_down(last->agenda_index);
}

}  // namespace scheduledjob::engine
