// Package manifests holds the configuration that the servers of a plane read.
package manifests

import "embed"

// Files are audit-policy.yaml and the stages, which tell kwok how pods live and
// end; the annotations that steer them are described in the README.
//
//go:embed audit-policy.yaml stages
var Files embed.FS
