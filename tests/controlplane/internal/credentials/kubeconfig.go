package credentials

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Kubeconfig is a kubeconfig file with everything in it: where the API server
// is, how to recognise it, and who its reader is.
func Kubeconfig(server string, authorityPEM []byte, user string, pair Pair) []byte {
	return kubeconfig(server, authorityPEM, user, fmt.Sprintf(`client-certificate-data: %s
    client-key-data: %s`,
		base64.StdEncoding.EncodeToString(pair.CertificatePEM),
		base64.StdEncoding.EncodeToString(pair.KeyPEM)))
}

// TokenKubeconfig is a kubeconfig file whose reader proves itself by a bearer
// token.
func TokenKubeconfig(server string, authorityPEM []byte, user, token string) []byte {
	return kubeconfig(server, authorityPEM, user, "token: "+token)
}

// kubeconfig has the proof of the reader's identity as YAML, indented by four
// from its second line on.
func kubeconfig(server string, authorityPEM []byte, user, proof string) []byte {
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
    %s
`, server, base64.StdEncoding.EncodeToString(authorityPEM), user, user, proof)
}

// An Access is what a kubeconfig file of Kubeconfig's says.
type Access struct {
	Server       string
	AuthorityPEM []byte
	Pair         Pair
}

// ReadKubeconfig reads what Kubeconfig has written, and no other kubeconfig.
func ReadKubeconfig(text []byte) (Access, error) {
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if key, value, found := strings.Cut(strings.TrimSpace(line), ": "); found {
			fields[key] = value
		}
	}
	access := Access{Server: fields["server"]}
	for key, target := range map[string]*[]byte{
		"certificate-authority-data": &access.AuthorityPEM,
		"client-certificate-data":    &access.Pair.CertificatePEM,
		"client-key-data":            &access.Pair.KeyPEM,
	} {
		decoded, err := base64.StdEncoding.DecodeString(fields[key])
		if err != nil || len(decoded) == 0 {
			return access, fmt.Errorf("not the kubeconfig of a control plane of this tool: %s is missing or wrong", key)
		}
		*target = decoded
	}
	return access, nil
}
