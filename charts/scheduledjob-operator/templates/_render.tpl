{{/*
Not empty when an object of a kind that the cluster may lack is wanted. "options" has enabled and renderMode; "api" is
GROUP/VERSION/KIND, "value" the name of the options for who reads an error.
*/}}
{{- define "scheduledjob-operator.rendered" -}}
{{- if .options.enabled -}}
{{- if or (eq .options.renderMode "alwaysRender") (.root.Capabilities.APIVersions.Has .api) -}}
yes
{{- else if eq .options.renderMode "failIfMissing" -}}
{{- fail (printf "%s.enabled is true, but the cluster does not know %s; install it first, or set %s.renderMode to skipIfMissing" .value .api .value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
