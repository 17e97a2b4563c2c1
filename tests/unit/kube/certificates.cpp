#include "unit/kube/certificates.hpp"

#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace scheduledjob::kube::testing {
namespace {

struct Free {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

template <class T>
Owned<T> made(T* object) {
  if (object == nullptr) throw std::runtime_error("OpenSSL could not make an object for a test");
  return Owned<T>(object);
}

std::string text_of(BIO* bio) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<std::size_t>(length));
}

std::string pem_of(X509* certificate) {
  const auto bio = made(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const auto bio = made(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const auto extension = made(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  X509_add_ext(certificate, extension.get(), -1);
}

Owned<X509> blank(EVP_PKEY* key, const std::string& common_name, long days) {
  static long serial = 0;
  auto certificate = made(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * 86'400);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * 86'400);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

struct Authority::Parts {
  Owned<EVP_PKEY> key;
  Owned<X509> certificate;
};

Authority::Authority(const std::string& name) : parts_(std::make_unique<Parts>()) {
  parts_->key = made(EVP_EC_gen("P-256"));
  parts_->certificate = blank(parts_->key.get(), name, 1);
  X509* certificate = parts_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(certificate, parts_->key.get(), EVP_sha256());
}

Authority::~Authority() = default;

std::string Authority::pem() const {
  return pem_of(parts_->certificate.get());
}

Credentials Authority::issue(const std::string& common_name, const std::string& alternative_names,
                             long days) const {
  const auto key = made(EVP_EC_gen("P-256"));
  const auto certificate = blank(key.get(), common_name, days);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(parts_->certificate.get()));
  if (!alternative_names.empty()) {
    extend(certificate.get(), parts_->certificate.get(), NID_subject_alt_name, alternative_names);
  }
  X509_sign(certificate.get(), parts_->key.get(), EVP_sha256());
  return {pem_of(certificate.get()), pem_of(key.get())};
}

Credentials Authority::self_signed(const std::string& common_name, const std::string& alternative_names) {
  const auto key = made(EVP_EC_gen("P-256"));
  const auto certificate = blank(key.get(), common_name, 1);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  extend(certificate.get(), certificate.get(), NID_subject_alt_name, alternative_names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return {pem_of(certificate.get()), pem_of(key.get())};
}

}  // namespace scheduledjob::kube::testing
