package credentials

import (
	"encoding/base64"
	"fmt"
)

// Kubeconfig is a kubeconfig file with everything in it: where the API server
// is, how to recognise it, and who its reader is.
func Kubeconfig(server string, authorityPEM []byte, user string, pair Pair) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: controlplane
clusters:
- name: controlplane
  cluster:
    server: %s
    certificate-authority-data: %s
contexts:
- name: controlplane
  context: {cluster: controlplane, user: %q}
users:
- name: %q
  user:
    client-certificate-data: %s
    client-key-data: %s
`, server, base64.StdEncoding.EncodeToString(authorityPEM), user, user,
		base64.StdEncoding.EncodeToString(pair.CertificatePEM),
		base64.StdEncoding.EncodeToString(pair.KeyPEM))
}
