#include "kube/tls_identity.hpp"

#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "kube/file.hpp"

namespace scheduledjob::kube {
namespace {

template <auto free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Store = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;

// OpenSSL would ask for the password on the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::vector<Certificate> certificates_in(const std::string& pem) {
  std::vector<Certificate> found;
  const Bio bio = reader(pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)) {
    found.emplace_back(certificate);
  }
  ERR_clear_error();  // the end of the text is reported as an error
  return found;
}

absl::StatusOr<Store> store_of(const std::string& ca_pem) {
  const std::vector<Certificate> authorities = certificates_in(ca_pem);
  if (authorities.empty()) {
    return absl::UnauthenticatedError("the cluster's certificate authority is not a certificate in PEM form");
  }
  Store store(X509_STORE_new());
  for (const Certificate& authority : authorities) {
    if (X509_STORE_add_cert(store.get(), authority.get()) != 1) {
      return absl::UnauthenticatedError("the cluster's certificate authority cannot be used");
    }
  }
  // A cluster may hand out an intermediate authority; trusting exactly that one is what was asked for.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

std::string subject_of(X509* certificate) {
  if (certificate == nullptr) return {};
  const Bio bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0,
                     XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)).substr(0, 200) : std::string();
}

std::optional<timespec> change_time(const std::string& path) {
  struct stat facts {};
  if (path.empty() || ::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return facts.st_mtim;
}

struct OwnKeys {
  std::vector<Certificate> certificates;  // leaf first
  PrivateKey key;
};

absl::StatusOr<OwnKeys> own_keys_of(const std::string& certificate_pem, const std::string& key_pem) {
  OwnKeys own;
  own.certificates = certificates_in(certificate_pem);
  if (own.certificates.empty())
    return absl::UnauthenticatedError("the client certificate is not in PEM form");
  const Bio bio = reader(key_pem);
  own.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!own.key) {
    return absl::UnauthenticatedError(
        "the client key is not a private key in PEM form, or a password protects it");
  }
  if (X509_check_private_key(own.certificates.front().get(), own.key.get()) != 1) {
    ERR_clear_error();
    return absl::UnauthenticatedError("the client key does not belong to the client certificate");
  }
  return own;
}

}  // namespace

struct TlsIdentity::Keys {
  Store authorities;
  OwnKeys own;
  std::uint64_t own_serial = 0;
};

absl::StatusOr<std::shared_ptr<TlsIdentity>> TlsIdentity::make(const ClusterConfig& config,
                                                               std::string server_name) {
  auto keys = std::make_unique<Keys>();
  if (config.skip_tls_verification) {
    keys->authorities.reset(X509_STORE_new());
  } else {
    absl::StatusOr<Store> store = store_of(config.ca_pem);
    if (!store.ok()) return store.status();
    keys->authorities = std::move(*store);
  }

  if (!config.client_certificate_pem.empty() || !config.client_key_pem.empty()) {
    absl::StatusOr<OwnKeys> own = own_keys_of(config.client_certificate_pem, config.client_key_pem);
    if (!own.ok()) return own.status();
    keys->own = std::move(*own);
  }
  return std::shared_ptr<TlsIdentity>(
      new TlsIdentity(std::move(keys), std::move(server_name), config.ca_file, config.skip_tls_verification));
}

TlsIdentity::TlsIdentity(std::unique_ptr<Keys> keys, std::string server_name, std::string ca_file,
                         bool believes_any)
    : server_name_(std::move(server_name)),
      ca_file_(std::move(ca_file)),
      believes_any_(believes_any),
      keys_(std::move(keys)) {}

TlsIdentity::~TlsIdentity() = default;

