// Whom we trust and who we say we are, put into each new TLS connection.
#pragma once

#include <ctime>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "kube/cluster_config.hpp"
#include "kube/credentials.hpp"
#include "kube/tls_session.hpp"
#include "sync/mutex.hpp"

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace scheduledjob::kube {

// Thread-safe.
class TlsIdentity {
 public:
  // Parses all certificates and the key. `server_name` is a DNS name or an IP literal: the server's
  // certificate must carry it as a subject alternative name. kUnauthenticated names what cannot be read.
  static absl::StatusOr<std::shared_ptr<TlsIdentity>> make(const ClusterConfig& config,
                                                           std::string server_name);

  ~TlsIdentity();

  // TLS 1.2 or newer, the cluster's authority and no other (any certificate when the configuration skips
  // verification), the name, our certificate; a connection resumes the newest session made with the same.
  // When anything cannot be set, the context is left trusting nobody. The context must not outlive this
  // object.
  void apply_to(ssl_ctx_st* context) noexcept;

  // Shows the client certificate of `credential`, if it has one that is newer, in each connection from now
  // on. True when that is another than before: connections that exist still show the old one.
  // kUnauthenticated names what cannot be read.
  absl::StatusOr<bool> adopt(const Credential& credential);

  // Why a server's certificate was refused the last time; empty when that has never happened.
  std::string last_refusal() const;

  static bool is_ip_literal(const std::string& name);

 private:
  struct Keys;
  TlsIdentity(std::unique_ptr<Keys> keys, std::string server_name, std::string ca_file, bool believes_any);
  void reload_authority_if_changed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void note_refusal(x509_store_ctx_st* chain) noexcept;
  static int verify(x509_store_ctx_st* chain, void* self) noexcept;

  const std::string server_name_;
  const std::string ca_file_;
  const bool believes_any_;
  mutable sync::Mutex mutex_;
  std::unique_ptr<Keys> keys_ ABSL_GUARDED_BY(mutex_) ABSL_PT_GUARDED_BY(mutex_);
  timespec ca_changed_ ABSL_GUARDED_BY(mutex_){};
  // Of these keys: others begin with a full handshake.
  std::shared_ptr<TlsSession> session_ ABSL_GUARDED_BY(mutex_) = std::make_shared<TlsSession>();
  std::string last_refusal_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace scheduledjob::kube
