{{/* What the operator does with what it serves. Every verb is used; tests/chart removes each and sees what fails. */}}
{{- define "scheduledjob-operator.rules" -}}
- apiGroups: [scheduledjob.dev]
  resources: [scheduledjobs]
  verbs: [get, list, watch]
- apiGroups: [scheduledjob.dev]
  resources: [scheduledjobs/status]
  verbs: [patch]
# Jobs block the deletion of their owner in the foreground; clusters that check it, as OpenShift, ask for this.
- apiGroups: [scheduledjob.dev]
  resources: [scheduledjobs/finalizers]
  verbs: [update]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, delete]
# What a person should notice; without it, the operator only says less.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
