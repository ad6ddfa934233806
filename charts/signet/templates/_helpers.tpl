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
- --external-secrets={{ .Values.externalSecrets.enabled }}
{{- with .Values.externalSecrets }}
{{- if .enabled }}
- {{ printf "--controller-class=%s" .controllerClass | quote }}
{{- with .storeRequeueInterval }}
- --store-requeue-interval={{ . }}
{{- end }}
{{- if not .clusterStores }}
- --enable-cluster-store-reconciler=false
{{- end }}
{{- if .genericTargets.enabled }}
- --unsafe-allow-generic-targets
{{- end }}
{{- end }}
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
{{- if .Values.externalSecrets.enabled }}
{{ include "signet.fetcherRules" . }}
{{- end }}
{{- end -}}

{{/* What turning ExternalSecrets into Secrets takes beside that, in each namespace served. */}}
{{- define "signet.fetcherRules" -}}
# Finalizers are patched: those of external-secrets on what is being deleted, and on stores that PushSecrets still need.
- apiGroups: [external-secrets.io]
  resources: [externalsecrets, secretstores]
  verbs: [list, watch, patch]
- apiGroups: [external-secrets.io]
  resources: [externalsecrets]
  verbs: [get]
- apiGroups: [external-secrets.io]
  resources: [externalsecrets/status, secretstores/status]
  verbs: [update]
- apiGroups: [external-secrets.io]
  resources: [pushsecrets]
  verbs: [list]
- apiGroups: [generators.external-secrets.io]
  resources: ['*']
  verbs: [get]
# Templates and certificate authorities; Secrets of credentials are read by the rule above.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get, list, watch]
{{- if .Values.skipRecreate }}
- apiGroups: ['']
  resources: [secrets]
  verbs: [list, watch]
{{- end }}
{{- if not .Values.recreateSecrets }}
# deletionPolicy Delete, and Secrets of targets that were renamed.
- apiGroups: ['']
  resources: [secrets]
  verbs: [delete]
{{- end }}
- apiGroups: ['']
  resources: [serviceaccounts]
  verbs: [get]
{{- if .Values.externalSecrets.serviceAccountTokens }}
# Stores that log in as a ServiceAccount.
- apiGroups: ['']
  resources: [serviceaccounts/token]
  verbs: [create]
{{- end }}
{{- range .Values.externalSecrets.genericTargets.resources }}
- apiGroups: [{{ default "" .apiGroup | quote }}]
  resources: [{{ .resource | quote }}]
  verbs: [get, create, update, delete]
{{- end }}
{{- end -}}

{{/* Cluster stores, and the labels of namespaces that their conditions ask for. */}}
{{- define "signet.clusterStoreRules" -}}
- apiGroups: [external-secrets.io]
  resources: [clustersecretstores]
  verbs: [list, watch, patch]
- apiGroups: [external-secrets.io]
  resources: [clustersecretstores/status]
  verbs: [update]
- apiGroups: [generators.external-secrets.io]
  resources: [clustergenerators]
  verbs: [get]
- apiGroups: ['']
  resources: [namespaces]
  verbs: [list, watch]
{{- end -}}
