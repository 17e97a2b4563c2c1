// Package render looks at what the chart makes of its values.
package render

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// everything is switched on.
const everything = `
commonLabels: {team: platform}
admission: {authorCheck: true, createBefore: true}
serviceMonitor: {enabled: true, interval: 30s}
prometheusRule: {enabled: true, runbookUrl: "https://wiki.example.com/alerts", alertLabels: {team: platform}}
grafanaDashboard: {enabled: true, kind: GrafanaDashboard}
networkPolicy: {enabled: true}
`

var monitoring = []string{
	"monitoring.coreos.com/v1/ServiceMonitor",
	"monitoring.coreos.com/v1/PrometheusRule",
	"grafana.integreatly.org/v1beta1/GrafanaDashboard",
}

func render(t *testing.T, values string, apis ...string) chart.Objects {
	t.Helper()
	objects, err := chart.Render(chart.Settings{Values: values, APIs: apis})
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func expect(t *testing.T, object chart.Object, path, wanted string) {
	t.Helper()
	if object == nil {
		t.Fatalf("there is no object to look for %s in", path)
	}
	if got := object.Text(path); got != wanted {
		t.Errorf("%s of %s %s is %q instead of %q", path, object.Kind(), object.Name(), got, wanted)
	}
}

func TestLintHasNothingToSay(t *testing.T) {
	output, err := chart.Helm(nil, "lint", "--strict", chart.Folder)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, values := range []string{everything, "namespaces: [a, b]"} {
		file := filepath.Join(t.TempDir(), "values.yaml")
		if err := os.WriteFile(file, []byte(values), 0o600); err != nil {
			t.Fatal(err)
		}
		if output, err := chart.Helm(nil, "lint", "--strict", "--values", file, chart.Folder); err != nil {
			t.Errorf("with %s: %v\n%s", values, err, output)
		}
	}
}

func TestAsItComesTwoReplicasServeTheWholeCluster(t *testing.T) {
	objects := render(t, "")
	var kinds []string
	for _, each := range objects.Installed() {
		kinds = append(kinds, each.Kind())
	}
	slices.Sort(kinds)
	wanted := []string{"ClusterRole", "ClusterRole", "ClusterRole", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition",
		"Deployment", "PodDisruptionBudget", "Role", "RoleBinding", "Service", "ServiceAccount"}
	if !slices.Equal(kinds, wanted) {
		t.Errorf("rendered %v", kinds)
	}
	deployment := objects.Only("Deployment")
	expect(t, deployment, "spec.replicas", "2")
	for _, argument := range deployment.Texts("spec.template.spec.containers.0.args") {
		if strings.HasPrefix(argument, "--namespaces") {
			t.Errorf("the whole cluster is asked for, but there is %s", argument)
		}
	}
}

func TestTheVersionIsTheProgramsOwn(t *testing.T) {
	build, err := os.ReadFile(filepath.Join(chart.Root, "CMakeLists.txt"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`project\(scheduledjob-operator VERSION (\S+)`).FindSubmatch(build)
	if version == nil {
		t.Fatal("CMakeLists.txt names no version")
	}
	expect(t, render(t, "").Only("Deployment"), "spec.template.spec.containers.0.image", "scheduledjob-operator:"+string(version[1]))
}

func TestPodsPassTheRestrictedPodSecurityStandard(t *testing.T) {
	for _, object := range render(t, "") {
		path := map[string]string{"Deployment": "spec.template.spec", "Pod": "spec", "ScheduledJob": "spec.jobTemplate.spec.template.spec"}[object.Kind()]
		if path == "" {
			continue
		}
		expect(t, object, path+".securityContext.runAsNonRoot", "true")
		expect(t, object, path+".securityContext.seccompProfile.type", "RuntimeDefault")
		expect(t, object, path+".containers.0.securityContext.allowPrivilegeEscalation", "false")
		expect(t, object, path+".containers.0.securityContext.readOnlyRootFilesystem", "true")
		expect(t, object, path+".containers.0.securityContext.capabilities.drop", "[ALL]")
	}
}

func TestProbesAskForHealthAndReadiness(t *testing.T) {
	deployment := render(t, "metrics: {port: 9000}").Only("Deployment")
	container := "spec.template.spec.containers.0."
	expect(t, deployment, container+"livenessProbe.httpGet.path", "/healthz")
	expect(t, deployment, container+"readinessProbe.httpGet.path", "/readyz")
	expect(t, deployment, container+"livenessProbe.httpGet.port", "http")
	expect(t, deployment, container+"ports.0.containerPort", "9000")
	if !slices.Contains(deployment.Texts(container+"args"), "--listen=:9000") {
		t.Error("the operator listens elsewhere")
	}
}

func TestCRDsAreThoseOfTheSourcesAndStay(t *testing.T) {
	crd := render(t, "crds: {annotations: {argocd.argoproj.io/sync-options: ServerSideApply=true}}").Only("CustomResourceDefinition")
	expect(t, crd, "metadata.annotations.helm~sh/resource-policy", "keep")
	expect(t, crd, "metadata.annotations.argocd~argoproj~io/sync-options", "ServerSideApply=true")

	text, err := os.ReadFile(filepath.Join(chart.Root, "crds", "scheduledjobs.scheduledjob.dev.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := chart.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(crd["spec"], source[0]["spec"]) {
		t.Error("the chart's CRD says something else than crds/")
	}

	if render(t, "crds: {keep: false}").Only("CustomResourceDefinition").At("metadata.annotations") != nil {
		t.Error("it is kept although it is not to be")
	}
	if render(t, "crds: {install: false}").Only("CustomResourceDefinition") != nil {
		t.Error("it is installed although it is not to be")
	}
}

func TestADisruptionBudgetNeedsMoreThanOneReplica(t *testing.T) {
	expect(t, render(t, "").Only("PodDisruptionBudget"), "spec.maxUnavailable", "1")
	for _, values := range []string{"replicas: 1", "replicas: 0", "podDisruptionBudget: {enabled: false}"} {
		if render(t, values).Only("PodDisruptionBudget") != nil {
			t.Errorf("%s has one", values)
		}
	}
}

func TestServingNamespacesNeedsNoRightsInTheCluster(t *testing.T) {
	objects := render(t, "namespaces: [team-a, team-b]")
	for _, kind := range []string{"ClusterRole", "ClusterRoleBinding"} {
		if len(objects.Of(kind)) > 0 {
			t.Errorf("there is a %s", kind)
		}
	}
	for _, kind := range []string{"Role", "RoleBinding"} {
		var namespaces []string
		for _, each := range objects.Installed().Of(kind) {
			namespaces = append(namespaces, each.Namespace())
		}
		if !slices.Equal(namespaces, []string{"sj-system", "team-a", "team-b"}) && !slices.Equal(namespaces, []string{"team-a", "team-b", "sj-system"}) {
			t.Errorf("%ss in %v", kind, namespaces)
		}
	}
	if !slices.Contains(objects.Only("Deployment").Texts("spec.template.spec.containers.0.args"), "--namespaces=team-a,team-b") {
		t.Error("the operator is not told its namespaces")
	}
}

func TestNoRoleReachesSecrets(t *testing.T) {
	for _, role := range append(render(t, everything, monitoring...), render(t, "namespaces: [a]")...) {
		for _, rule := range role.Each("rules") {
			for _, name := range append(rule.Texts("resources"), rule.Texts("verbs")...) {
				if name == "secrets" || strings.Contains(name, "*") {
					t.Errorf("%s %s has %v", role.Kind(), role.Name(), rule)
				}
			}
		}
	}
}

func appVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(chart.Folder, "Chart.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	descriptions, err := chart.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return descriptions[0].Text("appVersion")
}

func TestImagesAreNamedByRegistryTagAndDigest(t *testing.T) {
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for values, wanted := range map[string]string{
		"image: {registry: ghcr.io, repository: acme/operator, tag: v2}":                                "ghcr.io/acme/operator:v2",
		"image: {repository: acme/operator, digest: '" + digest + "'}":                                  "acme/operator:" + appVersion(t) + "@" + digest,
		"{global: {imageRegistry: mirror.local/}, image: {registry: ghcr.io, repository: o, tag: '1'}}": "mirror.local/o:1",
	} {
		expect(t, render(t, values).Only("Deployment"), "spec.template.spec.containers.0.image", wanted)
	}
	for _, pod := range render(t, "global: {imageRegistry: mirror.local, imagePullSecrets: [pull]}").Of("Pod") {
		expect(t, pod, "spec.containers.0.image", "mirror.local/kubectl:v1.37.2")
		expect(t, pod, "spec.imagePullSecrets.0.name", "pull")
	}
}

func TestKnobsReachThePod(t *testing.T) {
	deployment := render(t, `
extraArgs: [--max-in-flight=32]
extraEnv: [{name: TZDIR, value: /zones}]
extraVolumes: [{name: zones, emptyDir: {}}]
extraVolumeMounts: [{name: zones, mountPath: /zones}]
priorityClassName: system-cluster-critical
podAnnotations: {a: b}
podLabels: {c: d}
commonLabels: {team: platform}
nodeSelector: {kubernetes.io/arch: arm64}
tolerations: [{operator: Exists}]
imagePullSecrets: [pull]
topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}, {topologyKey: host, labelSelector: {matchLabels: {own: one}}}]
leaderElection: {leaseName: other}
`).Only("Deployment")
	pod := "spec.template.spec."
	expect(t, deployment, pod+"containers.0.env.0.name", "TZDIR")
	expect(t, deployment, pod+"volumes.0.name", "zones")
	expect(t, deployment, pod+"containers.0.volumeMounts.0.mountPath", "/zones")
	expect(t, deployment, pod+"priorityClassName", "system-cluster-critical")
	expect(t, deployment, "spec.template.metadata.annotations.a", "b")
	expect(t, deployment, "spec.template.metadata.labels.c", "d")
	expect(t, deployment, "metadata.labels.team", "platform")
	expect(t, deployment, pod+"nodeSelector.kubernetes~io/arch", "arm64")
	expect(t, deployment, pod+"tolerations.0.operator", "Exists")
	expect(t, deployment, pod+"imagePullSecrets.0.name", "pull")
	expect(t, deployment, pod+"topologySpreadConstraints.0.labelSelector.matchLabels.app~kubernetes~io/name", "scheduledjob-operator")
	expect(t, deployment, pod+"topologySpreadConstraints.1.labelSelector.matchLabels", "map[own:one]")
	arguments := deployment.Texts(pod + "containers.0.args")
	for _, wanted := range []string{"--max-in-flight=32", "--lease-name=other"} {
		if !slices.Contains(arguments, wanted) {
			t.Errorf("%v lack %s", arguments, wanted)
		}
	}
}

func TestExtraObjectsAreTemplates(t *testing.T) {
	objects := render(t, `
extraObjects:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: "{{ .Release.Name }}-map"}}
- |
  apiVersion: v1
  kind: Secret
  metadata: {name: '{{ include "scheduledjob-operator.fullname" . }}'}
`)
	expect(t, objects.Only("ConfigMap"), "metadata.name", "sj-map")
	expect(t, objects.Only("Secret"), "metadata.name", "sj-scheduledjob-operator")
}

func TestAnotherNamespaceIsUsedThroughout(t *testing.T) {
	objects := render(t, everything+"\nnamespaceOverride: elsewhere\n", monitoring...)
	for _, object := range objects {
		if namespace := object.Namespace(); namespace != "" && namespace != "elsewhere" {
			t.Errorf("%s %s is in %s", object.Kind(), object.Name(), namespace)
		}
		for _, subject := range object.Each("subjects") {
			expect(t, subject, "namespace", "elsewhere")
		}
	}
	if !slices.Contains(objects.Only("Deployment").Texts("spec.template.spec.containers.0.args"), "--lease-namespace=elsewhere") {
		t.Error("the lease is not there")
	}
}

func TestCommonLabelsAreEverywhere(t *testing.T) {
	for _, object := range render(t, everything, monitoring...) {
		expect(t, object, "metadata.labels.team", "platform")
	}
}

func TestNamesStayWithinTheirBounds(t *testing.T) {
	objects, err := chart.Render(chart.Settings{Release: strings.Repeat("r", 53), Values: everything, APIs: monitoring})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if strings.Contains(object.Kind(), "Role") || strings.Contains(object.Kind(), "Admission") || object.Kind() == "CustomResourceDefinition" {
			continue // these may have 253 characters
		}
		if len(object.Name()) > 63 {
			t.Errorf("%s %s", object.Kind(), object.Name())
		}
	}
}

func TestTheLeaseMayBeTouchedByNameOnly(t *testing.T) {
	for _, role := range render(t, "").Installed().Of("Role") {
		for _, rule := range role.Each("rules") {
			verbs := rule.Texts("verbs")
			if named := rule.Text("resourceNames") == "[sj-scheduledjob-operator]"; named == slices.Contains(verbs, "create") {
				t.Errorf("%v are granted on %s", verbs, rule.Text("resourceNames"))
			}
		}
	}
}

func TestTheNetworkPolicyNamesWhoComesInAndWhereItGoes(t *testing.T) {
	if render(t, "").Only("NetworkPolicy") != nil {
		t.Error("there is one that was not asked for")
	}
	policy := render(t, `
networkPolicy:
  enabled: true
  metricsFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
  apiServerCIDRs: [10.0.0.1/32]
  apiServerPorts: [6443]
`).Only("NetworkPolicy")
	expect(t, policy, "spec.policyTypes", "[Ingress Egress]")
	expect(t, policy, "spec.ingress.0.ports.0.port", "http")
	expect(t, policy, "spec.ingress.0.from.0.namespaceSelector.matchLabels.kubernetes~io/metadata~name", "monitoring")
	expect(t, policy, "spec.egress.0.ports.0.port", "53")
	expect(t, policy, "spec.egress.1.to.0.ipBlock.cidr", "10.0.0.1/32")
	expect(t, policy, "spec.egress.1.ports", "[map[port:6443 protocol:TCP]]")
}

func TestKindsThatTheClusterLacksAreLeftOutFailOrAreRendered(t *testing.T) {
	for value, kind := range map[string]string{
		"serviceMonitor: {enabled: true, renderMode: MODE}":                           "ServiceMonitor",
		"prometheusRule: {enabled: true, renderMode: MODE}":                           "PrometheusRule",
		"grafanaDashboard: {enabled: true, kind: GrafanaDashboard, renderMode: MODE}": "GrafanaDashboard",
	} {
		with := func(mode string) string { return strings.Replace(value, "MODE", mode, 1) }
		if render(t, with("skipIfMissing")).Only(kind) != nil {
			t.Errorf("skipIfMissing renders a %s", kind)
		}
		if _, err := chart.Render(chart.Settings{Values: with("failIfMissing")}); err == nil || !strings.Contains(err.Error(), "does not know") {
			t.Errorf("failIfMissing of a %s: %v", kind, err)
		}
		if render(t, with("alwaysRender")).Only(kind) == nil {
			t.Errorf("alwaysRender renders no %s", kind)
		}
		for _, mode := range []string{"skipIfMissing", "failIfMissing"} {
			if render(t, with(mode), monitoring...).Only(kind) == nil {
				t.Errorf("%s renders no %s where the cluster knows it", mode, kind)
			}
		}
	}
}

func TestUnknownValuesAreRefused(t *testing.T) {
	for values, path := range map[string]string{
		"replica: 3":                                 "replica",
		"image: {tags: v1}":                          "/image",
		"leaderElection: {duration: 1s}":             "/leaderElection",
		"prometheusRule: {latencySeconds: 3}":        "/prometheusRule",
		"test: {image: {name: x}}":                   "/test/image",
		"livenessProbe: {httpGet: {}}":               "/livenessProbe",
		"replicas: two":                              "/replicas",
		"log: {level: verbose}":                      "/log/level",
		"image: {digest: abc}":                       "/image/digest",
		"namespaces: [Team_A]":                       "/namespaces/0",
		"serviceMonitor: {renderMode: whenPossible}": "/serviceMonitor/renderMode",
		"extraArgs: [max-in-flight=3]":               "/extraArgs/0",
		"leaderElection: {leaseDuration: 15}":        "/leaderElection/leaseDuration",
	} {
		_, err := chart.Render(chart.Settings{Values: values})
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", values, err)
		}
	}
}

func TestNoTemplateLooksAtTheCluster(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(chart.Folder, "templates", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, function := range []string{"lookup ", "genCA", "genSigned", "rand", "now "} {
			if strings.Contains(string(text), "{{ "+function) || strings.Contains(string(text), "("+function) {
				t.Errorf("%s uses %s, with which every rendering differs", filepath.Base(file), function)
			}
		}
	}
	for _, object := range render(t, everything, monitoring...) {
		if hook := object.Text("metadata.annotations.helm~sh/hook"); hook != "" && hook != "test" {
			t.Errorf("%s %s is a hook in the way of an installation", object.Kind(), object.Name())
		}
	}
}

func TestOldAndNewClustersAreServedButNoneBefore130(t *testing.T) {
	for version, served := range map[string]bool{"1.29.9": false, "1.30.0": true, "v1.33.4-eks-abc": true, "1.37.2": true} {
		_, err := chart.Render(chart.Settings{Values: everything, APIs: monitoring, Arguments: []string{"--kube-version", version}})
		if (err == nil) != served {
			t.Errorf("Kubernetes %s: %v", version, err)
		}
	}
}

func TestTheNotesShowAFirstStepAndWarnWithoutCRDs(t *testing.T) {
	notes := func(values ...string) string {
		arguments := []string{"install", "sj", chart.Folder, "--namespace", "sj-system", "--dry-run=client"}
		for _, value := range values {
			arguments = append(arguments, "--set", value)
		}
		output, err := chart.Helm(nil, arguments...)
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(output, "NOTES:")
		return after
	}
	plain := notes()
	for _, wanted := range []string{"kind: ScheduledJob", "kubectl get scheduledjobs.scheduledjob.dev", "all namespaces"} {
		if !strings.Contains(plain, wanted) {
			t.Errorf("the notes lack %q:\n%s", wanted, plain)
		}
	}
	if strings.Contains(plain, "WARNING") {
		t.Errorf("a warning for nothing:\n%s", plain)
	}
	if without := notes("crds.install=false", "namespaces={a,b}"); !strings.Contains(without, "WARNING") || !strings.Contains(without, "serves a, b") {
		t.Errorf("the notes without CRDs:\n%s", without)
	}
}

func TestHelmTestSeesAScheduledJobRun(t *testing.T) {
	var hooks chart.Objects
	for _, object := range render(t, "namespaces: [team-a]") {
		if object.IsHook() {
			hooks = append(hooks, object)
			expect(t, object, "metadata.annotations.helm~sh/hook", "test")
			expect(t, object, "metadata.namespace", "team-a")
		}
	}
	weights := map[string]string{}
	for _, hook := range hooks {
		weights[hook.Kind()] = hook.Text("metadata.annotations.helm~sh/hook-weight")
	}
	if weights["ServiceAccount"] >= weights["Pod"] || weights["ScheduledJob"] >= weights["Pod"] || weights["Role"] >= weights["RoleBinding"] {
		t.Errorf("in this order nothing is there when it is needed: %v", weights)
	}
	selector := render(t, "").Only("Deployment").At("spec.selector.matchLabels").(map[string]any)
	for _, hook := range hooks.Of("Pod") {
		expect(t, hook, "spec.containers.0.args.1", "scheduledjobs.scheduledjob.dev/sj-scheduledjob-operator-test")
		if hook.Text("metadata.labels.app~kubernetes~io/name") == selector["app.kubernetes.io/name"] {
			t.Error("the operator's Service and budget would take the test's pod for a replica")
		}
	}
}
