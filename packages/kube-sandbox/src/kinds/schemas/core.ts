import type { JsonSchema } from '../definition.ts';
import { anything, atomicList, flag, integer, intOrText, keyedList, mapOf, struct, text, time } from './shapes.ts';

const objectReference: JsonSchema = {
  ...struct(
    {
      apiVersion: text('API version.'),
      fieldPath: text('Part of the object.'),
      kind: text('Kind.'),
      name: text('Name.'),
      namespace: text('Namespace.'),
      resourceVersion: text('Version.'),
      uid: text('UID.'),
    },
    'A pointer to an object.',
  ),
  'x-kubernetes-map-type': 'atomic',
};

const condition: JsonSchema = struct(
  {
    lastTransitionTime: time('When the status last changed.'),
    message: text('For people.'),
    observedGeneration: integer('Generation the condition speaks of.', 'int64'),
    reason: text('For programs.'),
    status: text('True, False or Unknown.'),
    type: text('Name of the condition.'),
  },
  'One condition.',
  ['type', 'status'],
);

/** `status.conditions` keyed by type. */
const conditions: JsonSchema = keyedList(condition, ['type'], 'Conditions, one per type.');

const bytes: JsonSchema = { type: 'string', format: 'byte' };

/** Schemas of the core group's kinds, by kind. */
export const coreSchemas: Readonly<
  Record<'Secret' | 'ConfigMap' | 'Namespace' | 'ServiceAccount' | 'Event' | 'Service' | 'Endpoints' | 'Pod', JsonSchema>
> = {
  Secret: struct(
    {
      data: mapOf(bytes, 'Values, base64.'),
      immutable: flag('Data can no longer change.'),
      stringData: mapOf({ type: 'string' }, 'Values as text; written into data, never read back.'),
      type: text('What the values are for.'),
    },
    'Small sensitive data.',
  ),
  ConfigMap: struct(
    {
      binaryData: mapOf(bytes, 'Binary values, base64.'),
      data: mapOf({ type: 'string' }, 'Text values.'),
      immutable: flag('Data can no longer change.'),
    },
    'Small configuration data.',
  ),
  Namespace: struct(
    {
      spec: struct({ finalizers: atomicList({ type: 'string' }, 'Who must agree before the namespace goes.') }, 'Desired state.'),
      status: struct({ conditions, phase: text('Active or Terminating.') }, 'Observed state.'),
    },
    'A room for names.',
  ),
  ServiceAccount: struct(
    {
      automountServiceAccountToken: flag('Pods get a token by default.'),
      imagePullSecrets: atomicList(struct({ name: text('Name.') }, 'A Secret.'), 'Registry credentials.'),
      secrets: keyedList(objectReference, ['name'], 'Secrets Pods may use.'),
    },
    'An identity for programs.',
  ),
  Event: struct(
    {
      action: text('What was done.'),
      count: integer('How often it happened.'),
      eventTime: { ...time('When it was first seen.'), format: 'date-time', nullable: true },
      firstTimestamp: { ...time('When it was first recorded.'), nullable: true },
      involvedObject: objectReference,
      lastTimestamp: { ...time('When it was last recorded.'), nullable: true },
      message: text('For people.'),
      metadata: anything('Metadata.'),
      reason: text('For programs.'),
      related: objectReference,
      reportingComponent: text('Who reports.'),
      reportingInstance: text('Which instance reports.'),
      series: struct({ count: integer('How often.'), lastObservedTime: time('When last.') }, 'A series of equal events.'),
      source: struct({ component: text('Who reports.'), host: text('From where.') }, 'Reporter.'),
      type: text('Normal or Warning.'),
    },
    'Something that happened.',
    ['involvedObject'],
  ),
  Service: struct(
    {
      spec: struct(
        {
          allocateLoadBalancerNodePorts: flag('Allocate node ports for a load balancer.'),
          clusterIP: text('Virtual address, or None.'),
          clusterIPs: atomicList({ type: 'string' }, 'Virtual addresses.'),
          externalIPs: atomicList({ type: 'string' }, 'Further addresses.'),
          externalName: text('DNS name the service is an alias of.'),
          externalTrafficPolicy: text('Cluster or Local.'),
          healthCheckNodePort: integer('Health check port.'),
          internalTrafficPolicy: text('Cluster or Local.'),
          ipFamilies: atomicList({ type: 'string' }, 'IPv4, IPv6.'),
          ipFamilyPolicy: text('SingleStack and so on.'),
          loadBalancerClass: text('Who implements the load balancer.'),
          loadBalancerIP: text('Wanted address.'),
          loadBalancerSourceRanges: atomicList({ type: 'string' }, 'Allowed sources.'),
          ports: keyedList(
            struct(
              {
                appProtocol: text('Application protocol.'),
                name: text('Name, unique in the service.'),
                nodePort: integer('Port on every node.'),
                port: integer('Port of the service.'),
                protocol: text('TCP, UDP or SCTP.', { default: 'TCP' }),
                targetPort: intOrText('Port of the Pods, by number or name.'),
              },
              'One port.',
              ['port'],
            ),
            ['port', 'protocol'],
            'Ports.',
          ),
          publishNotReadyAddresses: flag('Publish addresses before they are ready.'),
          selector: mapOf({ type: 'string' }, 'Labels of the Pods.', { 'x-kubernetes-map-type': 'atomic' }),
          sessionAffinity: text('None or ClientIP.'),
          sessionAffinityConfig: anything('Settings of the affinity.'),
          trafficDistribution: text('Preferred endpoints.'),
          type: text('ClusterIP, NodePort, LoadBalancer or ExternalName.'),
        },
        'Desired state.',
      ),
      status: struct({ conditions, loadBalancer: anything('Load balancer.') }, 'Observed state.'),
    },
    'A stable address of a set of Pods.',
  ),
  Endpoints: struct(
    {
      subsets: atomicList(
        struct(
          {
            addresses: atomicList(address(), 'Ready addresses.'),
            notReadyAddresses: atomicList(address(), 'Addresses that are not ready.'),
            ports: atomicList(
              struct(
                {
                  appProtocol: text('Application protocol.'),
                  name: text('Name.'),
                  port: integer('Port.'),
                  protocol: text('TCP, UDP or SCTP.'),
                },
                'One port.',
                ['port'],
              ),
              'Ports.',
            ),
          },
          'Addresses with the same ports.',
        ),
        'All sets of addresses.',
      ),
    },
    'The addresses behind a service.',
  ),
  Pod: struct(
    {
      spec: {
        ...anything('Desired state.'),
        properties: { containers: keyedList(anything('One container.'), ['name'], 'Containers.') },
      },
      status: anything('Observed state.'),
    },
    'A group of containers. The sandbox stores Pods and runs none.',
  ),
};

