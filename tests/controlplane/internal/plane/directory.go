package plane

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
	"scheduledjob.dev/operator/tests/controlplane/manifests"
)

// A Directory is the place of one plane; everything the plane writes is in it.
type Directory string

func (d Directory) path(elements ...string) string {
	return filepath.Join(append([]string{string(d)}, elements...)...)
}

// Kubeconfig is the administrator's: client certificate, group system:masters.
func (d Directory) Kubeconfig() string { return d.path("kubeconfig") }

// Access is how the administrator calls the API server of the plane that runs in
// this directory.
func (d Directory) Access() (credentials.Access, error) {
	text, err := os.ReadFile(d.Kubeconfig())
	if err != nil {
		return credentials.Access{}, fmt.Errorf("no control plane runs in %s: %w; give the DIR that `up` has printed", string(d), err)
	}
	return credentials.ReadKubeconfig(text)
}

// AuditLog has one JSON object a line. It is appended to and never rotated.
func (d Directory) AuditLog() string { return d.path("audit.log") }

func (d Directory) controlSocket() string       { return d.path("control.sock") }
func (d Directory) log(component string) string { return d.path("logs", component+".log") }
func (d Directory) secret(name string) string   { return d.path("credentials", name) }

// kubeconfigOf is the kubeconfig of a component other than the administrator.
func (d Directory) kubeconfigOf(component string) string {
	return d.secret(component + ".kubeconfig")
}

// The users as which the components call the API server. kwok stands for the
// kubelets of all nodes and needs more than any one of them may do.
var componentUsers = map[string]struct {
	user   string
	groups []string
}{
	ControllerManager: {user: "system:kube-controller-manager"},
	Scheduler:         {user: "system:kube-scheduler"},
	Kwok:              {user: "kwok", groups: []string{"system:masters"}},
}

// maxSocketPath is what the kernel takes for the path of a unix socket.
const maxSocketPath = 107

// Prepare creates the directory, or takes an empty one. It refuses one with
// something in it: a plane removes its directory when it ends, and must not
// remove what is not its own.
func (d Directory) Prepare() error {
	if len(d.controlSocket()) > maxSocketPath {
		return fmt.Errorf("the path %s is too long for a unix socket in it; choose a shorter one with --dir or TMPDIR", string(d))
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("the directory %s is not empty; a plane removes its directory when it ends, so give it a new one", string(d))
	}
	// It holds keys, also when somebody else has made it.
	return os.Chmod(string(d), 0o700)
}

// write fills a fresh directory for a plane whose API server is at this URL. It
// returns what the plane itself needs: how to trust and be trusted.
func (d Directory) write(server string) (authorityPEM []byte, admin credentials.Pair, err error) {
	for _, folder := range []string{"logs", "credentials", "etcd", "stages"} {
		if err := os.MkdirAll(d.path(folder), 0o700); err != nil {
			return nil, admin, err
		}
	}
	if err := d.writeManifests(); err != nil {
		return nil, admin, err
	}

	authority, err := credentials.NewAuthority()
	if err != nil {
		return nil, admin, err
	}
	serving, err := authority.Server("controlplane", "127.0.0.1", "localhost", "kubernetes",
		"kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
	if err != nil {
		return nil, admin, err
	}
	etcdClient, err := authority.Client("kube-apiserver-etcd-client")
	if err != nil {
		return nil, admin, err
	}
	admin, err = authority.Client("controlplane-admin", "system:masters")
	if err != nil {
		return nil, admin, err
	}
	signingKey, err := credentials.SigningKey()
	if err != nil {
		return nil, admin, err
	}

	files := map[string][]byte{
		d.secret("ca.crt"):               authority.CertificatePEM,
		d.secret("server.crt"):           serving.CertificatePEM,
		d.secret("server.key"):           serving.KeyPEM,
		d.secret("etcd-client.crt"):      etcdClient.CertificatePEM,
		d.secret("etcd-client.key"):      etcdClient.KeyPEM,
		d.secret("service-accounts.key"): signingKey,
		d.Kubeconfig():                   credentials.Kubeconfig(server, authority.CertificatePEM, "controlplane-admin", admin),
	}
	for component, identity := range componentUsers {
		pair, err := authority.Client(identity.user, identity.groups...)
		if err != nil {
			return nil, admin, err
		}
		files[d.kubeconfigOf(component)] = credentials.Kubeconfig(server, authority.CertificatePEM, identity.user, pair)
	}
	for path, content := range files {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return nil, admin, err
		}
	}
	return authority.CertificatePEM, admin, nil
}

// writeManifests copies the built-in configuration to where servers can read it.
func (d Directory) writeManifests() error {
	return fs.WalkDir(manifests.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := manifests.Files.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(d.path(path), content, 0o600)
	})
}

// stages lists the stage files among the built-in configuration.
func (d Directory) stages() ([]string, error) {
	return filepath.Glob(d.path("stages", "*.yaml"))
}

// clear removes what an attempt to start has left, but not the directory.
func (d Directory) clear() error {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(d.path(entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func localURL(port int) string { return "https://127.0.0.1:" + strconv.Itoa(port) }
