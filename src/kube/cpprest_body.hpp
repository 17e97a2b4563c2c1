// The stream buffer through which cpprestsdk hands over an answer's body: bounded, and with nothing waiting
// in it unseen. Included by cpprest_transport.cpp only.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include <cpprest/astreambuf.h>

#include "kube/exchange.hpp"
#include "kube/inbound_limit.hpp"

namespace scheduledjob::kube {

// Only its writing side exists; whatever would read from it or move in it refuses.
class ExchangeBody final : public Concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  ExchangeBody(std::shared_ptr<Exchange> exchange, std::shared_ptr<InboundLimit> inbound)
      : streambuf_state_manager(std::ios_base::out),
        exchange_(std::move(exchange)),
        inbound_(std::move(inbound)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return static_cast<pos_type>(traits::eof()); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override {
    return static_cast<pos_type>(traits::eof());
  }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return static_cast<pos_type>(traits::eof());
  }
  bool acquire(std::uint8_t*& bytes, std::size_t& count) override {
    bytes = nullptr;
    count = 0;
    return false;
  }
  void release(std::uint8_t*, std::size_t) override {}

  // The base class would pass a refusal on by closing the stream and waiting for that within a continuation,
  // which hangs a library that has one thread. Hence not through _putn().
  pplx::task<std::size_t> putn_nocopy(const std::uint8_t* bytes, std::size_t count) override {
    return _putn(bytes, count);
  }
  pplx::task<std::size_t> putn(const std::uint8_t* bytes, std::size_t count) override {
    return _putn(bytes, count);
  }

 protected:
  pplx::task<std::size_t> _putn(const std::uint8_t* bytes, std::size_t count) override {
    // A chunk of the length -1 comes as 2^64 - 1 bytes, of which none exists.
    if (count > inbound_->longest_piece()) return refusal("a part of the body has a length that cannot be");
    const pplx::task_completion_event<std::size_t> caught_up;
    bool hold = false;
    const std::string_view view(reinterpret_cast<const char*>(bytes), count);
    if (!exchange_->received(view, hold, [caught_up, count] { caught_up.set(count); })) {
      return refusal("the rest of the body is not wanted");
    }
    inbound_->expect_piece();
    return hold ? pplx::create_task(caught_up) : pplx::task_from_result(count);
  }
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    return _putn(&byte, 1).then([byte](std::size_t) { return static_cast<int_type>(byte); });
  }
  std::uint8_t* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }

  pplx::task<int_type> _bumpc() override { return nothing_to_read(); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return nothing_to_read(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return nothing_to_read(); }
  pplx::task<int_type> _ungetc() override { return nothing_to_read(); }
  pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override {
    return pplx::task_from_result<std::size_t>(0);
  }
  std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }

 private:
  // Makes the library close the connection.
  static pplx::task<std::size_t> refusal(const char* why) {
    return pplx::task_from_exception<std::size_t>(std::runtime_error(why));
  }
  static pplx::task<int_type> nothing_to_read() { return pplx::task_from_result<int_type>(traits::eof()); }

  const std::shared_ptr<Exchange> exchange_;
  const std::shared_ptr<InboundLimit> inbound_;
};

}  // namespace scheduledjob::kube
