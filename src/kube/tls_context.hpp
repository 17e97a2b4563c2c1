// What a TLS context shares with whoever made it, for OpenSSL's callbacks to find.
#pragma once

#include <memory>
#include <utility>

#include <openssl/ssl.h>

namespace scheduledjob::kube {

// One T for each context.
template <class T>
class SharedByContext {
 public:
  // The context holds `object` until it is freed. False, or std::bad_alloc: there is no memory for that.
  static bool put(SSL_CTX* context, std::shared_ptr<T> object) {
    auto shared = std::make_unique<std::shared_ptr<T>>(std::move(object));
    if (SSL_CTX_set_ex_data(context, index(), shared.get()) != 1) return false;
    static_cast<void>(shared.release());  // the context's now
    return true;
  }

  // After put().
  static T& in(const SSL_CTX* context) {
    return **static_cast<std::shared_ptr<T>*>(SSL_CTX_get_ex_data(context, index()));
  }

 private:
  static int index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &release);
    return index;
  }

  static void release(void*, void* shared, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::shared_ptr<T>*>(shared);
  }
};

}  // namespace scheduledjob::kube
