// What lets a TLS connection take up where an earlier one left off, without certificates and signatures
// (RFC 8446, section 2.2).
//
// The HTTP library gives each connection a context of its own, and OpenSSL keeps sessions by context. Hence
// they are kept here, and each connection is told of the newest one when its handshake begins: a burst opens
// as many connections as it has requests in flight, and both sides have better things to do then.
#pragma once

#include <memory>

#include "sync/mutex.hpp"

struct ssl_ctx_st;
struct ssl_session_st;
struct ssl_st;

namespace scheduledjob::kube {

// The newest session with one server, made under one identity and one trust: whoever changes either needs
// another object, since what is resumed is not verified again. In memory only. Thread-safe.
class TlsSession {
 public:
  TlsSession() = default;
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Has every connection that is made of `context` resume the session and bring a newer one; the context
  // shares `session` from now on. Without memory for that, its handshakes are full ones.
  static void put_into(ssl_ctx_st* context, std::shared_ptr<TlsSession> session) noexcept;

 private:
  struct Hooks;
  void keep(const ssl_session_st* of_connection);
  void resume_in(ssl_st* connection);

  sync::Mutex mutex_;
  ssl_session_st* newest_ ABSL_GUARDED_BY(mutex_) = nullptr;  // owned
};

}  // namespace scheduledjob::kube
