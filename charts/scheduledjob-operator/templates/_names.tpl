{{- define "scheduledjob-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Of every object; 52 characters leave room for suffixes. */}}
{{- define "scheduledjob-operator.fullname" -}}
{{- $name := include "scheduledjob-operator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "scheduledjob-operator.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/* Of objects of the cluster: two releases of one name may live in two namespaces. */}}
{{- define "scheduledjob-operator.clusterName" -}}
{{- printf "%s:%s" (include "scheduledjob-operator.namespace" .) (include "scheduledjob-operator.fullname" .) -}}
{{- end -}}

{{- define "scheduledjob-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "scheduledjob-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "scheduledjob-operator.leaseName" -}}
{{- default (include "scheduledjob-operator.fullname" .) .Values.leaderElection.leaseName -}}
{{- end -}}

{{/* What a Deployment can never change; nothing else selects. */}}
{{- define "scheduledjob-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "scheduledjob-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "scheduledjob-operator.labels" -}}
{{ include "scheduledjob-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The metadata of an object of the namespace; "suffix" comes after its name. */}}
{{- define "scheduledjob-operator.metadata" -}}
name: {{ include "scheduledjob-operator.fullname" .root }}{{ with .suffix }}-{{ . }}{{ end }}
namespace: {{ include "scheduledjob-operator.namespace" .root }}
labels:
  {{- include "scheduledjob-operator.labels" .root | nindent 2 }}
{{- end -}}

{{/* REGISTRY/REPOSITORY:TAG@DIGEST, of each as much as there is. */}}
{{- define "scheduledjob-operator.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry -}}
{{- with $registry }}{{ . | trimSuffix "/" }}/{{ end -}}
{{- required "an image needs a repository" .image.repository -}}
{{- with .tag }}:{{ . }}{{ end -}}
{{- with .image.digest }}@{{ . }}{{ end -}}
{{- end -}}
