// Authorities and certificates made for one test.
#pragma once

#include <memory>
#include <string>

namespace scheduledjob::kube::testing {

struct Credentials {
  std::string certificate_pem;
  std::string key_pem;
};

class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();

  std::string pem() const;

  // `alternative_names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1". Empty: none. Negative `days`:
  // expired.
  Credentials issue(const std::string& common_name, const std::string& alternative_names,
                    long days = 1) const;

  // A certificate that no authority has issued.
  static Credentials self_signed(const std::string& common_name, const std::string& alternative_names);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace scheduledjob::kube::testing
