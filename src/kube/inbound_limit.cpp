#include "kube/inbound_limit.hpp"

#include <new>
#include <utility>

#include <openssl/ssl.h>

#include "kube/tls_context.hpp"

namespace scheduledjob::kube {

// What OpenSSL calls.
struct InboundLimit::Hooks {
  // Every record's header comes by here before its content is read.
  static void see(int is_sent, int, int content_type, const void* bytes, std::size_t size, SSL* connection,
                  void* limit) {
    if (is_sent != 0 || content_type != SSL3_RT_HEADER || size != SSL3_RT_HEADER_LENGTH) return;
    const auto* header = static_cast<const unsigned char*>(bytes);
    const std::size_t content = (std::size_t{header[3]} << 8) | header[4];
    if (static_cast<InboundLimit*>(limit)->take(SSL3_RT_HEADER_LENGTH + content)) return;
    // Nothing that arrives is read any more, this record included; the reader gets an error.
    SSL_set_shutdown(connection, SSL_get_shutdown(connection) | SSL_RECEIVED_SHUTDOWN);
  }
};

void InboundLimit::put_into(ssl_ctx_st* context, std::shared_ptr<InboundLimit> limit) noexcept try {
  InboundLimit* const argument = limit.get();
  if (!SharedByContext<InboundLimit>::put(context, std::move(limit))) throw std::bad_alloc();
  SSL_CTX_set_msg_callback(context, &Hooks::see);
  SSL_CTX_set_msg_callback_arg(context, argument);
} catch (...) {
  SSL_CTX_set_cert_store(context, X509_STORE_new());
}

void InboundLimit::expect_head() {
  exceeded_ = false;
  left_ = kLongestHead;
}

void InboundLimit::expect_piece() {
  // An eighth for what TLS and chunks add, and what the library reads ahead of the piece.
  left_ = longest_piece_ + longest_piece_ / 8 + kLongestHead;
}

bool InboundLimit::take(std::size_t bytes) {
  std::size_t left = left_;
  while (bytes <= left) {
    if (left_.compare_exchange_weak(left, left - bytes)) return true;
  }
  exceeded_ = true;
  return false;
}

}  // namespace scheduledjob::kube
