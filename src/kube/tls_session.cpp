#include "kube/tls_session.hpp"

#include <utility>

#include <openssl/ssl.h>

#include "kube/tls_context.hpp"

namespace scheduledjob::kube {

// What OpenSSL calls.
struct TlsSession::Hooks {
  static TlsSession& of(const SSL* connection) {
    return SharedByContext<TlsSession>::in(SSL_get_SSL_CTX(connection));
  }

  // Before the first message is written: the last moment at which a session can be given.
  static void see(const SSL* connection, int where, int) {
    if (where == SSL_CB_HANDSHAKE_START) of(connection).resume_in(const_cast<SSL*>(connection));
  }

  static int take(SSL* connection, SSL_SESSION* session) {
    of(connection).keep(session);
    return 0;  // it stays the connection's
  }
};

TlsSession::~TlsSession() {
  SSL_SESSION_free(newest_);
}

void TlsSession::put_into(ssl_ctx_st* context, std::shared_ptr<TlsSession> session) noexcept try {
  if (!SharedByContext<TlsSession>::put(context, std::move(session))) return;
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &Hooks::take);
  SSL_CTX_set_info_callback(context, &Hooks::see);
} catch (...) {
}

// Copied here and below: a connection that breaks, or that its server just drops, marks its session as unfit.

void TlsSession::keep(const ssl_session_st* of_connection) {
  ssl_session_st* replaced = SSL_SESSION_dup(of_connection);
  if (replaced == nullptr) return;
  {
    const sync::MutexLock lock(mutex_);
    std::swap(newest_, replaced);
  }
  SSL_SESSION_free(replaced);
}

void TlsSession::resume_in(ssl_st* connection) {
  const sync::MutexLock lock(mutex_);
  if (newest_ == nullptr) return;
  SSL_SESSION* const copy = SSL_SESSION_dup(newest_);
  if (copy == nullptr) return;
  SSL_set_session(connection, copy);
  SSL_SESSION_free(copy);
}

}  // namespace scheduledjob::kube
