#include "kube/base64.hpp"

#include <limits>

#include <openssl/evp.h>

namespace scheduledjob::kube {

std::optional<std::string> decode_base64(std::string_view text) {
  std::string packed;
  packed.reserve(text.size());
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed += c;
  }
  if (packed.size() % 4 != 0 || packed.size() > std::numeric_limits<int>::max()) return std::nullopt;
  // Padding is checked here: OpenSSL decodes it to zero bytes wherever it stands.
  const std::size_t padding = packed.size() - (packed.find_last_not_of('=') + 1);
  if (padding > 2 || packed.find('=') < packed.size() - padding) return std::nullopt;

  std::string decoded(packed.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (length < 0) return std::nullopt;
  decoded.resize(static_cast<std::size_t>(length) - padding);
  return decoded;
}

std::string encode_base64(std::string_view bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4, '\0');
  // Writes a terminating zero too, where the string has one already.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return encoded;
}

}  // namespace scheduledjob::kube
