// Crdgen writes what the resource definition and the Kustomize component take
// from Kubernetes' own schema: everything below spec.jobTemplate.spec, and the
// keys by which lists are merged. The rest of both is written by hand.
//
//	go run . [-check]      from this folder; -check writes nothing and fails on a difference
//
// The schema is that of the Kubernetes release which tests/controlplane pins.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	definitionFile = "crds/scheduledjobs.scheduledjob.dev.yaml"
	mergeKeysFile  = "gitops/kustomize/component/schema.json"
	pinnedIn       = "tests/controlplane/cluster"
)

func main() {
	check := flag.Bool("check", false, "write nothing, and fail if a file is not as it would be written")
	root := flag.String("root", "../..", "the repository's `directory`")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "crdgen:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	files, err := generate(root)
	if err != nil {
		return err
	}
	for name, wanted := range files {
		path := filepath.Join(root, name)
		present, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if bytes.Equal(present, wanted) {
			continue
		}
		if check {
			return fmt.Errorf("%s is not what Kubernetes' schema makes of it; run `make crd`", name)
		}
		if err := os.WriteFile(path, wanted, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the files as they should be, by their names in the repository.
func generate(root string) (map[string][]byte, error) {
	source, err := kubernetesSource(filepath.Join(root, pinnedIn))
	if err != nil {
		return nil, err
	}
	swagger, err := readSwagger(filepath.Join(source, "api/openapi-spec/swagger.json"))
	if err != nil {
		return nil, err
	}
	definition, err := os.ReadFile(filepath.Join(root, definitionFile))
	if err != nil {
		return nil, err
	}
	jobSpec, err := swagger.jobSpec()
	if err != nil {
		return nil, err
	}
	definition, err = replaceGenerated(definition, "spec", jobSpec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", definitionFile, err)
	}
	mergeKeys, err := swagger.mergeKeys()
	if err != nil {
		return nil, err
	}
	return map[string][]byte{definitionFile: definition, mergeKeysFile: mergeKeys}, nil
}

// kubernetesSource is the directory of the module k8s.io/kubernetes that a module
// pins; it is downloaded if it is not there.
func kubernetesSource(module string) (string, error) {
	download := exec.Command("go", "mod", "download", "-json", "k8s.io/kubernetes")
	download.Dir = module
	download.Env = append(os.Environ(), "GOWORK=off")
	download.Stderr = os.Stderr
	output, err := download.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download k8s.io/kubernetes in %s: %w", module, err)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(output, &downloaded); err != nil {
		return "", err
	}
	return downloaded.Dir, nil
}