function address(): JsonSchema {
  return struct(
    { hostname: text('Host name.'), ip: text('IP address.'), nodeName: text('Node.'), targetRef: objectReference },
    'One address.',
    ['ip'],
  );
}

/** Schemas of the other built-in kinds, by kind. */
export const groupSchemas: Readonly<
  Record<
    | 'Lease'
    | 'EndpointSlice'
    | 'PodDisruptionBudget'
    | 'Role'
    | 'ClusterRole'
    | 'RoleBinding'
    | 'ClusterRoleBinding'
    | 'CustomResourceDefinition'
    | 'Deployment',
    JsonSchema
  >
> = {
  Lease: struct(
    {
      spec: struct(
        {
          acquireTime: { ...time('When the lease was acquired.'), format: 'date-time' },
          holderIdentity: text('Who holds the lease.'),
          leaseDurationSeconds: integer('How long a candidate waits.'),
          leaseTransitions: integer('How often the holder changed.'),
          preferredHolder: text('Who should hold the lease.'),
          renewTime: { ...time('When the lease was renewed.'), format: 'date-time' },
          strategy: text('How the holder is chosen.'),
        },
        'Desired state.',
      ),
    },
    'A lock with a deadline.',
  ),
  EndpointSlice: struct(
    {
      addressType: text('IPv4, IPv6 or FQDN.'),
      endpoints: atomicList(anything('One endpoint.'), 'Endpoints.'),
      ports: atomicList(anything('One port.'), 'Ports.'),
    },
    'Some of the addresses behind a service.',
    ['addressType', 'endpoints'],
  ),
  PodDisruptionBudget: struct(
    { spec: anything('What has to stay.'), status: anything('Observed state.') },
    'Limits planned outages.',
  ),
  Role: struct({ rules: atomicList(policyRule(), 'What is allowed.') }, 'Permissions in a namespace.'),
  ClusterRole: struct(
    { aggregationRule: anything('Where further rules come from.'), rules: atomicList(policyRule(), 'What is allowed.') },
    'Permissions in the whole cluster.',
  ),
  RoleBinding: binding('Gives a role to subjects in a namespace.'),
  ClusterRoleBinding: binding('Gives a role to subjects in the whole cluster.'),
  CustomResourceDefinition: struct(
    {
      spec: struct(
        {
          conversion: anything('How versions are converted.'),
          group: text('API group.'),
          names: struct(
            {
              categories: atomicList({ type: 'string' }, 'Groups of kinds such as all.'),
              kind: text('Kind.'),
              listKind: text('Kind of a list.'),
              plural: text('Name in the URL.'),
              shortNames: atomicList({ type: 'string' }, 'Abbreviations.'),
              singular: text('Name of one.'),
            },
            'Names.',
            ['kind', 'plural'],
          ),
          preserveUnknownFields: flag('Keep fields the schema does not know.'),
          scope: text('Namespaced or Cluster.'),
          versions: atomicList(anything('One version.'), 'Versions.'),
        },
        'Desired state.',
        ['group', 'names', 'scope', 'versions'],
      ),
      status: struct(
        {
          acceptedNames: anything('Names in use.'),
          conditions,
          storedVersions: atomicList({ type: 'string' }, 'Versions objects are or were stored in.'),
        },
        'Observed state.',
      ),
    },
    'A kind defined by the user of the cluster.',
    ['spec'],
  ),
  Deployment: struct(
    { spec: anything('Desired state.'), status: anything('Observed state.') },
    'A set of equal Pods. The sandbox runs none.',
  ),
};

