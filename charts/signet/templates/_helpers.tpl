{{- define "signet.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 55 characters: names of other objects add a suffix of up to eight, and a Service has 63. */}}
{{- define "signet.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 55 | trimSuffix "-" -}}
{{- else if contains (include "signet.name" .) .Release.Name -}}
{{- .Release.Name | trunc 55 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "signet.name" .) | trunc 55 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "signet.selectorLabels" -}}
app.kubernetes.io/name: {{ include "signet.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "signet.labels" -}}
{{ include "signet.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: signet
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Metadata: dict "root" . "name" NAME, optionally "annotations", "namespace" (default: the release's), "clusterScoped". */}}
{{- define "signet.metadata" -}}
name: {{ .name }}
{{- if not .clusterScoped }}
namespace: {{ default .root.Release.Namespace .namespace }}
{{- end }}
labels:
  {{- include "signet.labels" .root | nindent 2 }}
{{- with merge (dict) (default (dict) .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "signet.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "signet.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name must be set when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "signet.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with .Values.image.registry }}{{ $repository = printf "%s/%s" . $repository }}{{ end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The namespaces served, as a list in JSON; empty: all, or not known beforehand. */}}
{{- define "signet.namespaces" -}}
{{- if .Values.namespaceSelector -}}
[]
{{- else if .Values.additionalNamespaces -}}
{{- prepend .Values.additionalNamespaces .Release.Namespace | uniq | toJson -}}
{{- else if .Values.allNamespaces -}}
[]
{{- else -}}
{{- list .Release.Namespace | toJson -}}
{{- end -}}
{{- end -}}

{{/* k=v,k2=v2 */}}
{{- define "signet.pairs" -}}
{{- $pairs := list -}}
{{- range $key, $value := . }}{{ $pairs = append $pairs (printf "%s=%s" $key $value) }}{{ end -}}
{{- join "," $pairs -}}
{{- end -}}

{{- define "signet.args" -}}
- --leader-elect={{ .Values.leaderElection.enabled }}
- --lease-name={{ include "signet.fullname" . }}
- --key-prefix={{ .Values.secretName }}
{{- with .Values.keyttl }}
- --key-ttl={{ . }}
{{- end }}
{{- with .Values.privateKeyLabels }}
- {{ printf "--privatekey-labels=%s" (include "signet.pairs" .) | quote }}
{{- end }}
{{- with .Values.privateKeyAnnotations }}
- {{ printf "--privatekey-annotations=%s" (include "signet.pairs" .) | quote }}
{{- end }}
{{- if not .Values.allNamespaces }}
- --all-namespaces=false
{{- end }}
{{- with .Values.additionalNamespaces }}
- --additional-namespaces={{ join "," . }}
{{- end }}
{{- with .Values.namespaceSelector }}
- {{ printf "--namespace-selector=%s" . | quote }}
{{- end }}
{{- with .Values.labelSelector }}
- {{ printf "--label-selector=%s" . | quote }}
{{- end }}
{{- if not .Values.updateStatus }}
- --update-status=false
{{- end }}
{{- if .Values.skipRecreate }}
- --skip-recreate
{{- end }}
{{- if not .Values.recreateSecrets }}
- --recreate-secrets=false
{{- end }}
{{- with .Values.forbiddenSecretTypes }}
- {{ printf "--forbidden-secret-types=%s" (join "," .) | quote }}
{{- end }}
- --log-level={{ .Values.logLevel }}
- --log-format={{ .Values.logFormat }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What turning SealedSecrets into Secrets takes, in each namespace served. The events of a refused SealedSecret are beside it. */}}
{{- define "signet.unsealerRules" -}}
- apiGroups: [bitnami.com]
  resources: [sealedsecrets]
  verbs: [get, list, watch]
{{- if .Values.updateStatus }}
- apiGroups: [bitnami.com]
  resources: [sealedsecrets/status]
  verbs: [update]
{{- end }}
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, create, update{{ if .Values.recreateSecrets }}, delete{{ end }}{{ if not .Values.skipRecreate }}, list, watch{{ end }}]
{{- if .Values.namespaceSelector }}
- apiGroups: ['']
  resources: [namespaces]
  verbs: [list, watch]
{{- end }}
- apiGroups: ['']
  resources: [events]
  verbs: [create, patch]
{{- end -}}