void TlsIdentity::apply_to(ssl_ctx_st* context) noexcept try {
  const sync::MutexLock lock(mutex_);
  reload_authority_if_changed();

  // The context comes with the system's authorities: this replaces them.
  SSL_CTX_set1_cert_store(context, keys_->authorities.get());
  SSL_CTX_set_cert_verify_callback(context, &TlsIdentity::verify, this);

  X509_VERIFY_PARAM* rules = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(rules,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  bool complete = is_ip_literal(server_name_)
                      ? X509_VERIFY_PARAM_set1_ip_asc(rules, server_name_.c_str()) == 1
                      : X509_VERIFY_PARAM_set1_host(rules, server_name_.data(), server_name_.size()) == 1;
  complete = complete && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;

  if (complete && keys_->own.key) {
    complete = SSL_CTX_use_certificate(context, keys_->own.certificates.front().get()) == 1 &&
               SSL_CTX_use_PrivateKey(context, keys_->own.key.get()) == 1;
    for (std::size_t i = 1; complete && i < keys_->own.certificates.size(); ++i) {
      complete = SSL_CTX_add1_chain_cert(context, keys_->own.certificates[i].get()) == 1;
    }
  }
  if (!complete) {
    ERR_clear_error();
    last_refusal_ = "TLS could not be set up";
    SSL_CTX_set_cert_store(context, X509_STORE_new());
    return;
  }
  TlsSession::put_into(context, session_);
} catch (...) {
  SSL_CTX_set_cert_store(context, X509_STORE_new());
}

absl::StatusOr<bool> TlsIdentity::adopt(const Credential& credential) {
  if (credential.client_certificate_pem.empty()) return false;
  const sync::MutexLock lock(mutex_);
  if (credential.serial <= keys_->own_serial) return false;
  absl::StatusOr<OwnKeys> own = own_keys_of(credential.client_certificate_pem, credential.client_key_pem);
  if (!own.ok()) return own.status();
  const bool changed = keys_->own.certificates.empty() ||
                       X509_cmp(keys_->own.certificates.front().get(), own->certificates.front().get()) != 0;
  keys_->own = std::move(*own);
  keys_->own_serial = credential.serial;
  if (changed) session_ = std::make_shared<TlsSession>();
  return changed;
}

std::string TlsIdentity::last_refusal() const {
  const sync::MutexLock lock(mutex_);
  return last_refusal_;
}

bool TlsIdentity::is_ip_literal(const std::string& name) {
  in6_addr address{};
  return ::inet_pton(AF_INET, name.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

void TlsIdentity::reload_authority_if_changed() {
  const std::optional<timespec> changed = change_time(ca_file_);
  if (!changed || (changed->tv_sec == ca_changed_.tv_sec && changed->tv_nsec == ca_changed_.tv_nsec)) return;
  const absl::StatusOr<std::string> pem = read_small_file(ca_file_, kCredentialLimit);
  if (!pem.ok()) return;
  absl::StatusOr<Store> store = store_of(*pem);
  if (!store.ok()) return;  // half-written: the old one goes on until the next connection
  keys_->authorities = std::move(*store);
  ca_changed_ = *changed;
  session_ = std::make_shared<TlsSession>();
}

int TlsIdentity::verify(x509_store_ctx_st* chain, void* self) noexcept {
  if (static_cast<TlsIdentity*>(self)->believes_any_) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
  }
  // The HTTP library would check the name of the Host header too; that of apply_to() is the one that counts.
  X509_STORE_CTX_set_verify_cb(chain, [](int accepted, x509_store_ctx_st*) { return accepted; });
  const int accepted = X509_verify_cert(chain);
  if (accepted != 1) static_cast<TlsIdentity*>(self)->note_refusal(chain);
  return accepted;
}

void TlsIdentity::note_refusal(x509_store_ctx_st* chain) noexcept try {
  const int error = X509_STORE_CTX_get_error(chain);
  X509* shown = X509_STORE_CTX_get_current_cert(chain);
  std::string reason = fmt::format("{} (certificate: {})", X509_verify_cert_error_string(error),
                                   subject_of(shown != nullptr ? shown : X509_STORE_CTX_get0_cert(chain)));
  if (error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    reason = fmt::format("it was not issued for {} (certificate: {}); tls-server-name can name another",
                         server_name_, subject_of(X509_STORE_CTX_get0_cert(chain)));
  }
  const sync::MutexLock lock(mutex_);
  last_refusal_ = std::move(reason);
} catch (...) {
}

}  // namespace scheduledjob::kube