function policyRule(): JsonSchema {
  const words = (description: string): JsonSchema => atomicList({ type: 'string' }, description);
  return struct(
    {
      apiGroups: words('API groups.'),
      nonResourceURLs: words('Paths.'),
      resourceNames: words('Names.'),
      resources: words('Resources.'),
      verbs: words('Verbs.'),
    },
    'One rule.',
    ['verbs'],
  );
}

function binding(description: string): JsonSchema {
  const roleRef = struct({ apiGroup: text('API group.'), kind: text('Kind.'), name: text('Name.') }, 'The role.', ['kind', 'name']);
  const subject = struct(
    { apiGroup: text('API group.'), kind: text('Kind.'), name: text('Name.'), namespace: text('Namespace.') },
    'A user, group or service account.',
    ['kind', 'name'],
  );
  return struct(
    {
      roleRef: { ...roleRef, 'x-kubernetes-map-type': 'atomic' },
      subjects: atomicList({ ...subject, 'x-kubernetes-map-type': 'atomic' }, 'Who.'),
    },
    description,
    ['roleRef'],
  );
}

const question: JsonSchema = { ...anything('The question.'), properties: {} };

/** Kinds that are only ever posted and answered, never stored. */
export const reviewSchemas: Readonly<
  Record<
    | 'SelfSubjectAccessReview'
    | 'SubjectAccessReview'
    | 'LocalSubjectAccessReview'
    | 'SelfSubjectRulesReview'
    | 'SelfSubjectReview'
    | 'TokenReview',
    JsonSchema
  >
> = {
  SelfSubjectAccessReview: struct({ spec: question, status: anything('The answer.') }, 'May I?', ['spec']),
  SubjectAccessReview: struct({ spec: question, status: anything('The answer.') }, 'May they?', ['spec']),
  LocalSubjectAccessReview: struct({ spec: question, status: anything('The answer.') }, 'May they, here?', ['spec']),
  SelfSubjectRulesReview: struct({ spec: question, status: anything('The answer.') }, 'What may I?', ['spec']),
  SelfSubjectReview: struct({ status: anything('The answer.') }, 'Who am I?'),
  TokenReview: struct({ spec: question, status: anything('The answer.') }, 'Whose token is this?', ['spec']),
};
